"""Two-factor authentication: turning it on and off, and signing in with it, with the real Better Auth."""

import hmac
import re
import time
from base64 import b32decode
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.better_auth import QUICK
from tests.client import HtmlClient, Page
from tests.controllers.mailing import mails
from tests.factories import Factory
from web.auth.guess_limit import BROWSER
from web.auth.passwords import hash_password
from web.controllers.account_forms import NOT_THE_CODE
from web.controllers.second_step import USED, WRONG_CODE, written
from web.db.database import Database

PASSWORD = "correct horse"
SETTINGS, STEP = "/settings/two-factor", "/sign-in/code"


def app_code(uri: str, later: int = 0) -> str:
    """What an authenticator app shows now, or some steps of 30 seconds later (RFC 6238)."""
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    step = int(time.time()) // 30 + later
    digest = hmac.digest(b32decode(secret + "=" * (-len(secret) % 8)), step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def with_cookies(client: HtmlClient, page: Page) -> HtmlClient:
    """The same browser after that answer."""
    kept = dict(pair.split("=", 1) for pair in client.cookie.split("; ") if pair)
    for sent in page.headers.get_list("set-cookie"):
        name, value = sent.partition(";")[0].split("=", 1)
        kept = {key: old for key, old in kept.items() if key != name} | ({name: value} if value else {})
    cookie = "; ".join(f"{name}={value}" for name, value in kept.items())
    return HtmlClient(client.client, client._user, cookie)


@pytest.fixture
def ada(newcomer: HtmlClient, make: Factory) -> HtmlClient:
    """Ada, signed in, with a password."""
    user = make.user("Ada", "ada@example.com")
    make.account(user, hash_password(PASSWORD, b"salt of 16 bytes", QUICK))
    return newcomer.signed_in_as(user, make)


class TurnedOn:
    """Ada with a second factor: her app, her backup codes, and the steps of her sign-in."""

    def __init__(self, ada: HtmlClient) -> None:
        page = ada.post(SETTINGS, current_password=PASSWORD)
        self.uri = page.link("open the app")
        self.codes = [code.text() for code in page.tree.css(".codes code")]
        self.shown = page
        self.first_code = app_code(self.uri)
        self.confirmed = ada.post(f"{SETTINGS}/confirm", code=self.first_code)
        self.ada = with_cookies(ada, self.confirmed)
        self.visitor = HtmlClient(ada.client)

    def first_step(self, **fields: str) -> HtmlClient:
        page = self.visitor.post("/sign-in", email="ada@example.com", password=PASSWORD, **fields)
        assert page.to.startswith(STEP)
        return with_cookies(self.visitor, page)

    def sign_in(self, code: str) -> Page:
        return self.first_step().post(STEP, code=code)


@pytest.fixture
def turned_on(ada: HtmlClient) -> TurnedOn:
    return TurnedOn(ada)


class TestTurningItOn:
    def test_shows_a_qr_code_the_key_and_ten_backup_codes(self, turned_on: TurnedOn) -> None:
        page = turned_on.shown

        assert page.tree.css_first("img").attributes["src"].startswith("data:image/svg+xml")  # type: ignore[union-attr]
        assert turned_on.uri.startswith("otpauth://totp/Daybook:ada%40example.com?")
        assert parse_qs(urlsplit(turned_on.uri).query)["secret"][0] in page.text.replace(" ", "")
        assert len(set(turned_on.codes)) == 10
        assert turned_on.confirmed.to == f"{SETTINGS}?done=on"
        assert "It is on" in turned_on.ada.get(SETTINGS).text

    def test_enter_in_the_password_chooses_neither_new_codes_nor_off(self, turned_on: TurnedOn) -> None:
        """A browser sends a form by its first button, and not at all where that is disabled."""
        first = turned_on.ada.get(SETTINGS).tree.css_first("main form button[type=submit]")

        assert first and "disabled" in first.attributes

    @pytest.mark.databases("sqlite")
    def test_needs_the_password(self, ada: HtmlClient) -> None:
        page = ada.post(SETTINGS, current_password="wrong horse")

        assert (page.status, page.error("current_password")) == (422, "That is not your current password.")
        assert page.link("Settings") == "/settings", "the index stands beside it"

    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize("path", ["", "/disable"])
    def test_is_limited_as_signing_in_is(self, ada: HtmlClient, path: str) -> None:
        pages = [ada.post(SETTINGS + path, current_password="wrong horse") for _ in range(12)]

        assert (pages[-1].status, int(pages[-1].headers["retry-after"]) > 0) == (429, True)
        assert pages[-1].alert.startswith("Too many attempts. Wait ")

    @pytest.mark.databases("sqlite")
    def test_counts_only_once_a_code_was_right(self, ada: HtmlClient) -> None:
        ada.post(SETTINGS, current_password=PASSWORD)

        page = ada.post(f"{SETTINGS}/confirm", code="000000")

        assert (page.status, page.error("code")) == (422, NOT_THE_CODE)
        assert "Turn it on" in ada.get(SETTINGS).text
        assert HtmlClient(ada.client).post("/sign-in", email="ada@example.com", password=PASSWORD).to == "/"

    def test_of_two_forms_at_once_the_confirmed_one_counts(self, ada: HtmlClient, database: Database) -> None:
        """Else a sign-in might read the other one, and refuse all codes."""
        uri = ada.post(SETTINGS, current_password=PASSWORD).link("open the app")
        with database.transaction() as session:
            session.connection().exec_driver_sql(
                "INSERT INTO two_factors (id, secret, backup_codes, user_id, verified) "
                "SELECT 'another', secret, backup_codes, user_id, verified FROM two_factors"
            )

        confirmed = ada.post(f"{SETTINGS}/confirm", code=app_code(uri))

        assert confirmed.to == f"{SETTINGS}?done=on"
        with database.reading() as session:
            left = session.connection().exec_driver_sql("SELECT verified FROM two_factors").scalars().all()
        assert [bool(one) for one in left] == [True]

    @pytest.mark.databases("sqlite")
    @pytest.mark.parametrize("path", ["", "/confirm", "/backup-codes", "/disable"])
    def test_needs_a_session(self, newcomer: HtmlClient, path: str) -> None:
        assert newcomer.post(SETTINGS + path, current_password=PASSWORD, code="123456").to.startswith("/sign-in?")


class TestSigningIn:
    def test_needs_a_code_and_goes_where_the_user_wanted(self, turned_on: TurnedOn) -> None:
        ada = turned_on.first_step(next="/tasks?status=pending")
        form = ada.get(f"{STEP}?next=%2Ftasks%3Fstatus%3Dpending")

        page = ada.post(STEP, code=app_code(turned_on.uri, later=1), next=form.value("next"))

        assert ada.get("/tasks").to.startswith("/sign-in")
        assert page.to == "/tasks?status=pending"
        assert with_cookies(ada, page).get("/tasks").status == 200

    def test_takes_a_code_only_once(self, turned_on: TurnedOn, make: Factory) -> None:
        code = app_code(turned_on.uri, later=1)
        signed_in = turned_on.sign_in(code)

        again, confirmed = turned_on.sign_in(code), turned_on.sign_in(turned_on.first_code)

        assert signed_in.status == 303
        assert [page.status for page in (again, confirmed)] == [422, 422]
        assert again.alert == confirmed.alert == USED
        assert "session_token" not in str(again.headers.get_list("set-cookie"))
        with make.database.reading() as session:
            count = session.connection().exec_driver_sql("SELECT count(*) FROM sessions").scalar_one()
        # That of the settings, and that of the first use.
        assert count == 2

    def test_takes_each_backup_code_once(self, turned_on: TurnedOn) -> None:
        code = turned_on.codes[3]

        first, second = (turned_on.sign_in(code.replace("-", " ")) for _ in range(2))

        assert first.to == "/"
        assert (second.status, second.error("code")) == (422, WRONG_CODE)

    def test_ends_after_five_wrong_codes(self, turned_on: TurnedOn) -> None:
        ada = turned_on.first_step()

        pages = [ada.post(STEP, code="000000") for _ in range(5)]
        over = ada.post(STEP, code=app_code(turned_on.uri, later=1))

        assert [page.error("code") for page in pages] == [WRONG_CODE] * 5
        assert over.alert == "Too many wrong codes. Sign in again."

    @pytest.mark.databases("sqlite")
    def test_wrong_codes_of_others_wait_and_keep_no_known_browser_out(self, turned_on: TurnedOn) -> None:
        owner = with_cookies(turned_on.visitor, turned_on.sign_in(turned_on.codes[0]))

        others = [turned_on.sign_in("000000").status for _ in range(12)]

        assert (others[:5], others[-1]) == ([422] * 5, 429)
        step = owner.post("/sign-in", email="ada@example.com", password=PASSWORD)
        assert with_cookies(owner, step).post(STEP, code=turned_on.codes[1]).to == "/"

    @pytest.mark.databases("sqlite")
    def test_a_right_password_forgives_a_known_browser_no_wrong_code(self, turned_on: TurnedOn) -> None:
        known = with_cookies(turned_on.visitor, turned_on.sign_in(turned_on.codes[0]))

        def guess() -> int:
            step = known.post("/sign-in", email="ada@example.com", password=PASSWORD)
            return with_cookies(known, step).post(STEP, code="000000").status

        assert [guess() for _ in range(BROWSER.free + 2)][-1] == 429

    @pytest.mark.databases("sqlite")
    def test_without_a_first_step_begins_with_the_password(self, newcomer: HtmlClient, turned_on: TurnedOn) -> None:
        assert newcomer.get(f"{STEP}?next=/tasks").to == "/sign-in?next=%2Ftasks"
        assert newcomer.post(STEP, code="123456").alert == "That took too long. Sign in again."

    @pytest.mark.databases("sqlite")
    def test_of_another_user_does_not_use_the_session_of_this_browser(self, turned_on: TurnedOn, make: Factory) -> None:
        step = turned_on.first_step()
        bobs = make.cookie(make.sign_in(make.user("Bob")))
        both = HtmlClient(step.client, cookie=f"{step.cookie}; {bobs}")

        page = both.post(STEP, code=turned_on.codes[0])

        assert "Ada" in with_cookies(step, page).get("/tasks").text

    @pytest.mark.databases("sqlite")
    def test_by_signing_up_again_with_the_same_password_needs_the_code_too(self, turned_on: TurnedOn) -> None:
        page = turned_on.visitor.post("/sign-up", name="Ada", email="ada@example.com", password=PASSWORD)

        assert page.to == STEP
        assert with_cookies(turned_on.visitor, page).get("/tasks").to.startswith("/sign-in")


class TestOnceItIsOn:
    def test_new_backup_codes_replace_the_old_ones(self, turned_on: TurnedOn) -> None:
        page = turned_on.ada.post(f"{SETTINGS}/backup-codes", current_password=PASSWORD)

        new = [code.text() for code in page.tree.css(".codes code")]
        assert len(new) == 10 and set(new).isdisjoint(turned_on.codes)
        assert turned_on.sign_in(turned_on.codes[0]).status == 422
        assert turned_on.sign_in(new[0]).to == "/"

    def test_its_user_hears_of_each_change_by_mail(self, turned_on: TurnedOn, database: Database) -> None:
        kinds = ("two-factor-on", "backup-codes-made", "two-factor-off")
        turned_on.sign_in(app_code(turned_on.uri, later=1))
        once = [len(mails(database, kind)) for kind in kinds]

        turned_on.ada.post(f"{SETTINGS}/backup-codes", current_password="wrong horse")
        turned_on.ada.post(f"{SETTINGS}/disable", current_password="wrong horse")
        still = [len(mails(database, kind)) for kind in kinds]
        turned_on.ada.post(f"{SETTINGS}/backup-codes", current_password=PASSWORD)
        turned_on.ada.post(f"{SETTINGS}/disable", current_password=PASSWORD)

        assert once == still == [1, 0, 0]
        assert [len(mails(database, kind)) for kind in kinds] == [1, 1, 1]
        assert mails(database, kinds[0])[0].address == "ada@example.com"

    def test_it_is_turned_off_with_the_password(self, turned_on: TurnedOn) -> None:
        refused = turned_on.ada.post(f"{SETTINGS}/disable", current_password="wrong horse")
        page = turned_on.ada.post(f"{SETTINGS}/disable", current_password=PASSWORD)

        assert (refused.status, refused.error("current_password")) == (422, "That is not your current password.")
        assert "Turn it off" in refused.text
        assert "is off" in with_cookies(turned_on.ada, page).get(page.to).text
        assert turned_on.visitor.post("/sign-in", email="ada@example.com", password=PASSWORD).to == "/"

    @pytest.mark.databases("sqlite")
    def test_the_endpoints_of_better_auth_are_not_passed_on(self, turned_on: TurnedOn) -> None:
        for path in ("verify-totp", "verify-backup-code", "enable", "disable", "get-totp-uri", "send-otp"):
            answer = turned_on.ada.ask("POST", f"/api/auth/two-factor/{path}", json={"code": "123456"})
            assert answer.status == 404


@pytest.mark.parametrize(
    ("typed", "code"),
    [("123456", "123456"), (" 123 456 ", "123456"), ("aB3dEfG5hI", "aB3dE-fG5hI"), ("aB3dE-fG5hI", "aB3dE-fG5hI")],
)
def test_a_code_may_be_typed_with_spaces(typed: str, code: str) -> None:
    assert written(typed) == code
    assert re.fullmatch(r"\d{6}|\w{5}-\w{5}", code)
