"""Seats at the database: as many as there are connections, so that nobody waits for one where that stops others.

Threads that waited for a connection could wait for requests that wait for a thread: a hundred clicks at once would
stand still. So requests wait here, on the event loop, where waiting costs nothing, and not for long.
"""

import asyncio

WAIT_SECONDS = 5


class NoSeat(Exception):
    """The database is busy or hangs; whoever asks later may find it free."""


class Seats:
    """A number of places to be taken one by one."""

    def __init__(self, number: int, patience: float | None = None) -> None:
        self.number = number
        self._patience = patience
        self._free = asyncio.Semaphore(number)

    async def take(self) -> "Seat":
        """Raises NoSeat after five seconds, or what the patience is."""
        if self._free.locked():
            await self._wait()
        else:
            # One is free and nobody waits: this does not.
            await self._free.acquire()
        return Seat(self._free)

    async def _wait(self) -> None:
        patience = self._patience or WAIT_SECONDS
        try:
            async with asyncio.timeout(patience):
                await self._free.acquire()
        except TimeoutError:
            raise NoSeat(f"All {self.number} seats at the database were taken for {patience:g} seconds.") from None


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
