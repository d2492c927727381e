"""Locks and timeouts of migrations: one at a time, none that blocks the application for long."""

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

# Key of the advisory lock. Arbitrary, but no other program may use it in the same database.
LOCK = 0x6461_7962
# A statement that waits for a table lock blocks every later query on that table, so it gives up early and is retried.
LOCK_TIMEOUT, STATEMENT_TIMEOUT = "4s", "10min"
LIMITS = (f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'", f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'")
# Neon may have to resume a suspended compute. The encoding is not left to a setting of the role or the environment.
LIBPQ_OPTIONS = {"connect_timeout": 10, "client_encoding": "utf8"}
SQLITE_LOCK_SECONDS = 30.0
RETRY_SECONDS = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"
SQLITE_BUSY = 5


class MigrationFailed(CommandError):
    """A migration cannot run. The text is one sentence for the operator."""


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """A connection in a transaction that holds the migration lock: other migrations wait until it ends.

    The lock belongs to the transaction, so it also works through a pooler in transaction mode.
    """
    with migration_engine(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            # Waiting for another migration must not run into the role's statement_timeout.
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            for setting in LIMITS:
                connection.execute(text(setting))
        yield connection
        if connection.dialect.name == "sqlite":
            _require_intact_references(connection)


def retry_while_locked(step: Callable[[], Result]) -> Result:
    """Run the step, again as long as a lock it needs is taken. Raises MigrationFailed after two minutes."""
    deadline, pause = time.monotonic() + RETRY_SECONDS, FIRST_PAUSE
    while True:
        try:
            return step()
        except DBAPIError as problem:
            if not is_locked(problem):
                raise
            if time.monotonic() > deadline:
                raise MigrationFailed(
                    f"Another session held a lock that the migration needs for {RETRY_SECONDS:.0f} seconds: "
                    f"{first_line(problem)}."
                ) from problem
        time.sleep(random.uniform(0, pause))  # noqa: S311, jitter
        pause = min(2 * pause, LONGEST_PAUSE)


def migration_engine(url: URL) -> Engine:
    """An engine for migrations, without a pool. On SQLite every transaction is a writing one."""
    if url.drivername != "sqlite":
        return create_engine(url, poolclass=NullPool, connect_args=LIBPQ_OPTIONS)
    if url.database:
        create_private_file(url)
    engine = create_engine(
        url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": SQLITE_LOCK_SECONDS}
    )
    # Off: rebuilding a table would delete the rows that refer to it. Checked before COMMIT instead.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    # As Daybook's own connections do: a table that is rebuilt leaves no copy of what it held.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=ON"))
    # IMMEDIATE: takes the write lock with the first statement; DDL is part of the transaction.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def first_line(problem: DBAPIError) -> str:
    """The first line of the database's error message, without the hints that follow."""
    lines = str(problem.orig).strip().splitlines()
    return lines[0].rstrip(".") if lines else str(problem)


def is_locked(problem: DBAPIError) -> bool:
    """Whether the statement failed because another session holds a lock."""
    original: Any = problem.orig
    if getattr(original, "pgcode", None) in (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED):
        return True
    return (getattr(original, "sqlite_errorcode", 0) & 0xFF) == SQLITE_BUSY


def _require_intact_references(connection: Connection) -> None:
    if broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall():
        raise MigrationFailed(f"The migration would leave {len(broken)} rows that violate a foreign key.")
