"""A request that met a lost connection runs again, all of it, before anybody hears of it.

Nothing of an answer leaves before COMMIT, and every action comes to the same when it is done twice, so this is safe
even where nobody can know whether the COMMIT went through (docs/decisions.md).
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

DEADLINE_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
# What touches no database, tells how it is at this timestamp, or is Better Auth's to answer.
EXCLUDED_PATHS = ("/static/", "/healthz", "/readyz", "/api/auth/")


def ask_for_another_run(scope: Scope) -> None:
    """For whoever handles an error that may have passed in a moment."""
    scope["state"]["again"] = not scope["state"].get("once")


def never_run_again(scope: Scope) -> None:
    """For whoever is about to do what may be done only once."""
    scope["state"]["once"] = True


def op_of(scope: Scope) -> str:
    """A UUID of this request, the same in each of its runs."""
    op: str = scope["state"].setdefault("op", str(uuid4()))
    return op


class Retry:
    """Runs a request until its answer is better than a lost connection, for 20 seconds at most."""

    def __init__(self, app: ASGIApp, largest_body: int) -> None:
        self.app = app
        self.largest_body = largest_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(EXCLUDED_PATHS):
            await self.app(scope, receive, send)
            return
        body = await _read(receive, self.largest_body)
        if body[-1]["type"] == "http.disconnect":
            return
        whole = not body[-1].get("more_body")
        deadline = time.monotonic() + (DEADLINE_SECONDS if whole else 0)
        state = {**scope.get("state", {}), "op": str(uuid4())}
        for pause in _pauses():
            buffer = ResponseBuffer({**state}, send, deadline - pause)
            # Both are copies: what one run puts on its scope is not there for the next.
            run: Any = {**scope, "state": buffer.state}
            await self.app(run, _replaying(body, receive), buffer.send)
            if buffer.open or await _left_within(pause, receive):
                return


class ResponseBuffer:
    """Lets an answer out, unless its run asked for another one and there is time for it."""

    def __init__(self, state: dict[str, Any], send: Send, deadline: float) -> None:
        self.state, self.pass_on, self.deadline = state, send, deadline
        self.open = True

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.open = not self.state.get("again") or time.monotonic() > self.deadline
        if self.open:
            await self.pass_on(message)


async def _read(receive: Receive, largest: int) -> list[Any]:
    """The messages of the body, up to its end, to where it is too large, or to where the client left."""
    messages: list[Any] = [await receive()]
    size = len(messages[0].get("body", b""))
    while messages[-1].get("more_body") and size <= largest:
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))
    return messages


def _replaying(messages: list[Any], receive: Receive) -> Receive:
    rest = deque(messages)

    async def replay() -> Any:
        return rest.popleft() if rest else await receive()

    return replay


async def _left_within(seconds: float, receive: Receive) -> bool:
    """Wait, unless the client leaves meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
    except TimeoutError:
        return False
    return message["type"] == "http.disconnect"


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        # Not all at the same timestamp, or they would push the database over again.
        yield random.uniform(pause / 2, pause)  # noqa: S311
        pause = min(pause * 2, LONGEST_PAUSE)
