"""Limits how many requests use the database at once. The rest wait on the event loop, not in worker threads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

WAIT_SECONDS = 5


class DatabaseBusy(Exception):
    """No slot became free in time: the database is overloaded or hangs."""


class ConnectionLimiter:
    """A semaphore of `size` slots. A wait ends after `timeout` seconds, by default WAIT_SECONDS."""

    def __init__(self, size: int, timeout: float | None = None) -> None:
        self.size = size
        self._timeout = timeout
        self._slots = asyncio.Semaphore(size)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Raises DatabaseBusy."""
        timeout = self._timeout or WAIT_SECONDS
        try:
            async with asyncio.timeout(timeout):
                await self._slots.acquire()
        except TimeoutError:
            raise DatabaseBusy(f"All {self.size} database connections were in use for {timeout:g} seconds.") from None
        try:
            yield
        finally:
            self._slots.release()
