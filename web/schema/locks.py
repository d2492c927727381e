"""One migration at a time, and none that makes the application wait for long."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from web.db.sqlite import create_private_file
from web.domain.errors import CommandError

Result = TypeVar("Result")

# Any number does, as long as nobody else in the database uses it.
LOCK = 0x6461_7962
# Whoever waits for a table makes everybody behind wait too: better to give up soon and come again.
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "4s", "10min"
LIMITS = (f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'", f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
SQLITE_WAITS = 30.0
PATIENCE = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"
SQLITE_BUSY = 5


class MigrationFailed(CommandError):
    """The database cannot be brought to head; the text is one sentence for whoever runs it."""


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """A connection in a transaction that keeps every other migration waiting until it ends.

    The lock ends with the transaction, so it holds through a pooler in transaction mode too.
    """
    with migration_engine(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            # A role may have a statement_timeout; waiting for one's turn is no fault.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            for setting in LIMITS:
                connection.execute(text(setting))
        yield connection
        if connection.dialect.name == "sqlite":
            _require_whole_references(connection)


def patiently(step: Callable[[], Result]) -> Result:
    """The step, again while somebody else holds a lock it needs. Raises MigrationFailed after two minutes of it."""
    give_up, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while True:
        try:
            return step()
        except DBAPIError as problem:
            if not is_locked(problem):
                raise
            if time.monotonic() > give_up:
                raise MigrationFailed(
                    f"Somebody held a lock that the migration needs for {PATIENCE:.0f} seconds: {first_line(problem)}."
                ) from problem
        time.sleep(random.uniform(0, pause))  # noqa: S311, only so that they do not come all at once
        pause = min(2 * pause, LONGEST_PAUSE)


def migration_engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    if url.database:
        create_private_file(url)
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": SQLITE_WAITS})
    # Off, or rebuilding a table would delete what refers to it; checked before the commit instead.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    # IMMEDIATE: one writer from the first statement on, and a crash leaves nothing half done.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def first_line(problem: DBAPIError) -> str:
    """The server's own words, without its hints."""
    said = str(problem.orig).strip().splitlines()
    return said[0].rstrip(".") if said else str(problem)


def is_locked(problem: DBAPIError) -> bool:
    said: Any = problem.orig
    if getattr(said, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
        return True
    return (getattr(said, "sqlite_errorcode", 0) & 0xFF) == SQLITE_BUSY


def _require_whole_references(connection: Connection) -> None:
    if broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall():
        raise MigrationFailed(f"The migration would leave {len(broken)} rows that refer to nothing.")
