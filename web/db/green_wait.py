"""Lets blocking psycopg2 code yield to the event loop while it waits for PostgreSQL.

The code runs in a greenlet. Where psycopg2 would block on the socket, its wait callback switches back to the event
loop, which resumes the greenlet when the socket is ready
(https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries).
"""

import asyncio
import select
import time
from contextlib import suppress
from threading import Thread
from typing import Any

from psycopg2 import Error, OperationalError
from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_SETUP, get_wait_callback, set_wait_callback
from sqlalchemy import Dialect
from sqlalchemy.util.concurrency import await_, greenlet_spawn, in_greenlet

__all__ = ["connect_in_thread", "greenlet_spawn", "install_green_wait", "supports_copy"]

# Seconds to block before yielding: a nearby database mostly answers faster than one turn of the event loop.
SPIN_SECONDS = 0.001
# After a wait that took longer, yield at once for this many waits: a distant database never answers within the spin.
SKIP_SPINS = 8
# How long a statement may take before it is cancelled: one that waits for a lock, or for a server that hangs, would
# hold its slot for ever. Kept here and not by the server, which may be what hangs.
STATEMENT_SECONDS = 15.0
# How long to wait for the server to take the request to cancel.
CANCEL_SECONDS = 2.0


class StatementTimeout(OperationalError):  # type: ignore[misc]
    """A statement took longer than STATEMENT_SECONDS; its connection is closed."""


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
        """Raises OperationalError if connecting takes longer than `connect_timeout`, StatementTimeout for a statement.

        psycopg2 closes the connection then.
        """
        # psycopg2 calls this before it starts to connect, then only for statements.
        connects = connection.status == STATUS_SETUP
        deadline = _deadline(connection) if connects else time.monotonic() + STATEMENT_SECONDS
        while (state := connection.poll()) != POLL_OK:
            seconds = deadline and max(0.0, deadline - time.monotonic())
            if self._wait(connection.fileno(), state == POLL_READ, seconds):
                continue
            if connects:
                raise OperationalError("timeout expired")
            _cancel(connection)
            raise StatementTimeout(f"A statement took longer than {STATEMENT_SECONDS:g} seconds and was stopped.")

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


def _cancel(connection: Any) -> None:
    """Ask the server to stop the statement. Blocks in a thread, which a server that hangs may hold for longer."""
    thread = Thread(target=_cancel_quietly, args=(connection,), name="cancel", daemon=True)
    thread.start()
    if in_greenlet():
        await_(asyncio.to_thread(thread.join, CANCEL_SECONDS))
    else:
        thread.join(CANCEL_SECONDS)


def _cancel_quietly(connection: Any) -> None:
    # Where the server cannot be reached there is nothing to stop.
    with suppress(Error):
        connection.cancel()


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
