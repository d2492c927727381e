"""Odd calls of Better Auth, through the application: 400 or 404, and 5xx only for what is broken."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from tests.conftest import settings_for
from web.app import create_app
from web.auth.client import MAX_AGENT
from web.auth.endpoints import ENDPOINTS
from web.db.database import Database
from web.models.user import AuthSession
from web.settings import Settings

ADA = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
CREDENTIALS = {"email": ADA["email"], "password": ADA["password"]}
SAME = {"sec-fetch-site": "same-origin"}
ODD_VALUES: list[Any] = [None, 5, True, {}, ["a"], "a\x00b", "\x00", "\ud800", "x" * 60_000, 1e308, {"a": {"b": []}}]


@pytest.fixture
def call(newcomer: HtmlClient) -> Callable[..., httpx.Response]:
    """Calls an endpoint of the real Better Auth as Ada, who has signed up."""
    made = newcomer.client.post("/api/auth/sign-up/email", json=ADA, headers={"origin": ORIGIN})
    cookie = made.headers["set-cookie"].partition(";")[0]

    def send(method: str, path: str, headers: Any = (), **options: Any) -> httpx.Response:
        newcomer.client.cookies.clear()
        own = [(b"cookie", cookie.encode()), (b"origin", ORIGIN.encode()), *headers]
        answer: httpx.Response = newcomer.client.request(method, f"/api/auth{path}", headers=own, **options)
        return answer

    return send


@pytest.mark.parametrize("path", [path for path, model in ENDPOINTS.items() if model])
def test_odd_values_in_any_field_are_refused(call: Callable[..., httpx.Response], path: str) -> None:
    model = ENDPOINTS[path]
    assert model
    fields = [str(field.alias) for field in model.model_fields.values()] or ["unknown"]

    for field in fields:
        for value in ODD_VALUES:
            if field in ("rememberMe", "revokeOtherSessions") and value is True:
                continue
            body = json.dumps(dict.fromkeys(fields, "abc") | {field: value}).encode()
            answer = call("POST", path, [(b"content-type", b"application/json")], content=body)
            assert (answer.status_code, answer.json()["code"]) == (400, "BAD_REQUEST"), (field, value)


@pytest.mark.parametrize(
    "address",
    ["/verify-email?token=%00", "/reset-password/a%00", "/reset-password/a?b=%00"],
)
def test_nul_in_a_link_is_refused(call: Callable[..., httpx.Response], address: str) -> None:
    assert call("GET", address).status_code in (400, 404)


@pytest.mark.parametrize("path", ["/verify-email", "/reset-password/abc"])
@pytest.mark.parametrize("query", ["", "?token=abc", "?token=&callbackURL=", "?callbackURL=http://evil.example"])
def test_links_without_a_valid_token_are_no_server_error(
    call: Callable[..., httpx.Response], path: str, query: str
) -> None:
    answer = call("GET", path + query, follow_redirects=False)

    assert answer.status_code < 500
    assert "evil" not in answer.headers.get("location", "")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("name", [b"user-agent", b"accept-language", b"referer", b"cookie", b"x-odd"])
def test_no_byte_of_a_header_is_a_server_error(call: Callable[..., httpx.Response], name: bytes) -> None:
    """The server refuses some of them before; white space around a value is not part of it."""
    for byte in {*range(1, 256)} - {10, 13}:
        for value in (b"a%c", b"%ca", b"a%cb", b"%c"):
            assert call("GET", "/get-session", [(name, value % byte)]).status_code in (200, 400), (name, byte)


@pytest.mark.parametrize("agent", ["Mozilla/5.0 ", " Mozilla/5.0", "\tMozilla/5.0\t", " "])
def test_white_space_around_a_header_does_not_keep_a_user_out(newcomer: HtmlClient, agent: str) -> None:
    headers = {**SAME, "user-agent": agent}

    answers = [newcomer.ask("POST", path, data=ADA, headers=headers) for path in ("/sign-up", "/sign-in", "/sign-out")]

    assert [answer.status for answer in answers] == [303] * 3


def test_the_stored_name_of_a_browser_has_a_limit(newcomer: HtmlClient, database: Database) -> None:
    newcomer.ask("POST", "/sign-up", data=ADA, headers={**SAME, "user-agent": "x" * 60_000})
    newcomer.ask("POST", "/api/auth/sign-in/email", json=CREDENTIALS, headers={"user-agent": "y" * 60_000})

    with database.reading() as session:
        agents = session.connection().execute(AuthSession.__table__.select()).mappings().all()  # type: ignore[attr-defined]
    assert sorted(len(row["user_agent"]) for row in agents) == [MAX_AGENT] * 2


def test_better_auths_own_error_page_is_ours(signed_out: HtmlClient) -> None:
    page = signed_out.get("/api/auth/error?error=call_555_0100&error_description=%3Cb%3EPay%3C/b%3E")

    assert page.status == 400
    assert "This link does not work" in page.text
    assert "555" not in page.html and "Pay" not in page.html
    assert page.link("Sign in") == "/sign-in"


class TestFailures:
    """503 where Better Auth does not answer or has no database, 500 with a reference for every other 5xx of it."""

    @pytest.mark.parametrize(
        ("status", "body", "expected"),
        [
            (500, b"", 500),
            (500, b'{"code":"FAILED_TO_GET_SESSION"}', 503),
            (501, b"", 500),
            (502, b"", 503),
            (503, b"", 503),
            (504, b"", 503),
        ],
    )
    def test_have_the_status_of_their_cause(
        self, migrated: Settings, database: Database, status: int, body: bytes, expected: int
    ) -> None:
        with answering(status, body) as address:
            app = create_app(settings_for(migrated.node_database_url(), BETTER_AUTH_URL=address))
            with TestClient(app, base_url=ORIGIN) as client:
                proxied = client.get("/api/auth/get-session")
                page = HtmlClient(client).ask("POST", "/sign-in", data=ADA, headers=SAME)

        assert (proxied.status_code, page.status) == (expected, expected)
        assert ("Reference" in page.text) == (expected == 500)
        assert ("retry-after" in page.headers) == (expected == 503)

    def test_an_unknown_endpoint_of_an_existing_better_auth_is_our_404(
        self, migrated: Settings, database: Database
    ) -> None:
        with answering(404, b"") as address:
            app = create_app(settings_for(migrated.node_database_url(), BETTER_AUTH_URL=address))
            with TestClient(app, base_url=ORIGIN) as client:
                answer = client.get("/api/auth/verify-email?token=a")

        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """The address of a Better Auth that gives every request this answer."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
