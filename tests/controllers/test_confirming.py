"""A proof of who the user is, for what opens the account, where the sign-in is older than 15 minutes."""

from datetime import timedelta
from typing import Any

import pytest

from tests.better_auth import QUICK
from tests.client import ORIGIN, HtmlClient, Page
from tests.controllers.accounts import PASSWORD
from tests.controllers.api.client import Program
from tests.controllers.passkey_device import PRESENT, Device
from tests.controllers.test_audit import kinds
from tests.controllers.test_passkeys import add_passkey
from tests.controllers.test_two_factor import TurnedOn, app_code, with_cookies
from tests.controllers.test_webhooks import URL
from tests.factories import Factory
from web.auth.passwords import hash_password
from web.auth.session_uses import PROOF
from web.controllers.account_forms import NOT_THE_CODE
from web.controllers.confirming import ANOTHERS, USED
from web.db.database import Database
from web.domain.timestamps import utc_now

PAGE = "/settings/confirm"
TOKEN = {"name": "Backup", "scope": "read", "lifetime": "30", "op": "5f3c9c0e-0000-4000-8000-000000000001"}
# By the page that each is on: its path, and its fields.
ACTIONS: dict[str, tuple[str, dict[str, str]]] = {
    "/settings/passkeys": ("/settings/passkeys/adas/delete", {}),
    "/settings/tokens": ("/settings/tokens", TOKEN),
    "/settings/feeds": ("/settings/feeds", {"source": "all", "kind": "events"}),
    "/settings/webhooks": ("/settings/webhooks", {"url": URL}),
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


def challenged(browser: HtmlClient) -> tuple[HtmlClient, str]:
    """The browser with the cookie of a challenge, and the challenge."""
    asked = browser.ask("GET", "/api/auth/passkey/generate-authenticate-options", headers={"cookie": browser.cookie})
    return with_cookies(browser, asked), str(asked.response.json()["challenge"])


def count(database: Database) -> list[int]:
    """Of passkeys, access tokens, calendar addresses, webhooks, sessions."""
    with database.reading() as session:
        return [
            int(session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
            for table in ("passkeys", "access_tokens", "feeds", "webhooks", "sessions")
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
    assert before == [1, 0, 0, 0, 2]
    assert (form.status, back.to) == (200, place.partition("?")[0])
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
    assert before == [1, 0, 0, 0, 2]
    assert taken.status == 200


def test_a_new_secret_of_a_webhook_asks_and_the_end_of_one_does_not(newcomer: HtmlClient, make: Factory) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))
    webhook, _ = make.webhook(ada.user)
    feed, _ = make.feed(ada.user)
    place = f"/settings/webhooks/{webhook.id}"

    asked = ada.browser.post(f"{place}/secret", on=place)
    shown = ada.browser.get(place)
    ended = [ada.browser.post(path) for path in (f"{place}/remove", f"/settings/feeds/{feed.id}/revoke")]

    assert asked.to == f"{PAGE}?next=%2Fsettings%2Fwebhooks%2F{webhook.id}"
    assert shown.link("Confirm that it is you to replace the secret").startswith(PAGE)
    assert [answer.to for answer in ended] == ["/settings/webhooks?done=removed", "/settings/feeds?done=revoked"]


@pytest.mark.databases("sqlite")
def test_the_api_asks_a_session_and_no_access_token(newcomer: HtmlClient, make: Factory) -> None:
    """Else the cookie of a browser would do there what its pages refuse."""
    ada = Signed(newcomer, make, timedelta(hours=1))
    _, token = make.access_token(ada.user)
    by_session, by_token = Program(ada.browser), Program(ada.browser, authorization=f"Bearer {token}")
    webhook, secret = make.webhook(ada.user)
    body = {"url": URL, "secret": secret}

    refused = [
        by_session.send("POST", "/api/webhooks", body),
        by_session.send("PUT", f"/api/webhooks/{webhook.id}/secret", {"secret": secret}),
    ]

    assert [answer.status for answer in refused] == [403, 403]
    assert "Confirm in the settings" in refused[0].response.json()["detail"]
    assert by_token.send("POST", "/api/webhooks", body).status == 201
    ada.browser.post(PAGE, current_password=PASSWORD)
    assert by_session.send("POST", "/api/webhooks", body).status == 201


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
@pytest.mark.parametrize("place", ["/settings/tokens", "/settings/passkeys", "/settings/feeds", "/settings/webhooks"])
def test_the_pages_say_it_before_anything_is_typed(newcomer: HtmlClient, make: Factory, place: str) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))

    before = ada.browser.get(place)
    ada.browser.post(PAGE, current_password=PASSWORD)

    asks = before.tree.css_first(f"a[href='{PAGE}?next={place.replace('/', '%2F')}']")
    asks = asks or before.tree.css_first(f"a[href='{PAGE}?next={place}']")
    assert asks and asks.text().startswith("Confirm that it is you to ")
    assert "Confirm that it is you to " not in ada.browser.get(place).text


@pytest.mark.databases("sqlite")
def test_signed_out_it_asks_to_sign_in(newcomer: HtmlClient) -> None:
    assert newcomer.get(PAGE).to.startswith("/sign-in")
    assert newcomer.post(PAGE, current_password=PASSWORD).to.startswith("/sign-in")


def test_a_passkey_confirms_and_makes_no_session(newcomer: HtmlClient, make: Factory, database: Database) -> None:
    ada = Signed(newcomer, make, timedelta(days=3))
    device = Device(make, ada.user)
    before = count(database)

    browser, challenge = challenged(ada.browser)
    back = browser.post(f"{PAGE}/passkey", credential=device.answer(challenge), next="/settings/tokens")
    again = browser.post(f"{PAGE}/passkey", credential=device.answer(challenge))

    assert (back.status, back.to) == (303, "/settings/tokens")
    assert "session_token" not in str(back.headers)
    assert (again.status, again.alert) == (422, "The passkey was not accepted. Try again, or confirm in another way.")
    assert count(database) == before
    assert kinds(database) == []
    assert not ada.attempt("/settings/tokens").to.startswith(PAGE)


@pytest.mark.databases("sqlite")
def test_no_other_passkey_confirms(newcomer: HtmlClient, make: Factory, database: Database) -> None:
    ada = Signed(newcomer, make, timedelta(days=3))
    own, bobs = Device(make, ada.user), Device(make, make.user("Bob"))
    before = count(database)
    unverified, challenge = challenged(ada.browser)

    answers = [unverified.post(f"{PAGE}/passkey", credential=own.answer(challenge, PRESENT))]
    for device, changed in ((bobs, False), (own, True)):
        browser, challenge = challenged(ada.browser)
        credential = device.answer("another" if changed else challenge)
        answers.append(browser.post(f"{PAGE}/passkey", credential=credential))
    broken = [ada.browser.post(f"{PAGE}/passkey", credential=text) for text in ("", "{", "[]")]

    assert [answer.status for answer in answers] == [422, 422, 422]
    assert answers[1].alert == ANOTHERS
    assert [answer.status for answer in broken] == [400] * 3
    assert count(database) == before
    assert ada.attempt("/settings/tokens").to.startswith(PAGE)


class TestByACode:
    @pytest.fixture
    def turned_on(self, newcomer: HtmlClient, make: Factory) -> TurnedOn:
        """Ada, who turned it on, and signed in a while ago."""
        ada = Signed(newcomer, make, timedelta(0))
        turned_on = TurnedOn(ada.browser)
        phone = make.sign_in(ada.user, created_at=utc_now() - timedelta(hours=1))
        turned_on.ada = HtmlClient(newcomer.client, ada.user, make.cookie(phone))
        return turned_on

    def test_confirms_once(self, turned_on: TurnedOn, database: Database) -> None:
        code = app_code(turned_on.uri, later=1)
        assert turned_on.ada.post("/settings/tokens", **TOKEN).to.startswith(PAGE)

        used = turned_on.ada.post(f"{PAGE}/code", code=turned_on.first_code)
        still = turned_on.ada.post("/settings/tokens", **TOKEN)
        back = turned_on.ada.post(f"{PAGE}/code", code=f" {code[:3]} {code[3:]} ", next="/settings/tokens")

        assert (used.status, used.error("code")) == (422, USED)
        assert still.to.startswith(PAGE)
        assert back.to == "/settings/tokens"
        assert "session_token" not in str(back.headers)
        assert turned_on.ada.post("/settings/tokens", **TOKEN).status == 200
        assert kinds(database) == ["two-factor-on", "token-made"]

    @pytest.mark.databases("sqlite")
    def test_a_wrong_one_confirms_nothing_and_is_limited(self, turned_on: TurnedOn) -> None:
        codes = ["", "12345", turned_on.codes[0], *["000000"] * 12]

        pages = [turned_on.ada.post(f"{PAGE}/code", code=code, next="/settings/tokens") for code in codes]

        assert [page.status for page in pages[:4]] == [422] * 4
        assert {page.error("code") for page in pages[:4]} == {NOT_THE_CODE}
        assert pages[3].value("next") == "/settings/tokens"
        assert pages[-1].status == 429
        assert turned_on.ada.post("/settings/tokens", **TOKEN).to.startswith(PAGE)


@pytest.mark.databases("sqlite")
def test_a_code_without_an_app_is_not_found(newcomer: HtmlClient, make: Factory) -> None:
    ada = Signed(newcomer, make, timedelta(hours=1))

    assert ada.browser.post(f"{PAGE}/code", code="123456").status == 404


@pytest.mark.databases("sqlite")
def test_the_page_offers_what_the_user_has_and_a_way_out(
    newcomer: HtmlClient, visitor: HtmlClient, make: Factory
) -> None:
    ada, bob = Signed(newcomer, make, timedelta(hours=1)), make.user("Bob")

    with_passkey, without = ada.browser.get(PAGE), newcomer.signed_in_as(bob, make).get(PAGE)
    with_mail = visitor.signed_in_as(bob, make).get(PAGE)

    assert "Your passkey needs JavaScript." in with_passkey.text
    assert with_passkey.tree.css_first("form[hidden] input[name=credential]") is not None
    assert without.tree.css_first("input[name=credential], input[name=code]") is None
    assert "The operator of this Daybook can give you a new password." in without.text
    assert with_mail.link("Have a link sent to you") == "/forgot-password"
    assert "sign in again in any way that you can" in without.text
    assert without.tree.css_first("main form[action='/sign-out'] button") is not None
