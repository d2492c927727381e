"""A deadline for statements, kept by the client: a pooler would share a `statement_timeout` with other clients."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from web.db.dialects import dialect_of
from web.domain.errors import SearchTooSlow


@contextmanager
def deadline(connection: Connection, seconds: float) -> Iterator[None]:
    """Stops what the connection does in this block once the time is up. Raises SearchTooSlow.

    Also where the block was done at that moment: the connection is given up, and nothing else can run on it.
    """
    watch = _Watch(connection)
    timer = Timer(seconds, watch.expire)
    timer.start()
    try:
        yield
    except DBAPIError as error:
        if watch.expired:
            raise SearchTooSlow from error
        raise
    finally:
        timer.cancel()
        watch.end()
    if watch.expired:
        raise SearchTooSlow


class _Watch:
    """Cancels a connection from the timer's thread, never after the block has ended."""

    def __init__(self, connection: Connection) -> None:
        self.expired = False
        self._connection = connection
        self._driver = connection.connection.driver_connection
        self._cancel = dialect_of(connection).cancel
        self._ended = False
        self._lock = Lock()

    def expire(self) -> None:
        with self._lock:
            if not self._ended:
                self.expired = True
                self._cancel(self._driver)

    def end(self) -> None:
        with self._lock:
            self._ended = True
        if self.expired:
            # PostgreSQL may get the request to cancel late, while it runs the next statement of this connection.
            self._connection.invalidate()
