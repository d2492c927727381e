"""Clients that leave while they wait for Better Auth, and those that come while too many wait."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

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


def test_a_client_that_leaves_ends_its_call_and_counts_no_guess(
    app: Litestar, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []

    async def leave() -> None:
        begun = asyncio.Event()

        async def wait_for_ever(*_: Any, **__: Any) -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        monkeypatch.setattr(BetterAuthClient, "_send", wait_for_ever)
        call = Call(app)
        async with app.lifespan(), asyncio.timeout(PATIENCE_SECONDS):
            running = asyncio.ensure_future(call.run())
            await begun.wait()
            call.left.set()
            with suppress(Exception):
                await running

    asyncio.run(leave())

    assert ended == [True]
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
