"""Seats at the database: as many as there are connections, so that no thread ever waits for one.

A request keeps its connection over several turns in worker threads. Threads that waited for a connection would wait
for requests that wait for a thread: a hundred clicks at once would stand still. So requests wait here, on the event
loop, where waiting costs nothing, and not for long.
"""

import asyncio

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

WAIT_SECONDS = 5


class NoSeat(Exception):
    """The database is busy or hangs; whoever asks later may find it free."""


class Seats:
    """A number of places to be taken one by one."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._free = asyncio.Semaphore(number)

    async def take(self) -> "Seat":
        """Raises NoSeat after five seconds."""
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError:
            raise NoSeat(f"All {self.number} seats at the database were taken for {WAIT_SECONDS} seconds.") from None
        return Seat(self._free)


class Seat:
    """Kept until it is left; leaving twice is no news."""

    def __init__(self, free: asyncio.Semaphore) -> None:
        self._free: asyncio.Semaphore | None = free

    def leave(self) -> None:
        if self._free:
            self._free.release()
        self._free = None

    def __enter__(self) -> "Seat":
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()


def keep_seat(scope: Scope, seat: Seat) -> None:
    """Until the answer begins: SeatMiddleware takes it back."""
    scope["state"]["seat"] = seat


class SeatMiddleware(ASGIMiddleware):
    """Gives a request's seat to the next one as soon as its answer begins: a slow reader keeps none."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        async def leaving(message: Message) -> None:
            if message["type"] == "http.response.start":
                _leave(scope)
            await send(message)

        try:
            await next_app(scope, receive, leaving)
        finally:
            _leave(scope)


def _leave(scope: Scope) -> None:
    seat: Seat | None = scope["state"].get("seat")
    if seat:
        seat.leave()
