"""Stands before every call of Better Auth that gives a password or changes an account: limits, a queue, the audit log.

Pages and the proxied API both pass here, so they share one count.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

from web.auth.calls import (
    BACKUP_CODE,
    BY_PASSKEY,
    CHANGES,
    HASHING,
    MAILED,
    OF_PROOF,
    OF_SESSION,
    RESET,
    SECOND_STEP,
    SIGN_IN,
    SIGN_UP,
    WITH_PASSWORD,
    Call,
    has_succeeded,
    refusal_of,
)
from web.auth.client import VERIFY_EMAIL, ClientInfo, Response, Send, with_cookie
from web.auth.cookie import token_of, values_of
from web.auth.email_links import read_link
from web.auth.errors import AccountDisabled, TooManyAttempts, TooManySignIns
from web.auth.guess_limit import (
    ACCOUNT,
    ADDRESS,
    BROWSER,
    MAILS,
    Counted,
    TooManyGuesses,
    begin,
    take_back,
    write_alike,
)
from web.auth.hash_queue import RETRY_SECONDS, HashQueue, QueueFull
from web.auth.known_browser import browser_that_knows, cookie_name, set_cookie, with_account
from web.auth.session_uses import is_proof
from web.db.database import Database
from web.domain.errors import AnotherUser, ProofRequired
from web.domain.timestamps import utc_now
from web.domain.user_agents import device_words
from web.http.called_users import CalledUser, CalledUsers
from web.models.outgoing_mail import MailKind
from web.services import audit
from web.services.closing import end_sessions
from web.services.outgoing_mails import notify_of

# What is told of a browser that signs in to an account for the first time, by the way in.
NEW_BROWSER = {SIGN_IN: MailKind.NEW_SIGN_IN, BY_PASSKEY: MailKind.NEW_PASSKEY_SIGN_IN}
UNAUTHORIZED = {"code": "UNAUTHORIZED", "message": "Unauthorized"}
Result = TypeVar("Result")


@dataclass
class _Attempt:
    """A call under way: whose account it concerns, what counts it as a guess, and what counts its message.

    `email` is the address of that account, of a passkey once it has signed in.
    """

    call: Call
    user: CalledUser
    email: str
    is_disabled: bool = False
    guesses: list[Counted] = field(default_factory=list)
    mails: list[Counted] = field(default_factory=list)


class _Outcome(NamedTuple):
    """What came of a call. `kind` is what the audit log says, empty for nothing; `new_session` is a token."""

    is_wrong: bool = False
    is_success: bool = False
    kind: str = ""
    new_session: str | None = None
    is_signing_in: bool = False


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
        self._database, self._secret = database, secret
        self._users = CalledUsers(secret, session_cookie)
        self._is_secure, self._counts_loopback = is_secure, counts_loopback
        self._queue = queue or HashQueue()
        self._now = now

    async def send(self, path: str, fields: Mapping[str, Any], client: ClientInfo, send: Send) -> Response:
        """The answer to the call. Raises AuthRejected, AnotherUser, ProofRequired, ClientLeft, and as `send`."""
        call = Call(path, fields, client)
        if not any(path in guarded for guarded in (HASHING, CHANGES, MAILED, OF_PROOF)):
            return await send()
        attempt = await self._begin(call)
        if path in OF_SESSION and attempt.user.id is None:
            # Better Auth reads cookies and tokens in more spellings. With one of those nothing would be counted.
            return Response(401, json=UNAUTHORIZED)
        response = None
        try:
            response = await (self._queue.run(send, client.left) if path in HASHING else send())
        except QueueFull:
            raise TooManySignIns(RETRY_SECONDS) from None
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
        attempt = _Attempt(call, user := self._users.of(connection, call), call.email)
        if user.id and call.path in OF_SESSION and call.client.page_user not in (None, user.id):
            raise AnotherUser
        if user.id and call.path in OF_PROOF and not is_proof(user.proved_at, self._now()):
            raise ProofRequired
        if call.path == SIGN_IN:
            attempt.guesses = self._counted_for_sign_in(call.client, call.email, call.email)
            attempt.is_disabled = user.is_disabled
        elif user.has_session and call.path in (*WITH_PASSWORD, *SECOND_STEP):
            attempt.guesses = [Counted(BROWSER, f"signed in {user.id}")]
        elif user.id and call.path in SECOND_STEP:
            attempt.guesses = self._counted_for_sign_in(call.client, user.email, f"code {user.id}")
        if recipient := call.recipient:
            attempt.mails = [Counted(MAILS, f"{call.path} {recipient}")]
        begin(connection, self._secret, [*attempt.guesses, *attempt.mails], self._now())
        return attempt

    def _counted_for_sign_in(self, client: ClientInfo, email: str, account: str) -> list[Counted]:
        """`account` is what is guessed of it: a password by its address, or a code."""
        if browser := self._known_browser(client, email):
            return [Counted(BROWSER, f"{browser} {account}")]
        by_address = [Counted(ADDRESS, client.network)] if self._limits(client.address) else []
        return [Counted(ACCOUNT, account), *by_address]

    def _known_browser(self, client: ClientInfo, email: str) -> str:
        """The id of a browser that has signed in to the account before; empty for any other."""
        return browser_that_knows(self._browser_cookies(client), email, self._secret)

    def _limits(self, address: str) -> bool:
        """Every address but those of this machine, where a developer tries Daybook."""
        try:
            return self._counts_loopback or not ip_address(address).is_loopback
        except ValueError:
            return True

    async def _end(self, attempt: _Attempt, response: Response | None) -> None:
        """Takes back the guess unless it was wrong, and the message unless it was sent; writes the audit log."""
        outcome = self._outcome(attempt, response)
        undone = [*([] if outcome.is_wrong else attempt.guesses), *([] if outcome.is_success else attempt.mails)]
        if undone or outcome.kind:
            await self._write(lambda connection: self._settle(connection, attempt, outcome, undone))

    def _outcome(self, attempt: _Attempt, response: Response | None) -> _Outcome:
        if response is None:
            return _Outcome()
        path = attempt.call.path
        if refusal := refusal_of(path, response):
            return _Outcome(is_wrong=True, kind=refusal)
        if attempt.is_disabled or not has_succeeded(response):
            return _Outcome(is_success=response.is_success)
        return _Outcome(
            is_success=True,
            kind=self._kind(attempt, response),
            new_session=token_of(self._new_sessions(response), self._secret),
            is_signing_in=path in NEW_BROWSER,
        )

    def _kind(self, attempt: _Attempt, response: Response) -> str:
        """What the audit log says of a call that succeeded; empty for nothing."""
        path, user = attempt.call.path, attempt.user
        if path == SIGN_UP:
            # Some Better Auths answer a second sign-up like the first one.
            return "" if user.id else "signed-up"
        if path in (SIGN_IN, BY_PASSKEY) or (path in SECOND_STEP and not user.has_session):
            # Between password and code there is no session yet: its cookie is cleared.
            kind = "backup-code-used" if path == BACKUP_CODE else "signed-in"
            return kind if any(self._new_sessions(response)) else ""
        if path in SECOND_STEP and not any(self._new_sessions(response)):
            # The code of a user who has confirmed that they are there; one that turns it on makes a new session.
            return ""
        if path == RESET and not user.email_verified:
            return "password-reset-first"
        if path == VERIFY_EMAIL:
            kind = read_link(attempt.call.token).kind
            # Idempotent: the same link confirms an address as often as it is followed.
            return "" if kind == CHANGES[VERIFY_EMAIL] and user.email_verified else kind
        return CHANGES.get(path, "")

    def _settle(self, connection: Connection, attempt: _Attempt, outcome: _Outcome, undone: Sequence[Counted]) -> None:
        now, client = self._now(), attempt.call.client
        take_back(connection, self._secret, undone, now, is_right=outcome.is_success)
        if outcome.kind in audit.CAUSED_BY_OTHERS:
            audit.note_of_email(connection, attempt.call.email, outcome.kind, now, client.address)
            write_alike(connection, self._secret, attempt.call.email, now)
            return
        user = attempt.user
        if outcome.new_session:
            # Of a passkey or a second step, whose account is not known before. It may be another one than is signed in.
            found = self._users.of_session(connection, outcome.new_session)
            user = found if found.id else user
            attempt.is_disabled, attempt.email = user.is_disabled, user.email
        if user.id is None:
            return
        if attempt.is_disabled:
            end_sessions(connection, user.id)
            return
        if outcome.kind:
            audit.note(connection, user.id, outcome.kind, now, client.address)
        if outcome.is_signing_in and not self._known_browser(client, attempt.email):
            self._tell_of_new_browser(connection, attempt.call, user.id, now)

    def _tell_of_new_browser(self, connection: Connection, call: Call, user_id: str | None, now: datetime) -> None:
        """Not without end: the address of an account may be that of another person."""
        device, when = device_words(call.client.agent), f"{now:%d %B %Y, %H:%M} UTC"
        with suppress(TooManyGuesses):
            begin(connection, self._secret, [Counted(MAILS, f"new browser {user_id}")], now)
            notify_of(connection, NEW_BROWSER[call.path], user_id or "", device=device, when=when)

    def _new_sessions(self, response: Response) -> list[str]:
        return self._users.new_sessions(response.headers.get_list("set-cookie"))

    def _remembering(self, call: Call, attempt: _Attempt, response: Response) -> Response:
        """The browser gets the cookie that says that it has signed in or up; before the second step it has not.

        Not after a second sign-up, which some Better Auths answer like the first one.
        """
        is_new = call.path == SIGN_UP and attempt.user.id is None
        has_signed_in = call.path in (*NEW_BROWSER, *SECOND_STEP) and any(self._new_sessions(response))
        if not (is_new or has_signed_in) or not attempt.email or not response.is_success:
            return response
        value = with_account(self._browser_cookies(call.client), attempt.email, self._secret)
        return with_cookie(response, set_cookie(value, self._is_secure))

    def _browser_cookies(self, client: ClientInfo) -> list[str]:
        return values_of(cookie_name(self._is_secure), client.received_cookies)

    async def _write(self, work: Callable[[Connection], Result]) -> Result:
        return await self._database.run(work, writing=True, transaction=True)
