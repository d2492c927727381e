"""Whose account a call of Better Auth concerns, as known before it is made."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from web.auth.calls import ASK_FOR_RESET, RESET, SECOND_STEP, SIGN_IN, SIGN_UP, Call
from web.auth.client import VERIFY_EMAIL, ClientInfo
from web.auth.cookie import token_of, token_of_bearer, values_of
from web.auth.email_links import read_link
from web.domain.text import is_printable
from web.models.base import table_of
from web.models.closed_account import ClosedAccount
from web.models.session_use import SessionUse
from web.models.user import AuthSession, User
from web.services.verifications import user_between_steps, user_of_reset

_USERS, _SESSIONS, _USES, _CLOSED = (table_of(model) for model in (User, AuthSession, SessionUse, ClosedAccount))
# One statement, with an account or without.
_USER = select(_USERS.c.id, _USERS.c.email, _USERS.c.email_verified, _CLOSED.c.disabled_at).join(
    _CLOSED, _CLOSED.c.user_id == _USERS.c.id, isouter=True
)
_OF_EMAIL = _USER.where(_USERS.c.email == bindparam("of_email"))
_OF_ID = _USER.where(_USERS.c.id == bindparam("of_id"))
_OF_TOKEN = (
    _USER.add_columns(func.coalesce(_USES.c.confirmed_at, _SESSIONS.c.created_at).label("proved_at"))
    .join(_SESSIONS, _SESSIONS.c.user_id == _USERS.c.id)
    .join(_USES, _USES.c.session_id == _SESSIONS.c.id, isouter=True)
    .where(_SESSIONS.c.token == bindparam("of_token"))
)


class CalledUser(NamedTuple):
    """The user, if there is one. `has_session`: the call is made by a browser that is signed in.

    `proved_at` is when that browser signed in, or its user proved again who they are.
    """

    id: str | None = None
    email: str = ""
    email_verified: bool = False
    is_disabled: bool = False
    has_session: bool = False
    proved_at: datetime | None = None


class CalledUsers:
    """Finds them. `session_cookie` is the name of that cookie, which Better Auth signs with `secret`."""

    def __init__(self, secret: str, session_cookie: str) -> None:
        self._secret, self._session_cookie = secret, session_cookie
        self._step_cookie = session_cookie.removesuffix("session_token") + "two_factor"

    def of(self, connection: Connection, call: Call) -> CalledUser:
        if call.path in (SIGN_IN, SIGN_UP, ASK_FOR_RESET):
            return self._with_email(connection, call.email)
        if call.path == VERIFY_EMAIL:
            return self._with_email(connection, read_link(call.token).email)
        if call.path == RESET:
            return self._with_id(connection, user_of_reset(connection, call.token))
        found = self.of_session(connection, self._token_of(call.client))
        if found.id is None and call.path in SECOND_STEP:
            step = token_of(values_of(self._step_cookie, call.client.cookies), self._secret)
            return self._with_id(connection, user_between_steps(connection, step) if step else None)
        return found

    def of_session(self, connection: Connection, token: str | None) -> CalledUser:
        row = connection.execute(_OF_TOKEN, {"of_token": token}).one_or_none()
        if row is None:
            return CalledUser()
        return CalledUser(row.id, row.email, row.email_verified, bool(row.disabled_at), True, row.proved_at)

    def new_sessions(self, set_cookies: list[str]) -> list[str]:
        """The values of the session cookie that these Set-Cookie headers have."""
        return values_of(self._session_cookie, "; ".join(cookie.partition(";")[0] for cookie in set_cookies))

    def _with_email(self, connection: Connection, email: str) -> CalledUser:
        # PostgreSQL takes no NUL; Better Auth says what is wrong with it.
        return self._found(connection, {"of_email": email}) if is_printable(email) else CalledUser()

    def _with_id(self, connection: Connection, user_id: str | None) -> CalledUser:
        return self._found(connection, {"of_id": user_id}) if user_id else CalledUser()

    def _found(self, connection: Connection, values: dict[str, str]) -> CalledUser:
        row = connection.execute(_OF_EMAIL if "of_email" in values else _OF_ID, values).one_or_none()
        return CalledUser(row.id, row.email, row.email_verified, bool(row.disabled_at)) if row else CalledUser()

    def _token_of(self, client: ClientInfo) -> str | None:
        """That of the bearer, which Better Auth reads first, or of the cookie."""
        scheme, _, text = client.authorization.partition(" ")
        if scheme.lower() == "bearer":
            return token_of_bearer(text, self._secret)
        return token_of(values_of(self._session_cookie, client.cookies), self._secret)
