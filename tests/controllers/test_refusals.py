"""Sign-ins that cannot work say why: no endless way back to the sign-in page, no word of an attack that is none."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from litestar.testing import TestClient

from tests.better_auth import better_auth_process
from tests.client import ORIGIN, HtmlClient, Page
from tests.databases import Databases, Stage, settings_for
from tests.factories import Factory
from web.app import create_app
from web.settings import Settings

CREDENTIALS = {"email": "ada@example.com", "password": "correct horse"}


def sign_up(client: HtmlClient, **more: str) -> Page:
    return client.post("/sign-up", name="Ada", **CREDENTIALS, **more)


def form_of(page: Page) -> dict[str, str]:
    """The hidden fields that a browser sends back."""
    fields = page.tree.css("main input[type=hidden]")
    return {field.attributes["name"] or "": field.attributes["value"] or "" for field in fields}


def cookie_of(page: Page) -> str:
    return str(page.headers["set-cookie"]).partition(";")[0]


class TestABrowserWithoutCookies:
    @pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
    def test_is_told_before_anything_is_done(self, newcomer: HtmlClient, path: str) -> None:
        form = form_of(newcomer.get(path))

        page = newcomer.post(path, name="Ada", **CREDENTIALS, **form)

        assert page.status == 422
        assert "Your browser did not return a cookie" in page.alert
        assert ORIGIN in page.alert
        assert page.value("email") == "ada@example.com"
        assert sign_up(newcomer).status == 303, "no account had been made"

    @pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
    def test_that_allows_them_can_try_again(self, newcomer: HtmlClient, path: str) -> None:
        sign_up(newcomer)
        refused = newcomer.post(path, name="Ada", **CREDENTIALS, **form_of(newcomer.get(path)))

        allowing = HtmlClient(newcomer.client, cookie=cookie_of(refused))

        assert allowing.post(path, name="Ada", **CREDENTIALS, **form_of(refused)).status == 303

    def test_the_cookie_is_kept_where_that_of_the_session_is(self, migrated: Settings) -> None:
        app = create_app(settings_for(migrated.node_database_url(), APP_URL="https://daybook.example"))
        with TestClient(app, base_url=ORIGIN) as client:
            cookie = HtmlClient(client).get("/sign-in").headers["set-cookie"]

        assert cookie == "__Host-daybook.cookies=1; Path=/; HttpOnly; SameSite=Lax; Secure"

    def test_programs_need_none(self, newcomer: HtmlClient) -> None:
        assert sign_up(newcomer).status == 303


class TestASecondSessionCookie:
    @pytest.mark.parametrize("other", ["of.another-site", ""])
    def test_is_named_on_the_page_that_its_user_is_sent_to(self, ada: HtmlClient, other: str) -> None:
        name = ada.cookie.partition("=")[0]
        both = HtmlClient(ada.client, cookie=f"{name}={other}; {ada.cookie}")

        sent = both.get("/tasks")
        page = both.get(sent.to)

        assert sent.to == "/sign-in?next=%2Ftasks"
        assert f"two cookies named {name}" in page.alert

    def test_is_refused_when_signing_in(self, newcomer: HtmlClient, make: Factory) -> None:
        sign_up(newcomer)
        cookie = make.cookie(make.sign_in(make.user()))
        both = HtmlClient(newcomer.client, cookie=f"{cookie}; {cookie}")

        page = both.post("/sign-in", **CREDENTIALS)

        assert page.status == 422
        assert "BETTER_AUTH_COOKIE_PREFIX" in page.alert


class TestAnotherAddress:
    @pytest.mark.parametrize("address", ["192.168.1.5:8000", "daybook.local", "[fe80::1]:8000"])
    def test_of_daybook_is_named_together_with_the_right_one(
        self, signed_out: HtmlClient, caplog: pytest.LogCaptureFixture, address: str
    ) -> None:
        """On plain HTTP that is not of this machine, browsers send Origin alone."""
        headers = {"host": address, "origin": f"http://{address}"}

        page = signed_out.ask("POST", "/sign-in", headers=headers, data=CREDENTIALS)

        assert page.status == 403
        assert f"You opened Daybook at http://{address}, but its address is {ORIGIN}." in page.text
        assert f"Daybook was opened at http://{address}, but APP_URL is {ORIGIN}." in caplog.text

    def test_of_another_site_is_named_too(self, ada: HtmlClient) -> None:
        headers = {"cookie": ada.cookie, "origin": "https://evil.example", "sec-fetch-site": "cross-site"}

        page = ada.ask("POST", "/tasks", headers=headers, data={"title": "Theirs"})

        assert f"came from https://evil.example, so it was blocked: this Daybook is at {ORIGIN}." in page.text

    @pytest.mark.parametrize("origin", ["null", "https://evil.example/<b>words</b>", ORIGIN, "x" * 5000, ""])
    def test_that_is_none_is_not_repeated(self, ada: HtmlClient, origin: str) -> None:
        headers = {"cookie": ada.cookie, "origin": origin, "sec-fetch-site": "cross-site"}

        page = ada.ask("POST", "/tasks", headers=headers, data={"title": "Theirs"})

        assert page.status == 403
        assert "This request came from another website" in page.text


class TestABetterAuthThatIsSetUpOtherwise:
    @pytest.mark.parametrize(
        ("process_has", "settings", "words"),
        [
            ({"secret": "another secret, just as long as it"}, {}, "another secret than BETTER_AUTH_SECRET"),
            ({"cookie_prefix": "tasks"}, {}, "BETTER_AUTH_COOKIE_PREFIX must be"),
            ({"app_url": "https://daybook.test"}, {}, "must have APP_URL, http://daybook.test"),
            ({}, {"APP_URL": "https://daybook.test"}, "must have APP_URL, https://daybook.test"),
        ],
        ids=["secret", "prefix", "origin", "scheme"],
    )
    def test_is_reported_instead_of_asking_again(
        self,
        dialect: str,
        databases: Databases,
        caplog: pytest.LogCaptureFixture,
        process_has: dict[str, str],
        settings: dict[str, str],
        words: str,
    ) -> None:
        with (
            databases.copy(dialect, Stage.HEAD) as url,
            better_auth_process(url, **process_has) as process,
            TestClient(
                create_app(settings_for(url, BETTER_AUTH_URL=process.url, **settings)), base_url=ORIGIN
            ) as client,
        ):
            page = sign_up(HtmlClient(client))

        assert page.status == 500
        assert "Daybook and Better Auth are set up differently" in page.text
        assert words in caplog.text
        assert "set-cookie" not in page.headers


class Confirming(BaseHTTPRequestHandler):
    """A Better Auth that wants every email address confirmed: `emailAndPassword.requireEmailVerification`."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        created = self.path.endswith("/sign-up/email")
        body = b'{"token":null}' if created else b'{"code":"EMAIL_NOT_VERIFIED"}'
        self.send_response(200 if created else 403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class TestAnAddressToConfirm:
    @pytest.fixture
    def client(self, migrated: Settings) -> Iterator[HtmlClient]:
        with ThreadingHTTPServer(("127.0.0.1", 0), Confirming) as server:
            Thread(target=server.serve_forever).start()
            app = create_app(
                settings_for(migrated.node_database_url(), BETTER_AUTH_URL=f"http://127.0.0.1:{server.server_port}")
            )
            with TestClient(app, base_url=ORIGIN) as client:
                yield HtmlClient(client)
            server.shutdown()

    def test_is_asked_for_after_signing_up(self, client: HtmlClient) -> None:
        page = sign_up(client)

        assert "Open the link in the message that was sent to you" in page.alert
        assert page.value("email") == "ada@example.com"

    def test_is_asked_for_when_signing_in(self, client: HtmlClient) -> None:
        page = client.post("/sign-in", **CREDENTIALS)

        assert page.status == 422
        assert "Open the link in the message that was sent to you" in page.alert
