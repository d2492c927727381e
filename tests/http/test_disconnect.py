"""Clients that leave while they wait for Better Auth, and those that come while too many wait."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from litestar import Litestar

from testkit.patience import PATIENCE_SECONDS
from tests.client import HtmlClient
from web.auth.client import BetterAuthClient
from web.auth.hash_queue import HashQueue, QueueFull
from web.db.database import Database

pytestmark = pytest.mark.databases("sqlite")
SENTENCE = "Many others are signing in now. Please try again in a few seconds."
BODY = urlencode({"email": "ada@example.com", "password": "correct horse"}).encode()


class Call:
    """A POST of the sign-in form over ASGI whose client leaves when the test says so."""

    def __init__(self, app: Litestar) -> None:
        self.app: Any = app
        self.left = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self._parts = [{"type": "http.request", "body": BODY, "more_body": False}]

    async def run(self) -> None:
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/sign-in",
            "raw_path": b"/sign-in",
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"host", b"daybook.test"),
                (b"content-type", b"application/x-www-form-urlencoded"),
                (b"content-length", str(len(BODY)).encode()),
            ],
            "client": ("192.0.2.1", 1),
            "server": ("daybook.test", 80),
            "state": {},
            "extensions": {},
        }
        await self.app(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        if self._parts:
            return self._parts.pop()
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


class Judge:
    """Stands for Better Auth, which refuses a password when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.judged = asyncio.Event(), asyncio.Event()
        monkeypatch.setattr(BetterAuthClient, "_send", self._send)

    async def _send(self, *_: Any, **__: Any) -> httpx.Response:
        self.begun.set()
        await self.judged.wait()
        return httpx.Response(401, json={"code": "INVALID_EMAIL_OR_PASSWORD"})


def test_a_guess_counts_although_its_client_has_left(
    app: Litestar, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that leaves would otherwise have passwords hashed without end."""

    async def leave() -> None:
        judge, call = Judge(monkeypatch), Call(app)
        async with app.lifespan(), asyncio.timeout(PATIENCE_SECONDS):
            running = asyncio.ensure_future(call.run())
            await judge.begun.wait()
            call.left.set()
            for _ in range(20):
                await asyncio.sleep(0)
            judge.judged.set()
            await running

    asyncio.run(leave())

    assert failures(database) == 2


def test_a_client_that_leaves_before_its_turn_has_nothing_judged_and_nothing_counted(
    app: Litestar, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def leave() -> None:
        judge, queue = Judge(monkeypatch), HashQueue(1)
        monkeypatch.setattr(app.state.better_auth._guard, "_queue", queue)
        async with app.lifespan(), asyncio.timeout(PATIENCE_SECONDS):
            first = asyncio.ensure_future(queue.run(judge.judged.wait))
            second = Call(app)
            running = asyncio.ensure_future(second.run())
            while not queue._waiting:
                await asyncio.sleep(0)
            second.left.set()
            with suppress(Exception):
                await running
            judge.judged.set()
            await first
        assert not judge.begun.is_set()

    asyncio.run(leave())

    assert failures(database) == 0


def failures(database: Database) -> int:
    """The wrong passwords that count."""
    with database.reading() as session:
        found = session.connection().exec_driver_sql("SELECT coalesce(sum(failures), 0) FROM failed_guesses")
        return int(found.scalar_one())


def test_one_too_many_is_told_when_to_come_again(
    signed_out: HtmlClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> None:
        raise QueueFull

    monkeypatch.setattr(HashQueue, "run", full)

    page = signed_out.post("/sign-in", email="ada@example.com", password="correct horse")

    assert (page.status, page.headers["retry-after"]) == (429, "5")
    assert page.alert == SENTENCE
    assert page.value("email") == "ada@example.com"
    assert failures(database) == 0


def test_one_too_many_of_a_program_gets_problem_details(
    signed_out: HtmlClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any) -> None:
        raise QueueFull

    monkeypatch.setattr(HashQueue, "run", full)

    answer = signed_out.ask("POST", "/api/auth/sign-in/email", json={"email": "ada@example.com", "password": "x" * 9})

    assert (answer.status, answer.headers["retry-after"]) == (429, "5")
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.response.json()
    assert (body["title"], body["status"], body["detail"]) == ("Too Many Requests", 429, SENTENCE)
    assert (body["code"], body["message"]) == ("TOO_MANY_SIGN_INS", SENTENCE)
