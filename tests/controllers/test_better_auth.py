"""The proxy to Better Auth: forwarded headers, cookies and limits."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import delete

from tests.client import ORIGIN, HtmlClient
from tests.conftest import settings_for
from tests.controllers.accounts import PASSWORD, signed_up
from tests.factories import SECRET
from web.app import create_app
from web.auth.cookie import signed
from web.db.database import Database
from web.models.user import AuthSession
from web.settings import Settings

GUESS = {"email": "ada@example.com", "password": "a wild guess"}


class Listener(BaseHTTPRequestHandler):
    """A fake Better Auth that records the requests it receives."""

    received: list[dict[str, Any]]

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.received.append({"line": self.requestline, "headers": self.headers.items(), "body": body})
        self.send_response(200)
        self.send_header("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/")
        self.send_header("Set-Cookie", "b=2; Path=/")
        if "/sign-" in self.path:
            self.send_header("Set-Cookie", f"better-auth.session_token={signed('token', SECRET)}; Path=/")
        self.send_header("Connection", "close")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


class TestTheProxy:
    @pytest.fixture
    def received(self) -> list[dict[str, Any]]:
        return []

    @pytest.fixture
    def client(self, migrated: Settings, received: list[dict[str, Any]]) -> Iterator[TestClient[Litestar]]:
        handler = type("Recorder", (Listener,), {"received": received})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            address = f"http://127.0.0.1:{server.server_port}"
            app = create_app(settings_for(migrated.node_database_url(), BETTER_AUTH_URL=address))
            with TestClient(app, base_url=ORIGIN) as client:
                yield client
            server.shutdown()
            thread.join()

    def test_sends_one_client_address_and_drops_forged_headers(
        self, client: TestClient[Litestar], received: list[dict[str, Any]]
    ) -> None:
        forged = {
            "x-forwarded-for": "6.6.6.6, 7.7.7.7",
            "x-forwarded-host": "evil.example",
            "x-forwarded-proto": "a b",
            "x_forwarded_for": "6.6.6.6",
            "x-real-ip": "6.6.6.6",
            "x-client-ip": "6.6.6.6",
            "x-original-forwarded-for": "6.6.6.6",
            "true-client-ip": "6.6.6.6",
            "fastly-client-ip": "6.6.6.6",
            "cf-connecting-ip": "6.6.6.6",
            "forwarded": "for=6.6.6.6",
            "connection": "x-secret",
            "te": "trailers",
        }

        client.post("/api/auth/sign-in/email?x=1&y=%2F", json=GUESS, headers=forged)

        names = [name.lower() for name, _ in received[0]["headers"]]
        values = " ".join(value for _, value in received[0]["headers"])
        assert received[0]["line"] == "POST /api/auth/sign-in/email?x=1&y=%2F HTTP/1.1"
        assert json.loads(received[0]["body"]) == GUESS
        assert names.count("x-forwarded-for") == 1
        assert "6.6.6.6" not in values
        assert "evil" not in values
        assert "x-forwarded-proto" not in names

    def test_forwards_headers_that_are_not_ascii(
        self, client: TestClient[Litestar], received: list[dict[str, Any]]
    ) -> None:
        odd = [(b"user-agent", b"\xc3\xa9"), (b"cookie", b"theirs=\xe9"), (b"x-odd", b"\xe2\x82\xac")]
        same = (b"sec-fetch-site", b"same-origin")

        statuses = [client.get("/api/auth/get-session", headers=odd).status_code]
        for path in ("/sign-in", "/sign-out"):
            fields = {"email": "a@example.com", "password": "12345678"}
            answer = client.post(path, headers=[*odd, same], data=fields, follow_redirects=False)
            statuses.append(answer.status_code)

        assert statuses == [200, 303, 303]
        assert not any(dict(request["headers"])["user-agent"].isascii() for request in received)

    @pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
    def test_signing_in_sends_no_cookie_of_an_earlier_user(
        self, client: TestClient[Litestar], received: list[dict[str, Any]], path: str
    ) -> None:
        fields = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        headers = {"sec-fetch-site": "same-origin", "cookie": "who=bob"}

        client.post(path, headers=headers, data=fields, follow_redirects=False)

        assert "cookie" not in [name.lower() for name, _ in received[0]["headers"]]

    def test_returns_each_cookie_in_its_own_header(self, client: TestClient[Litestar]) -> None:
        answer = client.get("/api/auth/get-session")

        assert answer.headers.get_list("set-cookie") == [
            "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
            "b=2; Path=/",
        ]

    def test_never_shares_cookies_between_clients(
        self, client: TestClient[Litestar], received: list[dict[str, Any]]
    ) -> None:
        client.get("/api/auth/get-session", headers={"cookie": "who=ada"})
        client.cookies.clear()
        client.get("/api/auth/get-session")

        assert ("Cookie", "who=ada") in [(name.title(), value) for name, value in received[0]["headers"]]
        assert "cookie" not in [name.lower() for name, _ in received[1]["headers"]]

    def test_is_unavailable_when_better_auth_does_not_run(self, signed_out: HtmlClient) -> None:
        answer = signed_out.get("/api/auth/get-session")

        assert answer.status == 503
        assert json.loads(answer.html)["code"] == "SERVICE_UNAVAILABLE"

    def test_works_for_any_better_auth_client(self, newcomer: HtmlClient) -> None:
        client, user = newcomer.client, {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        made = client.post("/api/auth/sign-up/email", json=user, headers={"origin": ORIGIN})
        cookie = made.headers["set-cookie"].partition(";")[0]

        there = client.get("/api/auth/get-session", headers={"cookie": cookie})
        out = client.post("/api/auth/sign-out", headers={"cookie": cookie, "origin": ORIGIN}, json={})
        gone = client.get("/api/auth/get-session", headers={"cookie": cookie})

        assert made.status_code == out.status_code == 200
        assert there.json()["user"]["email"] == "ada@example.com"
        assert gone.json() is None

    def test_gives_the_token_of_a_session_to_programs_and_to_no_script_of_a_browser(self, newcomer: HtmlClient) -> None:
        """A script that another person brings into a page could send it away: the cookie is out of its reach."""
        ada, fields = signed_up(newcomer), {"email": "ada@example.com", "password": PASSWORD}

        asked = [
            ("update-user", {"name": "Ada"}, {"cookie": ada.cookie}),
            ("sign-in/email", fields, {"sec-fetch-site": "same-origin"}),
        ]
        browser = [
            ada.ask("POST", f"/api/auth/{path}", json=body, headers={"origin": ORIGIN, **headers})
            for path, body, headers in asked
        ]
        newcomer.client.cookies.clear()
        program = newcomer.ask("POST", "/api/auth/sign-in/email", json=fields)

        assert [(one.status, one.headers.get("set-auth-token")) for one in browser] == [(200, None)] * 2
        assert program.headers["set-auth-token"]

    def test_a_deleted_session_is_invalid_at_once(self, newcomer: HtmlClient, database: Database) -> None:
        client, user = newcomer.client, {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        made = client.post("/api/auth/sign-up/email", json=user, headers={"origin": ORIGIN})
        cookies = "; ".join(cookie.partition(";")[0] for cookie in made.headers.get_list("set-cookie"))
        client.cookies.clear()

        there = client.get("/api/auth/get-session", headers={"cookie": cookies})
        with database.transaction() as session:
            session.connection().execute(delete(AuthSession))
        client.cookies.clear()
        gone = client.get("/api/auth/get-session", headers={"cookie": cookies})

        assert there.json()["user"]["email"] == "ada@example.com"
        assert gone.json() is None

    @pytest.mark.parametrize(
        "odd", [{"name": "x" * 101}, {"name": "a\x00b"}, {"email": "x" * 250 + "@example.com"}, {"name": "\x1b[31m"}]
    )
    def test_refuses_users_whose_name_or_email_cannot_be_displayed(
        self, newcomer: HtmlClient, odd: dict[str, str]
    ) -> None:
        user = {"name": "Ada", "email": "ada@example.com", "password": "correct horse", **odd}

        answer = newcomer.client.post("/api/auth/sign-up/email", json=user, headers={"origin": ORIGIN})

        assert answer.status_code in (400, 422)

    def test_limits_the_length_of_a_changed_name(self, newcomer: HtmlClient) -> None:
        client, user = newcomer.client, {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        made = client.post("/api/auth/sign-up/email", json=user, headers={"origin": ORIGIN})
        headers = {"cookie": made.headers["set-cookie"].partition(";")[0], "origin": ORIGIN}

        answers = [
            client.post("/api/auth/update-user", json={"name": name}, headers=headers) for name in ("x" * 101, "Eve")
        ]

        assert [answer.status_code for answer in answers] == [400, 200]
