"""A part of a transaction that can be taken back alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_BEGIN = text("SAVEPOINT attempt")
_END = text("RELEASE SAVEPOINT attempt")
_BACK = text("ROLLBACK TO SAVEPOINT attempt")


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What an exception leaves unfinished is taken back, and the transaction goes on.

    SQLAlchemy's `begin_nested` does not go together with sessions that are made inside of it on the same connection.
    """
    connection.execute(_BEGIN)
    try:
        yield
    except Exception:
        connection.execute(_BACK)
        raise
    finally:
        connection.execute(_END)
