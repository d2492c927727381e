"""Engines for both databases. All that differs between SQLite and PostgreSQL at run time is here."""

import asyncio
import csv
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import psycopg2
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String
from sqlmodel import Session, SQLModel

from web.seats import Seat, Seats
from web.waiting import connect_aside, does_copy, greenlet_spawn, wait_beside_others
from web.words import is_indexed, take_in

SQLITE_PATIENCE = 20.0
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an acknowledged change survives a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={SQLITE_PATIENCE * 1000:.0f}",
    "PRAGMA trusted_schema=OFF",
)
Result = TypeVar("Result")
# How much of what others left (a person was deleted, somebody wrote by hand) a change takes into the index of words.
WORDS_AT_ONCE = 500
Row = TypeVar("Row", bound=SQLModel)
# SQLAlchemy hands these on as they are where a connection dies while it is lent out.
AWAY = (psycopg2.OperationalError, psycopg2.InterfaceError)
# Threads that share a processor hand Python's lock to each other, and PostgreSQL's processes their caches: with ten, a
# page cost PostgreSQL twice as much, and the slowest pages took twice as long (`python -m bench --only daybook`).
SEATS = 3
POSTGRES_OPTIONS: dict[str, Any] = {
    # Every seat keeps its connection; the rest is for commands and tests, which take no seat.
    "max_overflow": 10,
    "pool_timeout": 5,
    # Neon ends idle connections after five minutes, and rarely used ones are the last to be taken.
    "pool_recycle": 240,
    "pool_use_lifo": True,
    # Three trips for each new connection, to ask after a type that we have no column of.
    "use_native_hstore": False,
    # What people wrote stays out of error messages, and so out of logs.
    "hide_parameters": True,
}
# Seconds: a connection that was in use a moment ago is not asked first whether it still lives. That would be another
# trip for each request, and a lost connection is met again anyway (web/retrying.py).
RESTED_AFTER = 5.0
# What the address itself says counts more. No `options`, no SET: a pooler refuses one and shares the other.
LIBPQ_OPTIONS: dict[str, Any] = {
    "application_name": "daybook",
    # Neon may have to wake up first.
    "connect_timeout": 10,
    # A server that vanished is noticed in seconds; the system alone would wait for it for a quarter of an hour.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
# SQLSTATEs of what passes: serialization failure, deadlock, too many connections, a server that goes down or comes up.
PASSING = ("40001", "40P01", "53300", "57P01", "57P02", "57P03")


class Database:
    """Two doors: through `autocommit` each statement stands alone, through `engine` there is one transaction."""

    def __init__(self, url: URL, seats: int = SEATS) -> None:
        if url.drivername == "sqlite":
            self.engine = _sqlite(url)
            self.autocommit: Engine = self.engine.execution_options(autocommit=True)
        else:
            self.engine = _postgresql(url, pool_size=seats)
            # A pool of its own: switching a connection to autocommit and back sends a SET each time, and the pool
            # loses a place for good when the connection turns out to be dead just then.
            self.autocommit = _postgresql(url, pool_size=seats, isolation_level="AUTOCOMMIT")
        self._on_the_loop: set[Engine] = set()
        self._seats = Seats(seats)
        # SQLite writes one after the other anyway; here they queue in turn and hold no thread meanwhile, for as long as
        # SQLite itself would let them wait.
        self._writing_seats = Seats(1, SQLITE_PATIENCE) if url.drivername == "sqlite" else self._seats

    def wait_on_the_loop(self) -> None:
        """From now on, what is run waits for PostgreSQL on the event loop. SQLite, a library, keeps its threads."""
        if self.engine.dialect.name == "postgresql":
            wait_beside_others()
            for engine in (self.engine, self.autocommit):
                # While it makes its first connection SQLAlchemy holds a lock, and another one would stop the loop.
                event.listen(engine, "connect", lambda *_, engine=engine: self._on_the_loop.add(engine))

    @property
    def seats(self) -> int:
        """How many may use it at a time; on SQLite each of them keeps a thread busy."""
        return self._seats.number + (0 if self._writing_seats is self._seats else self._writing_seats.number)

    async def seat(self, *, writing: bool = False) -> Seat:
        """What a request needs before its first statement. Raises NoSeat."""
        return await (self._writing_seats if writing else self._seats).take()

    async def run(self, work: Callable[[Connection], Result], *, writing: bool, transaction: bool) -> Result:
        """Work with a connection of its own, all of it in one turn: a transaction to COMMIT, or every statement alone.

        Raises NoSeat, and whatever goes wrong with the database or the work.
        """

        def turn() -> Result:
            with self.connect(transaction=transaction) as connection:
                result = work(connection)
                if transaction:
                    connection.commit()
                return result

        with await self.seat(writing=writing):
            if (self.engine if transaction else self.autocommit) in self._on_the_loop:
                return await greenlet_spawn(turn)
            return await asyncio.to_thread(turn)

    def connect(self, *, transaction: bool) -> Connection:
        """A transaction from its first statement until `commit`, or none at all: then each statement stands alone."""
        return (self.engine if transaction else self.autocommit).connect()

    def reading(self) -> Session:
        """A session for looking: each statement stands alone, nothing to commit."""
        return Session(self.autocommit, expire_on_commit=False, autoflush=False)

    def writing(self) -> Session:
        """A session for changing: a transaction from its first statement until `commit`."""
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """For commands: commits at the end, rolls back on any error. Leaves nothing due to the index of words."""
        with self.writing() as session, session.begin():
            yield session
            session.flush()
            _take_in_all(session.connection())

    def take_in_words(self) -> None:
        """Into SQLite's index of words, whatever is due; in portions, so that nobody waits for long."""
        more = True
        while more:
            with self.engine.begin() as connection:
                more = has_words(connection) and take_in(_driver(connection), WORDS_AT_ONCE) > 0

    def close(self) -> None:
        self.engine.dispose()
        self.autocommit.dispose()


def has_words(connection: Connection) -> bool:
    """Whether searches may ask SQLite's index of words: the database has one, and this SQLite can read it."""
    return bool(connection.info.get("has_words"))


def may_pass(error: DBAPIError) -> bool:
    """Whether the same transaction, begun anew, may find the database well again.

    psycopg2 gives a lost connection no SQLSTATE (`pgcode` is None), whatever the server said.
    """
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError) or not hasattr(error.orig, "pgcode"):
        return False
    state = getattr(error.orig, "pgcode", None)
    return state in PASSING or (state is None and error.statement is None)


def insert_once(session: Session, row: Row, conflict: Sequence[str]) -> Row | None:
    """Insert the row and return it as stored; None when one with the same `conflict` columns is there already."""
    table = type(row)
    statement = _insert(session, table).values(_values(row)).on_conflict_do_nothing(index_elements=conflict)
    return session.scalars(statement.returning(table)).one_or_none()


def insert_all_once(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with the same columns, leaving out those that are there already. Many thousand at once are meant."""
    if session.get_bind().dialect.name == "postgresql" and does_copy():
        _copy_once(session.connection(), str(table.__tablename__), rows)
    else:
        session.connection().execute(_insert(session, table).on_conflict_do_nothing(), rows)


def _copy_once(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY is several times faster than INSERT and knows no conflict, so it fills a table in between."""
    names = ", ".join(rows[0])
    text = StringIO()
    csv.writer(text).writerows(["\\N" if value is None else value for value in row.values()] for row in rows)
    text.seek(0)
    select = f"SELECT {names} FROM"
    connection.exec_driver_sql(f"CREATE TEMP TABLE arriving ON COMMIT DROP AS {select} {table} LIMIT 0")
    driver: Any = connection.connection
    with driver.cursor() as cursor:
        cursor.copy_expert(f"COPY arriving ({names}) FROM STDIN (FORMAT csv, NULL '\\N')", text)
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) {select} arriving ON CONFLICT DO NOTHING")


def _insert(session: Session, table: type[SQLModel]) -> Any:
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name](table)


def _values(row: SQLModel) -> dict[str, Any]:
    return row.model_dump(exclude={"id"} if getattr(row, "id", None) is None else None)


class sort_text(FunctionElement[str]):  # noqa: N801, named as the SQL function that it is
    """Text in an order that is the same on both databases: lower case, by code point."""

    type = String()
    inherit_cache = True


@compiles(sort_text)
def _sort_text(element: sort_text, compiler: SQLCompiler, **options: Any) -> str:
    return f"lower({compiler.process(element.clauses, **options)})"


@compiles(sort_text, "postgresql")
def _sort_text_postgresql(element: sort_text, compiler: SQLCompiler, **options: Any) -> str:
    return f'lower({compiler.process(element.clauses, **options)}) COLLATE "C"'


def private_file(url: URL) -> None:
    """The file of an SQLite database, for its owner only: it holds password hashes and live sessions.

    SQLite gives what it puts beside it the same mode. One that is there keeps the mode it has.
    """
    file = Path(str(url.database))
    with suppress(OSError):  # SQLite itself says what is wrong with it
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)


def _postgresql(url: URL, **options: Any) -> Engine:
    said = {name: value for name, value in LIBPQ_OPTIONS.items() if name not in url.query}
    engine = create_engine(url, connect_args=said, **POSTGRES_OPTIONS, **options)
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "do_connect", connect_aside)
    event.listen(engine, "checkout", partial(_ping_if_rested, engine))
    event.listen(engine, "handle_error", _quote_nobody)
    return engine


def _quote_nobody(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row or the line that it refuses, and so what people wrote; its first line does not."""
    refused, told = context.original_exception, context.sqlalchemy_exception
    said = getattr(getattr(refused, "diag", None), "message_primary", None)
    if said and told:
        refused.args, told.args = (said,), (f"({type(refused).__name__}) {said}",)


def _note_time(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ping_if_rested(engine: Engine, connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    if time.monotonic() - record.info.get("used", math.inf) < RESTED_AFTER:
        return
    try:
        engine.dialect.do_ping(connection)
    except AWAY as gone:
        # The pool takes another one, and forgets all that are as old.
        raise DisconnectionError(str(gone)) from gone


def _sqlite(url: URL) -> Engine:
    private_file(url)
    # No isolation level: the driver begins nothing by itself, we do below.
    engine = create_engine(
        url, hide_parameters=True, connect_args={"isolation_level": None, "timeout": SQLITE_PATIENCE}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _take_in_words)
    return engine


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    # SQLite's own lower() knows only ASCII.
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    record.info["has_words"] = is_indexed(connection)


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads before it writes could otherwise not be let through.
    if not connection.get_execution_options().get("autocommit"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _take_in_words(connection: Connection) -> None:
    if has_words(connection) and not connection.get_execution_options().get("autocommit"):
        take_in(_driver(connection), WORDS_AT_ONCE)


def _take_in_all(connection: Connection) -> None:
    while has_words(connection) and take_in(_driver(connection), 50 * WORDS_AT_ONCE):
        pass


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
