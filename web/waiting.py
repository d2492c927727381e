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
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, set_wait_callback
from sqlalchemy import Dialect
from sqlalchemy.util.concurrency import await_, greenlet_spawn, in_greenlet

__all__ = ["connect_aside", "greenlet_spawn", "wait_beside_others"]

# The second is CONN_STATUS_CONNECTING in psycopg2's connection.h, the one status that it does not export.
CONNECTING = (STATUS_SETUP, 20)


def wait_beside_others() -> None:
    """From now on psycopg2 waits like this, in every thread of the process; it does no COPY then."""
    set_wait_callback(_wait)


def connect_aside(dialect: Dialect, _: object, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A new connection, made in a thread if the loop asks for it: nobody else can wait while a host is looked up."""
    return await_(asyncio.to_thread(dialect.connect, *given, **options)) if in_greenlet() else None


def _wait(connection: Any) -> None:
    """Until it is through with what it does. Raises OperationalError when it cannot be made in time."""
    until = _deadline(connection) if connection.status in CONNECTING else None
    while (state := connection.poll()) != POLL_OK:
        file, reading = connection.fileno(), state == POLL_READ
        seconds = until and max(0.0, until - time.monotonic())
        if not (await_(_ready(file, reading, seconds)) if in_greenlet() else _block(file, reading, seconds)):
            raise OperationalError("timeout expired")


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
