"""Wrong passwords at the pages and at the proxied API, with the real Better Auth."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from litestar import Litestar

from tests.client import ORIGIN, HtmlClient, Page
from tests.controllers.accounts import PASSWORD, sign_up, signed_in
from web.auth.guess_limit import ACCOUNT, BROWSER
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.services.audit import latest

EMAIL = "ada@example.com"
FROM_HERE = {"origin": ORIGIN}
GUESS = {"newEmail": "eve@example.com", "password": "wrong horse"}


class Clock:
    """The guard's clock, which stands still until it is moved."""

    def __init__(self) -> None:
        self.at = utc_now()

    def __call__(self) -> Any:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture(autouse=True)
def clock(live_app: Litestar) -> Clock:
    clock = Clock()
    live_app.state.better_auth._guard._now = clock
    return clock


def guess(browser: HtmlClient, email: str = EMAIL, password: str = "wrong horse") -> Page:
    return browser.post("/sign-in", email=email, password=password)


def guess_by_api(browser: HtmlClient, path: str, **fields: str) -> Page:
    headers = {"cookie": browser.cookie, "origin": ORIGIN} if browser.cookie else {}
    return browser.ask("POST", f"/api/auth{path}", json=fields, headers=headers)


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        return [str(entry.kind) for entry in reversed(latest(session.connection(), 100))]


def test_guesses_at_one_account_get_pauses_and_others_none(newcomer: HtmlClient, clock: Clock) -> None:
    sign_up(newcomer)
    sign_up(newcomer, "bob@example.com")

    codes = [guess(newcomer).status for _ in range(ACCOUNT.free + 2)]
    refused = guess(newcomer, password=PASSWORD)

    assert codes == [422] * (ACCOUNT.free + 1) + [429]
    assert refused.status == 429
    assert refused.headers["retry-after"] == "1"
    assert refused.alert == "Too many attempts. Wait 1 second and try again."
    assert guess(newcomer, "bob@example.com", PASSWORD).status == 303
    clock.later(seconds=1)
    assert guess(newcomer, password=PASSWORD).status == 303


def test_an_account_that_does_not_exist_is_limited_alike(newcomer: HtmlClient) -> None:
    """Otherwise the answers would tell which accounts exist."""
    codes = [guess(newcomer, "unknown@example.com").status for _ in range(ACCOUNT.free + 2)]

    assert codes == [422] * (ACCOUNT.free + 1) + [429]


def test_page_and_api_share_one_count(newcomer: HtmlClient) -> None:
    sign_up(newcomer)
    for _ in range(ACCOUNT.free + 1):
        guess_by_api(newcomer, "/sign-in/email", email="ADA@example.com", password="wrong horse")

    refused = guess_by_api(newcomer, "/sign-in/email", email=EMAIL, password=PASSWORD)

    assert guess(newcomer, password=PASSWORD).status == 429
    assert refused.status == 429
    assert refused.response.json()["message"] == "Too many attempts. Wait 1 second and try again."
    assert refused.headers["retry-after"] == "1"


def test_the_sign_up_page_is_no_way_around(newcomer: HtmlClient) -> None:
    """A sign-up with a taken email tries to sign in."""
    sign_up(newcomer)
    for _ in range(ACCOUNT.free + 1):
        sign_up(newcomer, password="wrong horse")

    assert guess(newcomer, password=PASSWORD).status == 429


def test_the_browser_of_the_owner_is_never_locked_out(newcomer: HtmlClient, clock: Clock) -> None:
    owner = signed_in(newcomer, sign_up(newcomer))
    for _ in range(30):
        guess(newcomer)
        clock.later(seconds=10)

    assert guess(newcomer, password=PASSWORD).status == 429
    assert guess(owner, password=PASSWORD).status == 303


def test_a_known_browser_has_a_budget_of_its_own(newcomer: HtmlClient) -> None:
    """So a stolen cookie does not open the account to guesses without end."""
    owner = signed_in(newcomer, sign_up(newcomer))

    codes = [guess(owner).status for _ in range(BROWSER.free + 2)]

    assert codes == [422] * (BROWSER.free + 1) + [429]
    assert guess(newcomer, password=PASSWORD).status == 303


def test_the_cookie_of_one_account_gives_nothing_at_another(newcomer: HtmlClient) -> None:
    sign_up(newcomer)
    bob = signed_in(newcomer, sign_up(newcomer, "bob@example.com"))

    codes = [guess(bob).status for _ in range(ACCOUNT.free + 2)]

    assert codes[-1] == 429


def test_a_made_up_cookie_gives_nothing(newcomer: HtmlClient) -> None:
    sign_up(newcomer)
    forger = HtmlClient(newcomer.client, cookie=f"daybook.browser={'a' * 22}.{'b' * 43}")

    codes = [guess(forger).status for _ in range(ACCOUNT.free + 2)]

    assert codes[-1] == 429


def bearer(cookie: str) -> str:
    return f"Bearer {cookie.partition('=')[2]}"


@pytest.mark.parametrize(
    "disguise",
    [
        lambda cookie: {"cookie": cookie, "authorization": "Bearer none"},
        lambda cookie: {"cookie": f"{cookie.partition('=')[0]}=none; {cookie}"},
        lambda cookie: {"cookie": f"{cookie}; {cookie.partition('=')[0]}=none"},
        lambda cookie: {"cookie": unquote(cookie)},
        lambda cookie: {"authorization": unquote(bearer(cookie))},
        lambda cookie: {"authorization": bearer(cookie).rstrip("D%3")},
    ],
)
def test_no_spelling_of_a_stolen_session_guesses_without_end(
    newcomer: HtmlClient, disguise: Callable[[str], dict[str, str]]
) -> None:
    """Better Auth reads more of them than the count does."""
    ada = signed_in(newcomer, sign_up(newcomer))
    session = next(part for part in ada.cookie.split("; ") if "session_token" in part)

    answers = [
        ada.ask(
            "POST",
            "/api/auth/change-email",
            json={"newEmail": "eve@example.com", "password": "wrong"},
            headers=disguise(session) | FROM_HERE,
        )
        for _ in range(BROWSER.free + 2)
    ]

    assert answers[-1].status in (401, 429)


def test_a_page_counts_guesses_by_the_cookie_that_it_reads(newcomer: HtmlClient) -> None:
    ada = signed_in(newcomer, sign_up(newcomer))
    form = {"current_password": "wrong horse", "password": "another horse"}

    codes = [
        ada.ask(
            "POST",
            "/settings/account/password",
            data=form,
            headers={"cookie": ada.cookie, "authorization": "Bearer none", "sec-fetch-site": "same-origin"},
        ).status
        for _ in range(BROWSER.free + 2)
    ]

    assert codes == [422] * (BROWSER.free + 1) + [429]


def test_a_change_by_another_spelling_of_the_session_does_not_escape_the_log(
    newcomer: HtmlClient, database: Database
) -> None:
    ada = signed_in(newcomer, sign_up(newcomer))

    answer = ada.ask(
        "POST",
        "/api/auth/update-user",
        json={"name": "Eve"},
        headers={"cookie": ada.cookie, "authorization": "Bearer none", "origin": ORIGIN},
    )

    assert answer.status == 401
    assert "name-changed" not in kinds(database)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/change-password", {"currentPassword": "wrong horse", "newPassword": "another horse"}),
        ("/change-email", GUESS),
    ],
)
def test_a_stolen_session_cannot_guess_the_password(
    newcomer: HtmlClient, clock: Clock, path: str, fields: dict[str, str]
) -> None:
    ada = signed_in(newcomer, sign_up(newcomer))

    codes = [guess_by_api(ada, path, **fields).status for _ in range(BROWSER.free + 2)]

    assert codes == [400] * (BROWSER.free + 1) + [429]
    assert guess(newcomer, password=PASSWORD).status == 303


def test_the_audit_log_has_what_happened_to_the_account(newcomer: HtmlClient, database: Database) -> None:
    ada = signed_in(newcomer, sign_up(newcomer))
    guess(newcomer)
    guess(newcomer, "unknown@example.com")
    guess(newcomer, password=PASSWORD)
    guess_by_api(ada, "/update-user", name="Ada L")
    guess_by_api(ada, "/change-password", currentPassword="wrong horse", newPassword="another horse")
    ada.post("/sign-out")

    assert kinds(database) == ["signed-up", "refused", "signed-in", "name-changed", "password-refused", "signed-out"]
    with database.reading() as session:
        assert {entry.address for entry in latest(session.connection(), 100)} == {"testclient"}
