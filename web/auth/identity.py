"""Resolves a credential to its user: a session token, a personal access token, a JWT. Knows nothing of HTTP."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlmodel import SQLModel

from web.auth.json_web_tokens import Claims, looks_like_one, verified
from web.auth.session_uses import is_proof
from web.db.types import UtcDateTime
from web.domain.access_tokens import digest_of, is_token
from web.domain.errors import AnotherUser, DeletionPending, ProofRequired
from web.domain.preferences import Preferences
from web.models.access_token import AccessToken
from web.models.closed_account import ClosedAccount
from web.models.preferences import UserPreferences, preferences_of
from web.models.session_use import SessionUse
from web.models.user import AuthSession, User
from web.settings import DEFAULT_SESSION_DAYS

# Better Auth's defaults: a session lasts seven days and is extended at most once a day.
LIFETIME = timedelta(days=7)
RENEWAL_INTERVAL = timedelta(days=1)
# However often it is extended, a session ends so long after the sign-in, unless SESSION_DAYS says otherwise.
LONGEST = timedelta(days=DEFAULT_SESSION_DAYS)
# How often the use of an access token or a session is noted.
USE_INTERVAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """The signed-in user, as handlers and templates see it."""

    id: str
    name: str
    email: str
    # Whether the user has opened a link that was sent to the address.
    email_verified: bool = False
    preferences: Preferences = field(default_factory=Preferences)
    # When the account will be deleted, if its user has asked for that.
    delete_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A valid session and when it expires; it can be extended until `ends_at`."""

    user: CurrentUser
    expires_at: datetime
    ends_at: datetime
    # Empty for a JWT of no session.
    id: str = ""
    # To the hour; at first that of the sign-in.
    used_at: datetime | None = None
    # When the user signed in, or proved again who they are.
    proved_at: datetime | None = None

    def is_proved(self, now: datetime) -> bool:
        """Whether the user has shown of late who they are, as changes of what opens the account require."""
        return is_proof(self.proved_at, now)

    def is_use_due(self, now: datetime) -> bool:
        """Whether this use is to be noted: not every one, which would be a write for each request."""
        return self.used_at is not None and self.used_at + USE_INTERVAL <= now

    def is_due(self, now: datetime) -> bool:
        """Whether the session is old enough for Better Auth to extend it, and can be extended."""
        # Better Auth's times have milliseconds.
        is_last = self.ends_at - self.expires_at < timedelta(seconds=1)
        return not is_last and self.expires_at - LIFETIME + RENEWAL_INTERVAL <= now


@dataclass(frozen=True, slots=True)
class ActiveToken:
    """A valid personal access token. It was last used at `last_used_at`, to the hour."""

    user: CurrentUser
    id: int
    scope: str
    last_used_at: datetime | None

    def is_due(self, now: datetime) -> bool:
        """Whether this use is to be noted: not every one, which would be a write for each request."""
        return self.last_used_at is None or self.last_used_at + USE_INTERVAL <= now


@dataclass(slots=True)
class Credentials:
    """What a request brings to identify its sender, and who that is once it is looked up.

    `token` is that of a session, `bearer` an access token or a JWT of `issuer`, which counts before the session.
    `page_user` is the id of the user for whom the page that sends the request was rendered, where it is known.
    `serves_closing`: the request may be of a user whose account is to be deleted.
    A session counts until it is older than `longest`.
    """

    token: str | None
    bearer: str = ""
    issuer: str = ""
    longest: timedelta = LONGEST
    session: ActiveSession | None = None
    access: ActiveToken | None = None
    page_user: str | None = None
    serves_closing: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no user can be found by them, so that the database need not be asked."""
        return not (self.token or is_token(self.bearer) or looks_like_one(self.bearer))

    @property
    def user(self) -> CurrentUser | None:
        """The user; None before `look_up` has run."""
        known = self.access or self.session
        return known.user if known else None

    def require_proof(self, now: datetime) -> None:
        """Raises ProofRequired unless the session is a new one, or its user proved again who they are.

        An access token needs no more: it was made with such a proof.
        """
        if not (self.access or self.is_proved(now)):
            raise ProofRequired

    def is_proved(self, now: datetime) -> bool:
        """Whether the user of the session has shown of late who they are."""
        return self.session is not None and self.session.is_proved(now)

    @property
    def may_write(self) -> bool:
        return self.access is None or self.access.scope == "write"

    @property
    def holder(self) -> str:
        """What the limit of requests counts by: each token, and all sessions and JWTs of a user together."""
        return f"token {self.access.id}" if self.access else f"user {self.user.id}" if self.user else ""

    def look_up(self, connection: Connection, now: datetime) -> CurrentUser | None:
        """Find the user. One statement, for a JWT of an unknown key two; None without a valid credential.

        Raises AnotherUser if it is not `page_user`, and DeletionPending where the account is to be deleted.
        """
        if is_token(self.bearer):
            self.access = find_token(connection, self.bearer, now)
        elif self.bearer:
            claims = verified(connection, self.bearer, self.issuer, now)
            self.session = find_claimed(connection, claims, now, self.longest) if claims else None
        else:
            self.session = find_session(connection, self.token, now, self.longest) if self.token else None
        if self.user and self.page_user not in (None, self.user.id):
            raise AnotherUser
        if self.user and self.user.delete_at and not self.serves_closing:
            raise DeletionPending(self.user.delete_at)
        return self.user


_USERS, _SESSIONS, _USES, _PREFERENCES, _TOKENS, _CLOSED = (
    SQLModel.metadata.tables[str(model.__tablename__)]
    for model in (User, AuthSession, SessionUse, UserPreferences, AccessToken, ClosedAccount)
)
_USER = (
    *(_USERS.c.id, _USERS.c.name, _USERS.c.email, _USERS.c.email_verified),
    *(column for column in _PREFERENCES.c if column.name != "user_id"),
    *(_CLOSED.c.disabled_at, _CLOSED.c.delete_at),
)
_WITH_PREFERENCES = (_PREFERENCES, _PREFERENCES.c.user_id == _USERS.c.id)
_WITH_CLOSED = (_CLOSED, _CLOSED.c.user_id == _USERS.c.id)
_OF_SESSION = (
    select(
        *_USER,
        *(_SESSIONS.c.id.label("session_id"), _SESSIONS.c.expires_at, _SESSIONS.c.created_at),
        *(_USES.c.used_at.label("session_used_at"), _USES.c.confirmed_at),
    )
    .join(_SESSIONS, _SESSIONS.c.user_id == _USERS.c.id)
    .join(_USES, _USES.c.session_id == _SESSIONS.c.id, isouter=True)
    .join(*_WITH_PREFERENCES, isouter=True)
    .join(*_WITH_CLOSED, isouter=True)
)
# Built once, because every authenticated request runs one of them.
_BY_SESSION = _OF_SESSION.where(_SESSIONS.c.token == bindparam("token")).execution_options(prepare=True)
_BY_CLAIMS = _OF_SESSION.where(_SESSIONS.c.id == bindparam("session"), _USERS.c.id == bindparam("claimed"))
_BY_ID = (
    select(*_USER)
    .join(*_WITH_PREFERENCES, isouter=True)
    .join(*_WITH_CLOSED, isouter=True)
    .where(_USERS.c.id == bindparam("claimed"))
)
_BY_TOKEN = (
    select(
        *_USER,
        _TOKENS.c.id.label("token_id"),
        *(_TOKENS.c.scope, _TOKENS.c.digest, _TOKENS.c.expires_at, _TOKENS.c.last_used_at),
    )
    .join(_TOKENS, _TOKENS.c.user_id == _USERS.c.id)
    .join(*_WITH_PREFERENCES, isouter=True)
    .join(*_WITH_CLOSED, isouter=True)
    .where(_TOKENS.c.digest == bindparam("of_digest"), _TOKENS.c.deleted_at.is_(None))
    .execution_options(prepare=True)
)
_NOTE_USE = (
    update(_TOKENS)
    .where(
        _TOKENS.c.id == bindparam("token_id"),
        or_(_TOKENS.c.last_used_at.is_(None), _TOKENS.c.last_used_at < bindparam("hour_ago", type_=UtcDateTime())),
    )
    .values(last_used_at=bindparam("now", type_=UtcDateTime()))
)


def find_session(
    connection: Connection, token: str, now: datetime, longest: timedelta = LONGEST
) -> ActiveSession | None:
    """The session with this token, or None if it has expired or its user was deleted. One statement.

    It brings the preferences too: nearly every page needs to know which day it is for the user.
    """
    return _session(connection.execute(_BY_SESSION, {"token": token}).one_or_none(), now, longest)


def find_claimed(
    connection: Connection, claims: Claims, now: datetime, longest: timedelta = LONGEST
) -> ActiveSession | None:
    """The session that a JWT names, or None once it has ended; without one the user stands for itself."""
    values = {"session": claims.session_id, "claimed": claims.user_id}
    if claims.session_id is not None:
        return _session(connection.execute(_BY_CLAIMS, values).one_or_none(), now, longest)
    row = connection.execute(_BY_ID, {"claimed": claims.user_id}).one_or_none()
    return ActiveSession(_user(row), now + LIFETIME, now + LIFETIME) if row and not row.disabled_at else None


def find_token(connection: Connection, token: str, now: datetime) -> ActiveToken | None:
    """The access token, or None if it was revoked, has expired or was never made. One statement."""
    digest = digest_of(token)
    row = connection.execute(_BY_TOKEN, {"of_digest": digest}).one_or_none()
    if (
        row is None
        or row.disabled_at
        or not hmac.compare_digest(row.digest, digest)
        or (row.expires_at and row.expires_at < now)
    ):
        return None
    return ActiveToken(_user(row), row.token_id, row.scope, row.last_used_at)


def note_use(connection: Connection, token: ActiveToken, now: datetime) -> None:
    """Once an hour, however many processes see it."""
    connection.execute(_NOTE_USE, {"token_id": token.id, "now": now, "hour_ago": now - USE_INTERVAL})


def _session(row: Any, now: datetime, longest: timedelta) -> ActiveSession | None:
    """None for a disabled account too."""
    if row is None or row.disabled_at or row.expires_at < now or row.created_at + longest < now:
        return None
    used_at, proved_at = row.session_used_at or row.created_at, row.confirmed_at or row.created_at
    return ActiveSession(_user(row), row.expires_at, row.created_at + longest, row.session_id, used_at, proved_at)


def _user(row: Any) -> CurrentUser:
    return CurrentUser(row.id, row.name, row.email, row.email_verified, preferences_of(row), row.delete_at)
