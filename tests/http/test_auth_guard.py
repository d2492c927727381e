"""What stands before the calls of Better Auth, whose answers are made up here."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.controllers.mailing import mails
from tests.factories import SECRET, Factory
from web.auth.calls import BY_PASSKEY, SECOND_STEP
from web.auth.client import ClientInfo
from web.auth.cookie import signed
from web.auth.errors import AccountDisabled, TooManyAttempts
from web.auth.guess_limit import BROWSER, MAILS
from web.db.database import Database
from web.domain.errors import AnotherUser
from web.domain.timestamps import utc_now
from web.http.auth_guard import Guard
from web.models.user import AuthSession, User
from web.services.audit import latest
from web.services.closing import disable

NOW = utc_now()
COOKIE = "better-auth.session_token"


class Caller:
    """Calls through the guard; Better Auth gives the answer that it is told."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._guard = Guard(database, SECRET, COOKIE, is_secure=False, counts_loopback=False, now=lambda: NOW)

    def call(
        self,
        path: str,
        answer: httpx.Response,
        *,
        session: AuthSession | None = None,
        page_user: str | None = None,
        received_cookies: str = "",
        **fields: Any,
    ) -> Any:
        cookies = f"{COOKIE}={signed(session.token, SECRET)}" if session else ""

        async def send() -> httpx.Response:
            return answer

        client = ClientInfo("192.0.2.7", cookies=cookies, received_cookies=received_cookies, page_user=page_user)
        return asyncio.run(self._guard.send(path, fields, client, send))

    def log(self, user: User) -> list[str]:
        with self.database.reading() as opened:
            return [entry.kind for entry in latest(opened.connection(), 10, user.id)]


@pytest.fixture
def caller(database: Database) -> Caller:
    return Caller(database)


def opens(session: AuthSession) -> httpx.Response:
    """The answer to a sign-in."""
    return httpx.Response(200, json={}, headers={"set-cookie": f"{COOKIE}={signed(session.token, SECRET)}; Path=/"})


@pytest.mark.parametrize("path", [BY_PASSKEY, *SECOND_STEP])
def test_no_way_in_opens_a_disabled_account(caller: Caller, make: Factory, path: str) -> None:
    """The session would come to life when the account is enabled again."""
    ada = make.user("Ada")
    with make.database.transaction() as session:
        disable(session.connection(), ada.id)
    opened = make.sign_in(ada)

    with pytest.raises(AccountDisabled):
        caller.call(path, opens(opened))

    with make.database.reading() as session:
        assert session.get(AuthSession, opened.id) is None
    assert caller.log(ada) == []


@pytest.mark.databases("sqlite")
def test_a_passkey_signs_in_its_own_user_in_the_log_too(caller: Caller, make: Factory) -> None:
    ada, bob = make.user("Ada"), make.user("Bob")

    caller.call(BY_PASSKEY, opens(make.sign_in(bob)), session=make.sign_in(ada))

    assert (caller.log(ada), caller.log(bob)) == ([], ["signed-in"])


@pytest.mark.databases("sqlite")
def test_a_passkey_in_a_new_browser_is_told_once(caller: Caller, make: Factory) -> None:
    ada = make.user("Ada")

    here = caller.call(BY_PASSKEY, opens(make.sign_in(ada)))
    known = here.headers.get_list("set-cookie")[-1].partition(";")[0]
    caller.call(BY_PASSKEY, opens(make.sign_in(ada)), received_cookies=known)
    told = len(mails(caller.database, "new-passkey-sign-in"))
    caller.call(BY_PASSKEY, opens(make.sign_in(ada)))

    assert (told, len(mails(caller.database, "new-passkey-sign-in"))) == (1, 2)


@pytest.mark.databases("sqlite")
def test_new_browsers_without_end_are_not_told_without_end(caller: Caller, make: Factory) -> None:
    """An account may have the address of another person."""
    eve = make.user("Eve", "victim@example.com")

    for _ in range(20):
        caller.call("/sign-in/email", opens(make.sign_in(eve)), email=eve.email, password="right")

    assert len(mails(caller.database, "new-sign-in")) == MAILS.free + 1


@pytest.mark.databases("sqlite")
def test_the_page_of_another_user_adds_no_passkey(caller: Caller, make: Factory) -> None:
    """Tabs share one cookie: the device of one user would open the account of the next."""
    ada, bob = make.user("Ada"), make.user("Bob")
    path, added = "/passkey/verify-registration", httpx.Response(200, json={})

    with pytest.raises(AnotherUser):
        caller.call(path, added, session=make.sign_in(bob), page_user=ada.id)
    caller.call(path, added, session=make.sign_in(ada), page_user=ada.id)

    assert (caller.log(ada), caller.log(bob)) == (["passkey-added"], [])


@pytest.mark.databases("sqlite")
def test_a_second_sign_up_makes_no_browser_known(caller: Caller, make: Factory) -> None:
    """Some Better Auths answer it like the first one: each would give a stranger another budget of guesses."""
    ada = make.user("Ada", "ada@example.com")

    known, new = (
        caller.call("/sign-up/email", httpx.Response(200, json={}), email=email, name="Eve", password="x")
        for email in (ada.email, "eve@example.com")
    )

    assert [len(one.headers.get_list("set-cookie")) for one in (known, new)] == [0, 1]


def test_the_messages_to_one_address_are_limited(caller: Caller, make: Factory) -> None:
    session, sent = make.sign_in(make.user("Eve")), httpx.Response(200, json={})

    def ask(email: str, answer: httpx.Response = sent) -> None:
        caller.call("/change-email", answer, session=session, newEmail=email, password="right")

    for _ in range(20):
        ask("victim@example.com", httpx.Response(400, json={"code": "EMAIL_IS_THE_SAME"}))
    for _ in range(MAILS.free + 1):
        ask("VICTIM@example.com")
    ask("another@example.com")
    with pytest.raises(TooManyAttempts):
        ask("victim@example.com")


@pytest.mark.databases("sqlite")
def test_calls_that_are_not_judged_give_a_stolen_session_no_more_guesses(caller: Caller, make: Factory) -> None:
    """Better Auth refuses a common password before it looks at the present one."""
    session = make.sign_in(make.user("Ada"))
    wrong, unjudged = (httpx.Response(400, json={"code": code}) for code in ("INVALID_PASSWORD", "PASSWORD_TOO_COMMON"))

    for _ in range(BROWSER.free):
        caller.call("/change-password", wrong, session=session)
        caller.call("/change-password", unjudged, session=session)
    caller.call("/change-password", wrong, session=session)

    with pytest.raises(TooManyAttempts):
        caller.call("/change-password", wrong, session=session)
