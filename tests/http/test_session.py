"""Sessions: which cookie they are found by, when they end, and what the user is told then."""

from datetime import timedelta

import pytest
from litestar.testing import TestClient
from sqlalchemy import delete

from tests.better_auth import better_auth_process, http_client, sign_up
from tests.client import ORIGIN, HtmlClient, Page
from tests.conftest import settings_for
from tests.factories import Factory
from web.app import create_app
from web.auth.identity import LONGEST
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.models.user import AuthSession, User
from web.server.better_auth import BetterAuthProcess
from web.settings import Settings


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
        assert "go back with your browser: it may still show what you typed" in in_the_browser.text

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
