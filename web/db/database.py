"""The database: two engines, a limit on concurrent use, and units of work that survive a lost connection."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.db.errors import CONNECTION_ERRORS
from web.db.green_wait import StatementTimeout, greenlet_spawn
from web.db.limiter import ConnectionLimiter
from web.domain.errors import NeedsTransaction, TooManySearches

log = logging.getLogger("daybook.database")
Result = TypeVar("Result")
# With ten, PostgreSQL's processes contend for caches and SQLite's threads for the GIL: a page took PostgreSQL twice the
# CPU time, and p99 latency doubled (`python -m bench --only daybook`).
CONCURRENCY = 3
# Serialization failure, deadlock, too many connections, and a server that shuts down or starts up.
TRANSIENT_SQLSTATES = ("40001", "40P01", "53300", "57P01", "57P02", "57P03")
READ_ONLY_SQLSTATE = "25006"
RETRY_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0


class Database:
    """Two engines: `autocommit` commits each statement; `engine` runs one transaction per unit of work."""

    def __init__(self, url: URL, concurrency: int = CONCURRENCY) -> None:
        self._dialect = dialect_of(url)
        self.engine: Engine
        self.autocommit: Engine
        self.engine, self.autocommit = self._dialect.engines(url, concurrency)
        self._green_engines: set[Engine] = set()
        self._limit(concurrency)

    def _limit(self, concurrency: int) -> None:
        self._limiter = ConnectionLimiter(concurrency)
        writers = self._dialect.WRITERS
        self._write_limiter = ConnectionLimiter(writers, self._dialect.WRITE_TIMEOUT) if writers else self._limiter

    def enable_green_wait(self) -> None:
        """From now on `run` waits for PostgreSQL on the event loop. SQLite keeps its threads."""
        self._green_engines = self._dialect.green_engines((self.engine, self.autocommit))

    @property
    def concurrency(self) -> int:
        """How many requests may use it at once; on SQLite each of them occupies a thread."""
        return self._limiter.size + (0 if self._write_limiter is self._limiter else self._write_limiter.size)

    def slot(self, *, writing: bool = False) -> AbstractAsyncContextManager[None]:
        """Held by a request while it uses the database. Raises DatabaseBusy."""
        return (self._write_limiter if writing else self._limiter).slot()

    async def run(self, work: Callable[[Connection], Result], *, writing: bool, transaction: bool) -> Result:
        """Run `work` with a connection: in one transaction to COMMIT, or with each statement committed by itself.

        After a lost connection, another transient error or TooManySearches the work runs again, for up to 20 seconds,
        so it must be safe to repeat: a COMMIT whose reply was lost may have succeeded. After NeedsTransaction it runs
        again in a transaction. Raises DatabaseBusy and the errors of the database and of the work.
        """
        pauses = _pauses(time.monotonic() + RETRY_SECONDS)
        while True:
            try:
                return await self._run_once(work, writing=writing, transaction=transaction)
            except NeedsTransaction:
                if transaction:
                    raise
                transaction = True
                continue
            except (DBAPIError, TooManySearches, *CONNECTION_ERRORS) as error:
                pause = next(pauses, None)
                if pause is None or not is_transient(error):
                    raise
                log.info("Repeating a unit of work: %s", getattr(error, "orig", None) or type(error).__name__)
            await asyncio.sleep(pause)

    async def _run_once(self, work: Callable[[Connection], Result], *, writing: bool, transaction: bool) -> Result:
        def unit() -> Result:
            with self.connect(transaction=transaction) as connection:
                result = work(connection)
                if transaction:
                    connection.commit()
                return result

        transaction = transaction or (writing and not self._dialect.LOGS_IN_ONE_STATEMENT)
        async with self.slot(writing=writing):
            if (self.engine if transaction else self.autocommit) in self._green_engines:
                return await greenlet_spawn(unit)
            return await asyncio.to_thread(unit)

    def connect(self, *, transaction: bool) -> Connection:
        """A connection in a transaction that lasts from the first statement to `commit`, or in autocommit."""
        return (self.engine if transaction else self.autocommit).connect()

    def reading(self) -> Session:
        """A session that reads: each statement by itself, nothing to commit."""
        return Session(self.autocommit, expire_on_commit=False, autoflush=False)

    def writing(self) -> Session:
        """A session that writes: a transaction from its first statement to `commit`."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """For commands: commits at the end, rolls back on any error."""
        with self.writing() as session, session.begin():
            yield session

    def require_writable(self) -> None:
        """Raises DatabaseUnavailable, or the driver's error, if no change could be stored now."""
        self._dialect.require_writable(self.autocommit)

    def forget_removed(self) -> None:
        """Overwrite what was removed where that is left to us, after a purge."""
        self._dialect.forget_removed(self.autocommit)

    def close(self) -> None:
        """Close its connections. It can be used again, on another event loop too."""
        self.engine.dispose()
        self.autocommit.dispose()
        self._limit(self._limiter.size)


def is_transient(error: Exception) -> bool:
    """Whether the same unit of work may succeed if it runs again.

    psycopg2 gives a lost connection no SQLSTATE (`pgcode` is None), even if the server sent one.
    """
    if isinstance(error, StatementTimeout) or isinstance(getattr(error, "orig", None), StatementTimeout):
        return False
    if isinstance(error, (TooManySearches, *CONNECTION_ERRORS)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError) or not hasattr(error.orig, "pgcode"):
        return False
    state = getattr(error.orig, "pgcode", None)
    return state in TRANSIENT_SQLSTATES or (state is None and error.statement is None)


def is_read_only(error: DBAPIError) -> bool:
    """Whether the database accepts no changes now, as a standby does, or a managed database whose disk is full."""
    return getattr(error.orig, "pgcode", None) == READ_ONLY_SQLSTATE


def _pauses(deadline: float) -> Iterator[float]:
    """Seconds to wait before each retry, until the deadline; random, so that retries do not come all at once."""
    pause = FIRST_PAUSE
    while time.monotonic() + pause < deadline:
        yield random.uniform(pause / 2, pause)  # noqa: S311
        pause = min(pause * 2, LONGEST_PAUSE)
