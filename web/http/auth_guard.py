"""Stands before every call of Better Auth that gives a password or changes an account: limits, a queue, the audit log.

Pages and the proxied API both pass here, so they share one count.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, select

from web.auth.client import ClientInfo, Response, Send, code_of, with_cookie
from web.auth.cookie import token_of, token_of_bearer, values_of
from web.auth.errors import AccountDisabled, TooManyAttempts
from web.auth.guess_limit import ACCOUNT, ADDRESS, BROWSER, MAILS, Counted, TooManyGuesses, begin, take_back
from web.auth.hash_queue import RETRY_SECONDS, HashQueue, QueueFull
from web.auth.known_browser import browser_that_knows, cookie_name, set_cookie, with_account
from web.db.database import Database
from web.domain.errors import AnotherUser
from web.domain.text import is_printable
from web.domain.timestamps import utc_now
from web.domain.user_agents import device_words
from web.models.base import table_of
from web.models.outgoing_mail import MailKind
from web.models.user import AuthSession, User
from web.services import audit
from web.services.closing import end_sessions, is_disabled
from web.services.outgoing_mails import notify_of

SIGN_IN = "/sign-in/email"
SIGN_UP = "/sign-up/email"
# Calls that fail for a wrong password, beside signing in: those of a browser that is signed in.
WITH_PASSWORD = (
    *("/verify-password", "/change-password", "/change-email", "/delete-user"),
    *("/two-factor/enable", "/two-factor/disable", "/two-factor/generate-backup-codes"),
)
# A code of an app or a backup code: to sign in, or to turn two-factor authentication on. Better Auth limits wrong ones.
SECOND_STEP = ("/two-factor/verify-totp", "/two-factor/verify-backup-code")
BY_PASSKEY = "/passkey/verify-authentication"
HASHING = (SIGN_IN, SIGN_UP, *WITH_PASSWORD, "/reset-password")
WRONG_PASSWORD = ("INVALID_EMAIL_OR_PASSWORD", "INVALID_PASSWORD")
# What the audit log calls the success of a call.
CHANGES = {
    "/sign-out": "signed-out",
    "/revoke-session": "sessions-ended",
    "/revoke-sessions": "sessions-ended",
    "/revoke-other-sessions": "sessions-ended",
    "/change-password": "password-changed",
    "/update-user": "name-changed",
    "/change-email": "email-change-asked",
    "/two-factor/disable": "two-factor-off",
    "/two-factor/generate-backup-codes": "backup-codes-made",
    "/passkey/verify-registration": "passkey-added",
    "/passkey/delete-passkey": "passkey-deleted",
    BY_PASSKEY: "signed-in",
    **dict.fromkeys(SECOND_STEP, "two-factor-on"),
}
# Calls for the user of a session.
OF_SESSION = frozenset((*WITH_PASSWORD, *CHANGES)) - {"/sign-out", BY_PASSKEY, *SECOND_STEP}
UNAUTHORIZED = {"code": "UNAUTHORIZED", "message": "Unauthorized"}
# Calls that send a message to the address in a field, which another person may read.
MAILED = {SIGN_UP: "email", "/change-email": "newEmail", "/send-verification-email": "email"}
Result = TypeVar("Result")
_USERS, _SESSIONS = table_of(User), table_of(AuthSession)
_OF_EMAIL = select(_USERS.c.id).where(_USERS.c.email == bindparam("of_email"))
_OF_TOKEN = (
    select(_USERS.c.id)
    .join(_SESSIONS, _SESSIONS.c.user_id == _USERS.c.id)
    .where(_SESSIONS.c.token == bindparam("of_token"))
)


class Call(NamedTuple):
    """A call of Better Auth: its path, the fields of its body, the client that it is made for."""

    path: str
    fields: Mapping[str, Any]
    client: ClientInfo

    @property
    def email(self) -> str:
        return str(self.fields.get("email", "")).lower()

    @property
    def recipient(self) -> str:
        """The address that it sends a message to; empty where it sends none."""
        return str(self.fields.get(MAILED.get(self.path, ""), "")).lower()


@dataclass
class _Attempt:
    """A call under way: whose account it concerns, what counts it as a guess, and what counts its message."""

    call: Call
    user_id: str | None = None
    is_disabled: bool = False
    guesses: list[Counted] = field(default_factory=list)
    mails: list[Counted] = field(default_factory=list)


class _Outcome(NamedTuple):
    """What came of a call. `kind` is what the audit log says, empty for nothing; `new_session` is a token."""

    is_wrong: bool = False
    is_success: bool = False
    kind: str = ""
    new_session: str | None = None
    is_new_browser: bool = False


class Guard:
    """`is_secure`: by https. `counts_loopback`: users are elsewhere, so the address of this machine is a proxy's."""

    def __init__(
        self,
        database: Database,
        secret: str,
        session_cookie: str,
        *,
        is_secure: bool,
        counts_loopback: bool,
        queue: HashQueue | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._secret, self._session_cookie = database, secret, session_cookie
        self._is_secure, self._counts_loopback = is_secure, counts_loopback
        self._queue = queue or HashQueue()
        self._now = now

    async def send(self, path: str, fields: Mapping[str, Any], client: ClientInfo, send: Send) -> Response:
        """The answer to the call. Raises TooManyAttempts, AnotherUser or ClientLeft, and what `send` raises."""
        call = Call(path, fields, client)
        if not any(path in guarded for guarded in (HASHING, CHANGES, MAILED)):
            return await send()
        attempt = await self._begin(call)
        if path in OF_SESSION and attempt.user_id is None:
            # Better Auth reads cookies and tokens in more spellings. With one of those nothing would be counted.
            return Response(401, json=UNAUTHORIZED)
        response = None
        try:
            response = await (self._queue.run(send, client.left) if path in HASHING else send())
        except QueueFull:
            raise TooManyAttempts(RETRY_SECONDS) from None
        finally:
            await self._end(attempt, response)
        if attempt.is_disabled and response.is_success:
            raise AccountDisabled
        return self._remembering(call, attempt, response)

    async def _begin(self, call: Call) -> _Attempt:
        try:
            return await self._write(lambda connection: self._counted(connection, call))
        except TooManyGuesses as refused:
            raise TooManyAttempts(refused.seconds) from None

    def _counted(self, connection: Connection, call: Call) -> _Attempt:
        attempt = _Attempt(call, self._user_of(connection, call))
        if attempt.user_id and call.path in OF_SESSION and call.client.page_user not in (None, attempt.user_id):
            raise AnotherUser
        if call.path == SIGN_IN:
            attempt.guesses = self._counted_for_sign_in(call)
            attempt.is_disabled = attempt.user_id is not None and is_disabled(connection, attempt.user_id)
        elif call.path in WITH_PASSWORD and attempt.user_id:
            attempt.guesses = [Counted(BROWSER, f"signed in {attempt.user_id}")]
        if recipient := call.recipient:
            attempt.mails = [Counted(MAILS, f"{call.path} {recipient}")]
        begin(connection, self._secret, [*attempt.guesses, *attempt.mails], self._now())
        return attempt

    def _counted_for_sign_in(self, call: Call) -> list[Counted]:
        if browser := self._known_browser(call):
            return [Counted(BROWSER, f"{browser} {call.email}")]
        by_address = [Counted(ADDRESS, call.client.network)] if self._limits(call.client.address) else []
        return [Counted(ACCOUNT, call.email), *by_address]

    def _known_browser(self, call: Call) -> str:
        """The id of a browser that has signed in to the account before; empty for any other."""
        return browser_that_knows(self._browser_cookies(call.client), call.email, self._secret)

    def _limits(self, address: str) -> bool:
        """Every address but those of this machine, where a developer tries Daybook."""
        try:
            return self._counts_loopback or not ip_address(address).is_loopback
        except ValueError:
            return True

    def _user_of(self, connection: Connection, call: Call) -> str | None:
        if call.path in (SIGN_IN, SIGN_UP):
            if not is_printable(call.email):
                # PostgreSQL takes no NUL; Better Auth says what is wrong with it.
                return None
            found = connection.execute(_OF_EMAIL, {"of_email": call.email})
        else:
            found = connection.execute(_OF_TOKEN, {"of_token": self._token_of(call.client)})
        user_id: str | None = found.scalar_one_or_none()
        return user_id

    def _token_of(self, client: ClientInfo) -> str | None:
        """That of the bearer, which Better Auth reads first, or of the cookie."""
        scheme, _, text = client.authorization.partition(" ")
        if scheme.lower() == "bearer":
            return token_of_bearer(text, self._secret)
        return token_of(values_of(self._session_cookie, client.cookies), self._secret)

    async def _end(self, attempt: _Attempt, response: Response | None) -> None:
        """Takes back the guess unless it was wrong, and the message unless it was sent; writes the audit log."""
        outcome = self._outcome(attempt, response)
        undone = [*([] if outcome.is_wrong else attempt.guesses), *([] if outcome.is_success else attempt.mails)]
        if undone or outcome.kind:
            await self._write(lambda connection: self._settle(connection, attempt, outcome, undone))

    def _outcome(self, attempt: _Attempt, response: Response | None) -> _Outcome:
        if response is None:
            return _Outcome()
        is_sign_in = attempt.call.path == SIGN_IN
        if code_of(response) in WRONG_PASSWORD:
            kind = "refused" if is_sign_in else "password-refused"
            return _Outcome(is_wrong=True, kind="" if attempt.is_disabled else kind)
        if attempt.is_disabled or not response.is_success:
            return _Outcome(is_success=response.is_success)
        return _Outcome(
            is_success=True,
            kind=self._kind(attempt, response),
            new_session=token_of(self._new_sessions(response), self._secret),
            is_new_browser=is_sign_in and not self._known_browser(attempt.call),
        )

    def _kind(self, attempt: _Attempt, response: Response) -> str:
        """What the audit log says of a call that succeeded; empty for nothing."""
        path = attempt.call.path
        if path == SIGN_UP:
            # Some Better Auths answer a second sign-up like the first one.
            return "" if attempt.user_id else "signed-up"
        if path in (SIGN_IN, BY_PASSKEY) or (path in SECOND_STEP and attempt.user_id is None):
            # Between password and code there is no session yet: its cookie is cleared.
            return "signed-in" if any(self._new_sessions(response)) else ""
        return CHANGES.get(path, "")

    def _settle(self, connection: Connection, attempt: _Attempt, outcome: _Outcome, undone: Sequence[Counted]) -> None:
        now, client = self._now(), attempt.call.client
        take_back(connection, self._secret, undone, now)
        # A passkey may be that of another user than who is signed in.
        user_id = (
            outcome.new_session and connection.scalar(_OF_TOKEN, {"of_token": outcome.new_session})
        ) or attempt.user_id
        if user_id is None or (outcome.is_wrong and attempt.is_disabled):
            return
        if outcome.new_session:
            # Also of a passkey or a second step, whose account is not known before.
            attempt.is_disabled = is_disabled(connection, user_id)
        if attempt.is_disabled:
            end_sessions(connection, user_id)
            return
        if outcome.kind:
            audit.note(connection, user_id, outcome.kind, now, client.address)
        if outcome.is_new_browser:
            facts = {"device": device_words(client.agent), "when": f"{now:%d %B %Y, %H:%M} UTC"}
            notify_of(connection, MailKind.NEW_SIGN_IN, user_id, **facts)

    def _new_sessions(self, response: Response) -> list[str]:
        """The values of the session cookie that the answer sets."""
        pairs = "; ".join(cookie.partition(";")[0] for cookie in response.headers.get_list("set-cookie"))
        return values_of(self._session_cookie, pairs)

    def _remembering(self, call: Call, attempt: _Attempt, response: Response) -> Response:
        """After signing in or up with the right password, the browser gets the cookie that says so.

        Not after a second sign-up, which some Better Auths answer like the first one.
        """
        is_new = call.path == SIGN_UP and attempt.user_id is None
        if not (is_new or call.path == SIGN_IN) or not response.is_success:
            return response
        value = with_account(self._browser_cookies(call.client), call.email, self._secret)
        return with_cookie(response, set_cookie(value, self._is_secure))

    def _browser_cookies(self, client: ClientInfo) -> list[str]:
        return values_of(cookie_name(self._is_secure), client.received_cookies)

    async def _write(self, work: Callable[[Connection], Result]) -> Result:
        return await self._database.run(work, writing=True, transaction=True)
