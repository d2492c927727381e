"""The password again, for what opens the account, where the sign-in is older than 15 minutes."""

from datetime import timedelta
from typing import Any

import pytest

from tests.better_auth import QUICK
from tests.client import ORIGIN, HtmlClient, Page
from tests.controllers.accounts import PASSWORD
from tests.controllers.test_passkeys import add_passkey
from tests.factories import Factory
from web.auth.passwords import hash_password
from web.auth.session_uses import PROOF
from web.db.database import Database
from web.domain.timestamps import utc_now

PAGE = "/settings/confirm"
TOKEN = {"name": "Backup", "scope": "read", "lifetime": "30", "op": "5f3c9c0e-0000-4000-8000-000000000001"}
# By the page that each is on: its path, and its fields.
ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "/settings/passkeys": ("/settings/passkeys/adas/delete", {}),
    "/settings/tokens": ("/settings/tokens", TOKEN),
    "/settings/sessions": ("/settings/sessions/end-others", {}),
    "/settings/sessions?done=": ("/settings/sessions/{other}/end", {}),
}
AGES = [(PROOF - timedelta(minutes=1), True), (PROOF + timedelta(seconds=1), False)]


class Signed:
    """Ada, who signed in a while ago, and her other browser."""

    def __init__(self, visitor: HtmlClient, make: Factory, age: timedelta) -> None:
        self.user = make.user("Ada", "ada@example.com")
        make.account(self.user, hash_password(PASSWORD, b"salt of 16 bytes", QUICK))
        add_passkey(make, self.user, "adas")
        made = make.sign_in(self.user, created_at=utc_now() - age)
        self.browser = HtmlClient(visitor.client, self.user, make.cookie(made))
        self.other = make.sign_in(self.user)

    def attempt(self, place: str, **options: Any) -> Page:
        path, fields = ACTIONS[place]
        return self.browser.post(path.format(other=self.other.id), on=place, **fields, **options)


def count(database: Database) -> list[int]:
    """Of passkeys, access tokens, sessions."""
    with database.reading() as session:
        return [
            int(session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
            for table in ("passkeys", "access_tokens", "sessions")
        ]


@pytest.mark.parametrize("place", ACTIONS)
def test_what_opens_the_account_asks_for_the_password_again(
    newcomer: HtmlClient, make: Factory, database: Database, place: str
) -> None:
    ada = Signed(newcomer, make, timedelta(days=3))

    asked = ada.attempt(place)
    before = count(database)
    form = ada.browser.get(asked.to)
    back = ada.browser.post(PAGE, current_password=PASSWORD, next=form.value("next"))
    done = ada.attempt(place)

    assert asked.to.startswith(f"{PAGE}?next=")
    assert before == [1, 0, 2]
    assert (form.status, back.to) == (200, place)
    assert not done.to.startswith(PAGE)
    assert count(database) != before


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(("age", "is_enough"), AGES)
@pytest.mark.parametrize("place", ACTIONS)
def test_a_sign_in_is_enough_for_fifteen_minutes(
    newcomer: HtmlClient, make: Factory, place: str, age: timedelta, is_enough: bool
) -> None:
    page = Signed(newcomer, make, age).attempt(place)

    assert page.to.startswith(PAGE) is not is_enough


@pytest.mark.databases("sqlite")
def test_for_htmx_it_is_a_page_of_its_own(newcomer: HtmlClient, make: Factory) -> None:
    page = Signed(newcomer, make, timedelta(days=3)).attempt("/settings/tokens", htmx=True)

    assert page.headers["hx-redirect"] == f"{PAGE}?next=%2Fsettings%2Ftokens"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/passkey/generate-register-options", None),
        ("POST", "/revoke-other-sessions", {}),
        ("POST", "/revoke-sessions", {}),
    ],
)
def test_better_auths_own_endpoints_ask_too(
    newcomer: HtmlClient, make: Factory, database: Database, method: str, path: str, body: dict[str, str] | None
) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))
    headers = {"cookie": ada.browser.cookie, "origin": ORIGIN}
    options: dict[str, Any] = {} if body is None else {"json": body}

    refused = ada.browser.ask(method, f"/api/auth{path}", headers=headers, **options)
    before = count(database)
    ada.browser.post(PAGE, current_password=PASSWORD)
    taken = ada.browser.ask(method, f"/api/auth{path}", headers=headers, **options)

    assert (refused.status, refused.response.json()["code"]) == (403, "SESSION_NOT_FRESH")
    assert before == [1, 0, 2]
    assert taken.status == 200


def test_a_wrong_password_confirms_nothing_and_is_limited(newcomer: HtmlClient, make: Factory) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))

    pages = [ada.browser.post(PAGE, current_password=password, next="/settings/tokens") for password in ("", "wrong")]

    assert [page.status for page in pages] == [422, 422]
    assert pages[1].error("current_password") == "That is not your current password."
    assert pages[1].value("next") == "/settings/tokens"
    assert ada.attempt("/settings/tokens").to.startswith(PAGE)
    assert [ada.browser.post(PAGE, current_password="wrong").status for _ in range(12)][-1] == 429


@pytest.mark.databases("sqlite")
def test_it_counts_for_one_session_and_leads_to_no_other_website(newcomer: HtmlClient, make: Factory) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))
    phone = make.sign_in(ada.user, created_at=utc_now() - timedelta(hours=1))

    page = ada.browser.post(PAGE, current_password=PASSWORD, next="//evil.example")

    assert page.to == "/settings/account"
    there = HtmlClient(newcomer.client, ada.user, make.cookie(phone))
    assert there.post("/settings/tokens", **TOKEN).to.startswith(PAGE)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("place", ["/settings/tokens", "/settings/passkeys"])
def test_the_pages_say_it_before_anything_is_typed(newcomer: HtmlClient, make: Factory, place: str) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))

    before = ada.browser.get(place)
    ada.browser.post(PAGE, current_password=PASSWORD)

    asks = before.tree.css_first(f"a[href='{PAGE}?next={place.replace('/', '%2F')}']")
    asks = asks or before.tree.css_first(f"a[href='{PAGE}?next={place}']")
    assert asks and asks.text().startswith("Enter your password to ")
    assert "Enter your password to " not in ada.browser.get(place).text


@pytest.mark.databases("sqlite")
def test_signed_out_it_asks_to_sign_in(newcomer: HtmlClient) -> None:
    assert newcomer.get(PAGE).to.startswith("/sign-in")
    assert newcomer.post(PAGE, current_password=PASSWORD).to.startswith("/sign-in")
