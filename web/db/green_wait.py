"""Lets blocking psycopg2 code yield to the event loop while it waits for PostgreSQL.

The code runs in a greenlet. Where psycopg2 would block on the socket, its wait callback switches back to the event
loop, which resumes the greenlet when the socket is ready
(https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries).
"""

import asyncio
import select
import time
from typing import Any

from psycopg2 import OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, get_wait_callback, set_wait_callback
from sqlalchemy import Dialect
from sqlalchemy.util.concurrency import await_, greenlet_spawn, in_greenlet

__all__ = ["connect_in_thread", "greenlet_spawn", "install_green_wait", "supports_copy"]

# Seconds to block before yielding: a nearby database mostly answers faster than one turn of the event loop.
SPIN_SECONDS = 0.001
# After a wait that took longer, yield at once for this many waits: a distant database never answers within the spin.
SKIP_SPINS = 8


def install_green_wait() -> None:
    """Install the wait callback. It applies to every psycopg2 connection of the process, in all threads."""
    set_wait_callback(_GreenWait())


def supports_copy() -> bool:
    """Whether psycopg2 can run COPY, which it cannot with a wait callback installed."""
    return get_wait_callback() is None


def connect_in_thread(dialect: Dialect, _: object, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """An event listener that opens a connection in a thread when called from a greenlet: DNS look-ups block."""
    return await_(asyncio.to_thread(dialect.connect, *arguments, **options)) if in_greenlet() else None


class _GreenWait:
    """The wait callback: returns when the connection's current operation, a statement or connecting, is complete."""

    def __init__(self) -> None:
        self._spins_to_skip = 0

    def __call__(self, connection: Any) -> None:
        """Raises OperationalError if connecting takes longer than `connect_timeout`."""
        # psycopg2 calls this before it starts to connect, then only for statements.
        deadline = _deadline(connection) if connection.status == STATUS_SETUP else None
        while (state := connection.poll()) != POLL_OK:
            seconds = deadline and max(0.0, deadline - time.monotonic())
            if not self._wait(connection.fileno(), state == POLL_READ, seconds):
                raise OperationalError("timeout expired")

    def _wait(self, file: int, reading: bool, seconds: float | None) -> bool:
        if not in_greenlet():
            return _block(file, reading, seconds)
        if self._spins_to_skip:
            self._spins_to_skip -= 1
        elif _block(file, reading, SPIN_SECONDS):
            return True
        else:
            self._spins_to_skip = SKIP_SPINS
        return await_(_ready(file, reading, seconds))


def _deadline(connection: Any) -> float | None:
    """When `connect_timeout` ends: libpq does not enforce it on non-blocking connections."""
    seconds = float(connection.info.dsn_parameters.get("connect_timeout", 0))
    return time.monotonic() + seconds if seconds > 0 else None


def _block(file: int, reading: bool, seconds: float | None) -> bool:
    poll = select.poll()
    poll.register(file, select.POLLIN if reading else select.POLLOUT)
    return bool(poll.poll(seconds and seconds * 1000))


async def _ready(file: int, reading: bool, seconds: float | None) -> bool:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    add, remove = (loop.add_reader, loop.remove_reader) if reading else (loop.add_writer, loop.remove_writer)
    add(file, _resolve, ready)
    try:
        async with asyncio.timeout(seconds):
            await ready
    except TimeoutError:
        return False
    finally:
        remove(file)
    return True


def _resolve(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
