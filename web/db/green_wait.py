"""Waiting for PostgreSQL without a thread.

Work that asks the database is ordinary blocking code. On the event loop it runs in a greenlet: where psycopg2 would
block, the loop goes on with others, and comes back once the socket has an answer. That is what its wait callback is for
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

# The second is CONN_STATUS_CONNECTING in psycopg2's connection.h, the one status that it does not export.
CONNECTING = (STATUS_SETUP, 20)
# Seconds. A database nearby mostly answers before the loop could have gone round, so one waits where one stands.
SPIN_SECONDS = 0.001
# Where that was not enough, so many answers are waited for beside others at once: one far away never takes less.
SKIP_SPINS = 8


def install_green_wait() -> None:
    """From now on psycopg2 waits like this, in every thread of the process."""
    set_wait_callback(_GreenWait())


def supports_copy() -> bool:
    """Whether psycopg2 can do COPY: not in a process that serves, where it waits like this."""
    return get_wait_callback() is None


def connect_in_thread(dialect: Dialect, _: object, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A new connection, made in a thread if the loop asks for it: nobody else can wait while a host is looked up."""
    return await_(asyncio.to_thread(dialect.connect, *given, **options)) if in_greenlet() else None


class _GreenWait:
    """What psycopg2 calls: waits until a connection is through with what it does, a statement or its own beginning."""

    def __init__(self) -> None:
        self._spins_to_skip = 0

    def __call__(self, connection: Any) -> None:
        """Raises OperationalError for a connection that cannot be made in time."""
        until = _deadline(connection) if connection.status in CONNECTING else None
        while (state := connection.poll()) != POLL_OK:
            seconds = until and max(0.0, until - time.monotonic())
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
    """When to give up connecting: libpq itself looks at no clock where somebody else does the waiting."""
    seconds = float(connection.info.dsn_parameters.get("connect_timeout", 0))
    return time.monotonic() + seconds if seconds > 0 else None


def _block(file: int, reading: bool, seconds: float | None) -> bool:
    waiting = select.poll()
    waiting.register(file, select.POLLIN if reading else select.POLLOUT)
    return bool(waiting.poll(seconds and seconds * 1000))


async def _ready(file: int, reading: bool, seconds: float | None) -> bool:
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    add, remove = (loop.add_reader, loop.remove_reader) if reading else (loop.add_writer, loop.remove_writer)
    add(file, _answer, ready)
    try:
        async with asyncio.timeout(seconds):
            await ready
    except TimeoutError:
        return False
    finally:
        remove(file)
    return True


def _answer(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
