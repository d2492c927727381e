"""Limits how many requests use the database at once. The rest wait on the event loop, not in worker threads."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Lock

from web.domain.errors import TooManySearches

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


class SearchLimiter:
    """Limits how many searches one user runs at once in this process, in threads or on the event loop."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._running: dict[str, int] = {}
        self._lock = Lock()

    @contextmanager
    def slot(self, user_id: str) -> Iterator[None]:
        """Raises TooManySearches at once: a wait would hold the database connection that others need."""
        with self._lock:
            if self._running.get(user_id, 0) >= self.size:
                raise TooManySearches
            self._running[user_id] = self._running.get(user_id, 0) + 1
        try:
            yield
        finally:
            self._release(user_id)

    def _release(self, user_id: str) -> None:
        with self._lock:
            self._running[user_id] -= 1
            if not self._running[user_id]:
                del self._running[user_id]
