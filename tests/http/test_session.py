"""Session cookies: signature, expiry and renewal."""

import asyncio
from datetime import timedelta
from urllib.parse import quote, unquote

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import delete

from testkit.patience import PATIENCE_SECONDS
from tests.better_auth import better_auth_process, http_client, sign_up
from tests.client import ORIGIN, HtmlClient, Page
from tests.conftest import settings_for
from tests.factories import SECRET, Factory
from web.app import create_app
from web.auth.client import BetterAuthClient, ClientInfo
from web.auth.cookie import signed, token_of
from web.auth.identity import LIFETIME, LONGEST, RENEWAL_INTERVAL
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.models.user import AuthSession, User
from web.server.better_auth import BetterAuthProcess
from web.settings import Settings

TOKEN = "HZzSL7KBzSZUSxZMNOjHLOFbwGlwl70n"


class TestTheCookie:
    def test_contains_the_token(self) -> None:
        assert token_of([signed(TOKEN, SECRET)], SECRET) == TOKEN

    def test_has_the_format_that_better_auth_writes(self, newcomer: HtmlClient) -> None:
        answer = newcomer.client.post(
            "/api/auth/sign-up/email", json={"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        )

        value = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        assert token_of([value], SECRET) == answer.json()["token"]
        assert signed(answer.json()["token"], SECRET) == value

    @pytest.mark.parametrize("place", range(0, len(signed(TOKEN, SECRET)), 3))
    def test_with_any_character_changed_is_invalid(self, place: int) -> None:
        good = signed(TOKEN, SECRET)

        for letter in ("A", "b", "%", ".", "é", "\x00"):
            bad = good[:place] + letter + good[place + 1 :]
            assert token_of([bad], SECRET) is None or bad == good

    @pytest.mark.parametrize(
        "value",
        [
            "",
            ".",
            TOKEN,
            f"{TOKEN}.",
            unquote(signed(TOKEN, SECRET)),
            quote(signed(TOKEN, SECRET)),
            f'"{signed(TOKEN, SECRET)}"',
            signed(TOKEN, SECRET) + "=",
            signed(TOKEN, SECRET).replace("%3D", "%3d"),
            signed(TOKEN, SECRET).replace("%3D", ""),
            signed(TOKEN, "another secret, just as long as it"),
        ],
    )
    def test_in_another_encoding_is_invalid(self, value: str) -> None:
        assert token_of([value], SECRET) is None

    def test_sent_twice_is_invalid(self) -> None:
        assert token_of([signed(TOKEN, SECRET)] * 2, SECRET) is None


class TestTheSession:
    def test_is_valid_until_it_expires(self, signed_out: HtmlClient, make: Factory) -> None:
        user = make.user()
        for left, status in ((timedelta(minutes=1), 200), (timedelta(seconds=-1), 303), (-timedelta(hours=1), 303)):
            cookie = make.cookie(make.sign_in(user, expires_at=utc_now() + left))

            assert HtmlClient(signed_out.client, cookie=cookie).get("/tasks").status == status

    def test_ends_at_a_great_age_however_often_it_was_extended(self, signed_out: HtmlClient, make: Factory) -> None:
        user = make.user()
        for age, status in ((LONGEST - timedelta(minutes=1), 200), (LONGEST + timedelta(minutes=1), 303)):
            cookie = make.cookie(make.sign_in(user, created_at=utc_now() - age))

            assert HtmlClient(signed_out.client, cookie=cookie).get("/tasks").status == status

    def test_ends_at_the_age_in_the_settings(self, migrated: Settings, make: Factory) -> None:
        app = create_app(settings_for(migrated.node_database_url(), SESSION_DAYS="2"))
        cookie = make.cookie(make.sign_in(make.user(), created_at=utc_now() - timedelta(days=3)))

        with TestClient(app, base_url=ORIGIN) as client:
            assert HtmlClient(client, cookie=cookie).get("/tasks").status == 303

    def test_ends_when_its_row_is_deleted(self, ada: HtmlClient, database: Database) -> None:
        with database.transaction() as session:
            session.connection().execute(delete(AuthSession))

        assert ada.get("/tasks").status == 303

    def test_ends_when_its_user_is_deleted(self, ada: HtmlClient, database: Database) -> None:
        with database.transaction() as session:
            session.connection().execute(delete(User))

        assert ada.get("/tasks").status == 303

    def test_signed_with_another_secret_is_refused(self, ada: HtmlClient, make: Factory) -> None:
        cookie = make.cookie(make.sign_in(ada.user), "another secret, just as long as it")

        assert HtmlClient(ada.client, cookie=cookie).get("/tasks").status == 303

    def test_sent_together_with_another_one_is_refused(self, ada: HtmlClient, bob: HtmlClient) -> None:
        both = HtmlClient(ada.client, cookie=f"{ada.cookie}; {bob.cookie}")

        assert both.get("/tasks").status == 303

    def test_is_found_among_other_cookies(self, ada: HtmlClient) -> None:
        many = HtmlClient(ada.client, cookie=f"theme=dark; odd; ={'x' * 100}; {ada.cookie};a=b=c")

        assert many.get("/tasks").status == 200

    @pytest.mark.parametrize(
        ("settings", "name"),
        [
            ({"APP_URL": "https://daybook.example"}, "__Host-better-auth.session_token"),
            (
                {"APP_URL": "https://daybook.example", "BETTER_AUTH_URL": "https://auth.example"},
                "__Secure-better-auth.session_token",
            ),
            ({"BETTER_AUTH_COOKIE_PREFIX": "tasks"}, "tasks.session_token"),
            (
                {"APP_URL": "https://daybook.example", "BETTER_AUTH_COOKIE_PREFIX": "tasks"},
                "__Host-tasks.session_token",
            ),
        ],
    )
    def test_uses_the_cookie_name_from_the_settings(
        self, migrated: Settings, make: Factory, settings: dict[str, str], name: str
    ) -> None:
        app = create_app(settings_for(migrated.node_database_url(), **settings))
        value = make.cookie(make.sign_in(make.user())).partition("=")[2]

        with TestClient(app, base_url=ORIGIN) as client:
            assert HtmlClient(client, cookie=f"{name}={value}").get("/tasks").status == 200
            assert HtmlClient(client, cookie=f"better-auth.session_token={value}").get("/tasks").status == 303

    @pytest.mark.databases("sqlite")
    def test_with_https_better_auth_sets_it_for_this_host_only(
        self, better_auth_tables: str, migrated: Settings
    ) -> None:
        settings = settings_for(migrated.node_database_url(), APP_URL="https://daybook.example")
        with (
            better_auth_process(
                better_auth_tables, app_url=settings.app_url, cookie_prefix=settings.cookie_prefix
            ) as process,
            http_client(process) as client,
        ):
            cookies = sign_up(client, "ada@example.com").headers.get_list("set-cookie")

        assert [cookie.partition("=")[0] for cookie in cookies] == [settings.session_cookie]
        attributes = {part.strip() for part in cookies[0].split(";")[1:]}
        assert attributes == {"Max-Age=604800", "Path=/", "HttpOnly", "Secure", "SameSite=Lax"}

    @pytest.mark.databases("sqlite")
    def test_of_an_earlier_name_signs_out_with_a_sentence(self, migrated: Settings, make: Factory) -> None:
        """A subdomain could have set it, so it is not read."""
        app = create_app(settings_for(migrated.node_database_url(), APP_URL="https://daybook.example"))
        value = make.cookie(make.sign_in(make.user())).partition("=")[2]

        with TestClient(app, base_url=ORIGIN) as client:
            earlier = HtmlClient(client, cookie=f"__Secure-better-auth.session_token={value}")
            sent = earlier.get("/tasks")
            told = sent.headers["set-cookie"].partition(";")[0]
            page = HtmlClient(client, cookie=told).get(sent.to)

        assert sent.status == 303
        assert "Your session has ended. Sign in to go on." in page.text


def session_due_for_renewal(make: Factory) -> AuthSession:
    return make.sign_in(make.user(), expires_at=utc_now() + LIFETIME - RENEWAL_INTERVAL - timedelta(minutes=1))


class TestRenewal:
    @pytest.fixture
    def due(self, newcomer: HtmlClient, make: Factory) -> tuple[HtmlClient, AuthSession]:
        """A client whose session is older than the renewal interval, and that session."""
        sign_in = session_due_for_renewal(make)
        return HtmlClient(newcomer.client, cookie=make.cookie(sign_in)), sign_in

    def test_extends_the_session_and_sets_the_cookie(
        self, due: tuple[HtmlClient, AuthSession], database: Database
    ) -> None:
        ada, before = due

        page = ada.get("/tasks")

        assert page.status == 200
        cookie = page.headers["set-cookie"]
        assert cookie.startswith(f"{ada.cookie};")
        assert "Max-Age=604800" in cookie
        with database.reading() as session:
            after = session.get(AuthSession, before.id)
        assert after
        assert after.expires_at - before.expires_at > timedelta(hours=23)

    def test_stops_at_the_end_of_the_session(
        self, newcomer: HtmlClient, make: Factory, database: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        created_at = utc_now() - LONGEST + timedelta(hours=12)
        made = make.sign_in(make.user(), created_at=created_at, expires_at=utc_now() + timedelta(hours=1))
        ada = HtmlClient(newcomer.client, cookie=make.cookie(made))

        pages = [ada.get("/tasks") for _ in range(2)]

        assert ["set-cookie" in page.headers for page in pages] == [True, False]
        with database.reading() as session:
            after = session.get(AuthSession, made.id)
        assert after and abs(after.expires_at - created_at - LONGEST) < timedelta(milliseconds=2)

    def test_is_not_repeated_on_the_next_request(self, due: tuple[HtmlClient, AuthSession]) -> None:
        ada, _ = due
        ada.get("/tasks")

        assert "set-cookie" not in ada.get("/tasks").headers

    @pytest.mark.usefixtures("patient")
    def test_is_requested_once_by_concurrent_requests(
        self, live_app: Litestar, make: Factory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cookie, together = make.cookie(session_due_for_renewal(make)), 5
        asked, answered = [], []
        renew = BetterAuthClient.renew

        async def renew_last(better_auth: BetterAuthClient, client: ClientInfo) -> list[str]:
            asked.append(client)
            while len(asked) + len(answered) < together:
                await asyncio.sleep(0.01)
            return await renew(better_auth, client)

        async def ask_together() -> None:
            transport = httpx.ASGITransport(app=live_app)  # type: ignore[arg-type]
            async with live_app.lifespan(), httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:

                async def ask() -> None:
                    answered.append(await client.get("/tasks", headers={"cookie": cookie}))

                async with asyncio.timeout(PATIENCE_SECONDS):
                    await asyncio.gather(*(ask() for _ in range(together)))

        monkeypatch.setattr(BetterAuthClient, "renew", renew_last)
        asyncio.run(ask_together())

        assert [answer.status_code for answer in answered] == [200] * together
        assert len(asked) == 1
        assert ["set-cookie" in answer.headers for answer in answered] == [False] * (together - 1) + [True]

    def test_sets_the_cookie_on_an_error_page_too(self, due: tuple[HtmlClient, AuthSession]) -> None:
        assert "set-cookie" in due[0].get("/tasks/12345").headers

    def test_works_beside_malformed_cookies_of_another_site(self, due: tuple[HtmlClient, AuthSession]) -> None:
        cookie = due[0].cookie.encode() + b"; theirs=\xff\xfe; more=" + b"x" * 20_000

        page = due[0].ask("GET", "/tasks", headers={b"cookie": cookie, b"user-agent": b"\xe9"})

        assert page.status == 200
        assert "set-cookie" in page.headers

    def test_is_skipped_if_the_user_chose_not_to_be_remembered(
        self, signed_out: HtmlClient, make: Factory, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Better Auth is not running, so a renewal attempt would log a warning."""
        dont_remember = f"better-auth.dont_remember={signed('true', SECRET)}"
        ada = HtmlClient(signed_out.client, cookie=f"{make.cookie(session_due_for_renewal(make))}; {dont_remember}")

        assert ada.get("/tasks").status == 200
        assert "not renewed" not in caplog.text

    def test_is_not_requested_before_the_interval_has_passed(
        self, signed_out: HtmlClient, make: Factory, caplog: pytest.LogCaptureFixture
    ) -> None:
        sign_in = make.sign_in(make.user(), expires_at=utc_now() + LIFETIME - RENEWAL_INTERVAL + timedelta(minutes=1))

        assert HtmlClient(signed_out.client, cookie=make.cookie(sign_in)).get("/tasks").status == 200
        assert "not renewed" not in caplog.text

    def test_that_fails_still_shows_the_page(
        self, signed_out: HtmlClient, make: Factory, caplog: pytest.LogCaptureFixture
    ) -> None:
        sign_in = make.sign_in(make.user(), expires_at=utc_now() + timedelta(days=1))

        page = HtmlClient(signed_out.client, cookie=make.cookie(sign_in)).get("/tasks")

        assert page.status == 200
        assert "A session was not renewed" in caplog.text


def test_better_auth_accepts_a_session_made_by_the_test_factory(
    newcomer: HtmlClient, make: Factory, better_auth: BetterAuthProcess
) -> None:
    user = make.user("Ada")
    cookie = make.cookie(make.sign_in(user))

    answer = newcomer.client.get("/api/auth/get-session", headers={"cookie": cookie})

    assert answer.json()["user"]["id"] == user.id


class TestASessionThatHasEnded:
    @pytest.fixture
    def ended(self, ada: HtmlClient, database: Database) -> HtmlClient:
        with database.transaction() as session:
            session.connection().execute(delete(AuthSession))
        return ada

    def page_after(self, client: HtmlClient, sent: Page) -> Page:
        """The sign-in page, with the cookie of the response that leads to it."""
        cookie = sent.headers.get("set-cookie", "").partition(";")[0]
        address = sent.to or sent.headers["hx-redirect"]
        return HtmlClient(client.client, cookie=f"{client.cookie}; {cookie}").get(address)

    def test_is_named_on_the_sign_in_page(self, ended: HtmlClient) -> None:
        page = self.page_after(ended, ended.get("/tasks"))

        notice = page.tree.css_first("[role=status]")
        assert notice.text() == "Your session has ended. Sign in to go on."
        assert "what you typed is still here" in (notice.attributes["data-if-kept"] or "")

    def test_says_where_typed_text_is(self, ended: HtmlClient) -> None:
        in_the_page = self.page_after(ended, ended.post("/tasks", htmx=True, title="Buy milk"))
        in_the_browser = self.page_after(ended, ended.post("/tasks", title="Buy milk"))

        assert "what you typed is still here" in in_the_page.text
        assert "go back with your browser: it shows what you typed" in in_the_browser.text

    def test_is_known_by_the_page_too(self, signed_out: HtmlClient) -> None:
        """A browser drops an expired cookie."""
        sent = signed_out.ask("POST", "/tasks", headers={"daybook-user": "ada", "hx-request": "true"})

        assert "what you typed is still here" in self.page_after(signed_out, sent).text

    def test_is_named_once(self, ended: HtmlClient) -> None:
        page = self.page_after(ended, ended.get("/tasks"))
        again = HtmlClient(ended.client, cookie=page.headers["set-cookie"].partition(";")[0]).get("/sign-in")

        assert "Your session has ended" not in again.text

    def test_is_not_named_to_those_who_had_none(self, signed_out: HtmlClient) -> None:
        sent = signed_out.get("/tasks")

        assert "set-cookie" not in sent.headers
        assert "Your session has ended" not in self.page_after(signed_out, sent).text
