"""A queue for calls that hash a password: as many at once as there are cores, and a bounded number that wait.

Without, hundreds of sign-ins share the cores, none ends in time, and Node goes on hashing for clients that have left.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Result = TypeVar("Result")
# For each core: the last of them is answered within a few seconds.
MOST_WAITING = 10
RETRY_SECONDS = 5


class QueueFull(Exception):
    """So many wait already that one more would not be answered in time."""


class ClientLeft(Exception):
    """The client closed its connection before the turn of its call."""


class HashQueue:
    """`cores` calls at once; further ones wait in the order in which they came."""

    def __init__(self, cores: int = 0) -> None:
        self._cores = cores or os.cpu_count() or 1
        self._slots = asyncio.Semaphore(self._cores)
        self._waiting = 0

    async def run(self, call: Callable[[], Awaitable[Result]], left: "asyncio.Future[Any] | None" = None) -> Result:
        """The result of the call, once its turn has come. Raises QueueFull at once, and ClientLeft once `left` is.

        A call that has begun keeps its place to the end, whether its client is there or not: Node cannot stop a hash,
        so clients that leave would have it begin more of them than there are cores.
        """
        if self._slots.locked() and self._waiting >= MOST_WAITING * self._cores:
            raise QueueFull
        await self._turn(left)
        try:
            return await call()
        finally:
            self._slots.release()

    async def _turn(self, left: "asyncio.Future[Any] | None") -> None:
        turn = asyncio.ensure_future(self._slots.acquire())
        self._waiting += 1
        try:
            await asyncio.wait({turn, left} if left else {turn}, return_when=asyncio.FIRST_COMPLETED)
            if not turn.done():
                raise ClientLeft
        except BaseException:
            # Also where the server stops.
            if not turn.cancel():
                self._slots.release()
            raise
        finally:
            self._waiting -= 1
