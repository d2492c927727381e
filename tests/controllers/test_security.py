"""What every answer carries, who may change anything, and what passes to Better Auth."""

import asyncio
import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import psycopg2
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.conftest import settings_for
from tests.factories import Factory
from tests.visitors import ORIGIN, Visitor
from web.app import create_app
from web.database import Database
from web.services.tasks import Tasks
from web.settings import Settings

EVERYWHERE = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
PLACES = ["/", "/tasks", "/sign-in", "/sign-up", "/healthz", "/readyz", "/nowhere", "/tasks/0", "/static/nothing.css"]


class TestEveryAnswer:
    @pytest.mark.parametrize("path", [*PLACES, "/api/auth/get-session", "/api/nowhere", "/tasks/../../etc", "/%00"])
    def test_carries_the_headers(self, ada: Visitor, stranger: Visitor, path: str) -> None:
        for visitor in (ada, stranger):
            answer = visitor.get(path)

            assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
            assert "strict-transport-security" not in answer.headers

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
    def test_carries_them_whatever_the_method(self, stranger: Visitor, method: str) -> None:
        answer = stranger.ask(method, "/tasks", headers={"sec-fetch-site": "same-origin"})

        assert answer.status in (204, 303, 405)
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE

    def test_is_kept_by_nobody_unless_it_never_changes(self, ada: Visitor) -> None:
        page = ada.get("/tasks")
        style = page.tree.css_first("link[rel=stylesheet]").attributes["href"] or ""

        assert page.headers["cache-control"] == "no-store"
        assert "immutable" in ada.get(style).headers["cache-control"]
        assert ada.get(style).headers["content-type"].startswith("text/css")

    def test_insists_on_https_where_it_is_served_so(self, migrated: Settings) -> None:
        app = create_app(settings_for(migrated.node_database_url(), APP_URL="https://daybook.example"))

        with TestClient(app, base_url="https://daybook.example") as client:
            assert "max-age=63072000" in Visitor(client).get("/nowhere").headers["strict-transport-security"]

    def test_says_nothing_of_what_serves_it(self, stranger: Visitor) -> None:
        assert "server" not in stranger.get("/").headers


class TestOddRequests:
    """Whatever a client says of itself is no fault of ours."""

    @pytest.mark.parametrize("name", ["referer", "hx-current-url"])
    @pytest.mark.parametrize("address", ["http://[", "//[", ORIGIN + "//[", ORIGIN + "//evil.example/", "a:b:c"])
    def test_an_odd_address_of_the_page_is_none(self, ada: Visitor, stranger: Visitor, name: str, address: str) -> None:
        same = {"sec-fetch-site": "same-origin", name: address}

        mine = ada.ask("POST", "/tasks", data={"title": "Buy milk"}, headers={"cookie": ada.cookie, **same})
        theirs = stranger.ask("POST", "/tasks", data={"title": "Buy milk"}, headers=same)

        assert (mine.status, mine.to.partition("#")[0]) == (303, "/tasks")
        assert (theirs.status, theirs.to) == (303, "/sign-in?next=%2Ftasks")

    @pytest.mark.parametrize("host", ["daybook.test:abc", "daybook.test:99999999", "[", ""])
    def test_an_odd_host_is_nobodys_concern(self, stranger: Visitor, host: str) -> None:
        answer = stranger.ask("GET", "/tasks?q=%C3%A9", headers={"host": host})

        assert (answer.status, answer.to) == (303, "/sign-in?next=%2Ftasks%3Fq%3D%25C3%25A9")

    def test_who_leaves_before_the_end_is_no_fault_of_ours(
        self, app: Litestar, ada: Visitor, caplog: pytest.LogCaptureFixture
    ) -> None:
        headers = {"cookie": ada.cookie, "sec-fetch-site": "same-origin", "content-length": "9"}
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/tasks",
            "raw_path": b"/tasks",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": None,
            "server": None,
        }
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]

        assert sent[0]["status"] == 400
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


class TestChangingAnything:
    SAME = {"sec-fetch-site": "same-origin"}

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"sec-fetch-site": "same-origin"}, 303),
            ({"sec-fetch-site": "none"}, 303),
            ({"sec-fetch-site": "same-site"}, 403),
            ({"sec-fetch-site": "cross-site"}, 403),
            ({"sec-fetch-site": "cross-site", "origin": ORIGIN}, 403),
            ({"sec-fetch-site": "", "origin": ORIGIN}, 303),
            ({"origin": ORIGIN}, 303),
            ({"origin": "http://evil.example"}, 403),
            ({"origin": ORIGIN + ".evil.example"}, 403),
            ({"origin": "null"}, 403),
            ({}, 403),
        ],
    )
    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"])
    def test_is_for_our_own_pages(
        self, ada: Visitor, make: Factory, headers: dict[str, str], status: int, kind: str
    ) -> None:
        task = make.task(ada.person)

        answer = ada.ask(
            "POST", f"/tasks/{task.id}/complete", headers={"cookie": ada.cookie, "content-type": kind, **headers}
        )

        assert answer.status == status
        stored = make.stored(task)
        assert stored
        assert stored.completed is (status == 303)

    def test_refused_comes_with_a_way_on(self, ada: Visitor) -> None:
        page = ada.ask("POST", "/tasks", headers={"cookie": ada.cookie, "origin": "http://evil.example"})

        assert "Not from here" in page.text
        assert page.tree.css_first("main a")

    def test_is_open_to_programs_that_bring_no_session(self, newcomer: Visitor) -> None:
        answer = newcomer.ask("POST", "/sign-in", data={"email": "a@example.com", "password": "12345678"})

        assert answer.status == 422

    def test_is_guarded_on_better_auths_paths_too(self, ada: Visitor) -> None:
        answer = ada.ask("POST", "/api/auth/sign-out", headers={"cookie": ada.cookie, "sec-fetch-site": "cross-site"})

        assert answer.status == 403
        assert json.loads(answer.html)["code"] == "FORBIDDEN"


class Listener(BaseHTTPRequestHandler):
    """Stands where Better Auth would, and notes what reaches it."""

    heard: list[dict[str, Any]]

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.heard.append({"line": self.requestline, "headers": self.headers.items(), "body": body})
        self.send_response(200)
        self.send_header("Set-Cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/")
        self.send_header("Set-Cookie", "b=2; Path=/")
        self.send_header("Connection", "close")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


class TestTheProxy:
    @pytest.fixture
    def heard(self) -> list[dict[str, Any]]:
        return []

    @pytest.fixture
    def client(self, migrated: Settings, heard: list[dict[str, Any]]) -> Iterator[TestClient[Litestar]]:
        handler = type("Heard", (Listener,), {"heard": heard})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            address = f"http://127.0.0.1:{server.server_port}"
            app = create_app(settings_for(migrated.node_database_url(), BETTER_AUTH_URL=address))
            with TestClient(app, base_url=ORIGIN) as client:
                yield client
            server.shutdown()
            thread.join()

    def test_says_once_who_calls_and_drops_what_clients_forge(
        self, client: TestClient[Litestar], heard: list[dict[str, Any]]
    ) -> None:
        forged = {
            "x-forwarded-for": "6.6.6.6, 7.7.7.7",
            "x-forwarded-host": "evil.example",
            "x-forwarded-proto": "a b",
            "x-real-ip": "6.6.6.6",
            "cf-connecting-ip": "6.6.6.6",
            "forwarded": "for=6.6.6.6",
            "connection": "x-secret",
            "te": "trailers",
        }

        client.post("/api/auth/sign-in/email?x=1&y=%2F", json={"a": 1}, headers=forged)

        names = [name.lower() for name, _ in heard[0]["headers"]]
        values = " ".join(value for _, value in heard[0]["headers"])
        assert heard[0]["line"] == "POST /api/auth/sign-in/email?x=1&y=%2F HTTP/1.1"
        assert heard[0]["body"] == b'{"a":1}'
        assert names.count("x-forwarded-for") == 1
        assert "6.6.6.6" not in values
        assert "evil" not in values
        assert "x-forwarded-proto" not in names

    def test_passes_letters_that_are_not_ascii(self, client: TestClient[Litestar], heard: list[dict[str, Any]]) -> None:
        odd = [(b"user-agent", b"\xc3\xa9"), (b"cookie", b"theirs=\xe9"), (b"x-odd", b"\xe2\x82\xac")]
        same = (b"sec-fetch-site", b"same-origin")

        statuses = [client.get("/api/auth/get-session", headers=odd).status_code]
        for path in ("/sign-in", "/sign-out"):
            fields = {"email": "a@example.com", "password": "12345678"}
            answer = client.post(path, headers=[*odd, same], data=fields, follow_redirects=False)
            statuses.append(answer.status_code)

        assert statuses == [200, 303, 303]
        assert not any(dict(request["headers"])["user-agent"].isascii() for request in heard)

    def test_keeps_cookies_apart(self, client: TestClient[Litestar]) -> None:
        answer = client.get("/api/auth/get-session")

        assert answer.headers.get_list("set-cookie") == [
            "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/",
            "b=2; Path=/",
        ]

    def test_never_shares_cookies_between_people(
        self, client: TestClient[Litestar], heard: list[dict[str, Any]]
    ) -> None:
        client.get("/api/auth/get-session", headers={"cookie": "who=ada"})
        client.cookies.clear()
        client.get("/api/auth/get-session")

        assert ("Cookie", "who=ada") in [(name.title(), value) for name, value in heard[0]["headers"]]
        assert "cookie" not in [name.lower() for name, _ in heard[1]["headers"]]

    def test_says_so_when_better_auth_is_away(self, stranger: Visitor) -> None:
        answer = stranger.get("/api/auth/get-session")

        assert answer.status == 503
        assert json.loads(answer.html)["code"] == "SERVICE_UNAVAILABLE"

    def test_serves_any_better_auth_client(self, newcomer: Visitor) -> None:
        client, person = newcomer.client, {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        made = client.post("/api/auth/sign-up/email", json=person, headers={"origin": ORIGIN})
        cookie = made.headers["set-cookie"].partition(";")[0]

        there = client.get("/api/auth/get-session", headers={"cookie": cookie})
        out = client.post("/api/auth/sign-out", headers={"cookie": cookie, "origin": ORIGIN}, json={})
        gone = client.get("/api/auth/get-session", headers={"cookie": cookie})

        assert made.status_code == out.status_code == 200
        assert there.json()["user"]["email"] == "ada@example.com"
        assert gone.json() is None

    @pytest.mark.parametrize(
        "odd", [{"name": "x" * 101}, {"name": "a\x00b"}, {"email": "x" * 250 + "@example.com"}, {"name": "\x1b[31m"}]
    )
    def test_keeps_out_people_that_no_page_could_show(self, newcomer: Visitor, odd: dict[str, str]) -> None:
        person = {"name": "Ada", "email": "ada@example.com", "password": "correct horse", **odd}

        answer = newcomer.client.post("/api/auth/sign-up/email", json=person, headers={"origin": ORIGIN})

        assert answer.status_code in (400, 422)

    def test_keeps_a_changed_name_short_too(self, newcomer: Visitor) -> None:
        client, person = newcomer.client, {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
        made = client.post("/api/auth/sign-up/email", json=person, headers={"origin": ORIGIN})
        headers = {"cookie": made.headers["set-cookie"].partition(";")[0], "origin": ORIGIN}

        answers = [
            client.post("/api/auth/update-user", json={"name": name}, headers=headers) for name in ("x" * 101, "Eve")
        ]

        assert [answer.status_code for answer in answers] == [400, 200]


class TestOurFaults:
    @pytest.fixture
    def broken(self, ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> Visitor:
        def fail(*_: object) -> None:
            raise RuntimeError("a secret of the inside")

        for method in ("counts", "list"):
            monkeypatch.setattr(Tasks, method, fail)
        return ada

    def test_are_a_page_with_a_number_to_quote(self, broken: Visitor, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.ERROR):
            page = broken.get("/tasks?q=private")

        reference = page.tree.css_first("code").text()
        assert page.status == 500
        assert "Our fault" in page.text
        assert "secret" not in page.html
        assert reference in caplog.text
        assert "a secret of the inside" in caplog.text
        assert "private" not in caplog.text

    def test_are_a_message_for_htmx(self, broken: Visitor) -> None:
        piece = broken.post("/tasks", htmx=True, title="Buy milk")

        assert piece.status == 500
        assert piece.headers["hx-retarget"] == "#notices"
        assert "Reference" in piece.alert

    def test_leave_nothing_half_done(self, broken: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        broken.post("/tasks", htmx=True, title="Buy milk")
        monkeypatch.undo()

        assert broken.get("/tasks").titles == []

    def test_a_connection_that_died_is_none(self, ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        def die(*_: object) -> None:
            raise psycopg2.OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(Tasks, "list", die)

        answer = ada.get("/tasks")

        assert (answer.status, answer.headers["retry-after"]) == (503, "5")

    def test_at_the_last_moment_are_faults_too(self, ada: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RuntimeError("the commit failed")

        monkeypatch.setattr("sqlalchemy.Connection.commit", fail)
        page = ada.post("/tasks", title="Buy milk")
        monkeypatch.undo()

        assert page.status == 500
        assert "Our fault" in page.text
        assert ada.get("/tasks").titles == []


class TestTheSite:
    def test_is_alive_and_ready(self, newcomer: Visitor) -> None:
        assert (newcomer.get("/healthz").status, newcomer.get("/readyz").status) == (200, 200)

    def test_says_that_better_auth_is_away(self, stranger: Visitor) -> None:
        answer = stranger.get("/readyz")

        assert (stranger.get("/healthz").status, answer.status) == (200, 503)
        assert answer.response.text == "Better Auth does not answer, so nobody can sign in.\n"

    def test_says_that_the_schema_is_behind(self, newcomer: Visitor, database: Database) -> None:
        with database.transaction() as session:
            session.connection().exec_driver_sql("CREATE TABLE kept AS SELECT version_num FROM alembic_version")
            session.connection().exec_driver_sql("DELETE FROM alembic_version")
        try:
            answer = newcomer.get("/readyz")
        finally:
            with database.transaction() as session:
                session.connection().exec_driver_sql("INSERT INTO alembic_version SELECT version_num FROM kept")
                session.connection().exec_driver_sql("DROP TABLE kept")

        assert answer.status == 503
        assert answer.response.text.startswith("The database is at revision none and the code at ")
        assert newcomer.get("/readyz").status == 200

    def test_says_without_a_secret_that_the_database_is_away(self) -> None:
        settings = settings_for("postgresql://ada:hunter2@127.0.0.1:9/book")
        with TestClient(create_app(settings), base_url=ORIGIN) as client:
            answer = Visitor(client).get("/readyz")

        assert answer.status == 503
        assert answer.response.text.startswith("The database does not answer.\n")
        assert "hunter2" not in answer.response.text

    def test_has_a_page_for_what_is_not_there(self, stranger: Visitor) -> None:
        page = stranger.get("/nowhere/at/all")

        assert page.status == 404
        assert "Nothing here" in page.text
        assert page.tree.css_first("main a").attributes["href"] == "/"

    @pytest.mark.parametrize(
        "path", ["/static/", "/static/daybook.css", "/static/..%2f..%2fpyproject.toml", "/static/%00"]
    )
    def test_serves_nothing_but_its_assets(self, stranger: Visitor, path: str) -> None:
        assert stranger.get(path).status == 404
