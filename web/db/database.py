"""The database as all else sees it; with web/db/engines.py, all that differs between SQLite and PostgreSQL."""

import asyncio
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from io import StringIO
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import String
from sqlmodel import Session, SQLModel

from web.db.engines import SQLITE_PATIENCE, drain_index_queue, postgresql_engine, sqlite_engine
from web.db.green_wait import greenlet_spawn, install_green_wait, supports_copy
from web.db.limiter import ConnectionLimiter

Result = TypeVar("Result")
Row = TypeVar("Row", bound=SQLModel)
# PostgreSQL's processes hand each other their caches, and SQLite's threads Python's lock: with ten, a page cost
# PostgreSQL twice as much, and the slowest pages took twice as long (`python -m bench --only daybook`).
CONCURRENCY = 3
# Nobody waits for a command, and the search index is written best in large portions.
COMMAND_BATCH = 25_000
# SQLSTATEs of what passes: serialization failure, deadlock, too many connections, a server that goes down or comes up.
TRANSIENT_SQLSTATES = ("40001", "40P01", "53300", "57P01", "57P02", "57P03")


class Database:
    """Two doors: through `autocommit` each statement stands alone, through `engine` there is one transaction."""

    def __init__(self, url: URL, concurrency: int = CONCURRENCY) -> None:
        if url.drivername == "sqlite":
            self.engine = sqlite_engine(url)
            self.autocommit: Engine = self.engine.execution_options(autocommit=True)
        else:
            self.engine = postgresql_engine(url, pool_size=concurrency)
            # A pool of its own: switching a connection to autocommit and back sends a SET each time, and the pool
            # loses a place for good when the connection turns out to be dead just then.
            self.autocommit = postgresql_engine(url, pool_size=concurrency, isolation_level="AUTOCOMMIT")
        self._green_engines: set[Engine] = set()
        self._limiter = ConnectionLimiter(concurrency)
        # SQLite writes one after the other anyway; here they queue in turn and hold no thread meanwhile, for as long as
        # SQLite itself would let them wait.
        self._write_limiter = ConnectionLimiter(1, SQLITE_PATIENCE) if url.drivername == "sqlite" else self._limiter

    def enable_green_wait(self) -> None:
        """From now on, what is run waits for PostgreSQL on the event loop. SQLite, a library, keeps its threads."""
        if self.engine.dialect.name == "postgresql":
            install_green_wait()
            for engine in (self.engine, self.autocommit):
                # While it makes its first connection SQLAlchemy holds a lock, and another one would stop the loop.
                event.listen(engine, "connect", lambda *_, engine=engine: self._green_engines.add(engine))

    @property
    def concurrency(self) -> int:
        """How many may use it at a time; on SQLite each of them keeps a thread busy."""
        return self._limiter.size + (0 if self._write_limiter is self._limiter else self._write_limiter.size)

    def slot(self, *, writing: bool = False) -> AbstractAsyncContextManager[None]:
        """Held by a request while it uses the database. Raises DatabaseBusy."""
        return (self._write_limiter if writing else self._limiter).slot()

    async def run(self, work: Callable[[Connection], Result], *, writing: bool, transaction: bool) -> Result:
        """Work with a connection of its own, all of it in one turn: a transaction to COMMIT, or every statement alone.

        Raises DatabaseBusy, and whatever goes wrong with the database or the work.
        """

        def turn() -> Result:
            with self.connect(transaction=transaction) as connection:
                result = work(connection)
                if transaction:
                    connection.commit()
                return result

        async with self.slot(writing=writing):
            if (self.engine if transaction else self.autocommit) in self._green_engines:
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
        """For commands: commits at the end, rolls back on any error. Leaves nothing due to the search index."""
        with self.writing() as session, session.begin():
            yield session
            session.flush()
            while drain_index_queue(session.connection(), COMMAND_BATCH):
                pass

    def drain_index_queue(self) -> None:
        """Into SQLite's search index, whatever is due; in portions, so that nobody waits for long."""
        more = True
        while more:
            with self.engine.begin() as connection:
                more = drain_index_queue(connection)

    def close(self) -> None:
        self.engine.dispose()
        self.autocommit.dispose()


def is_transient(error: DBAPIError) -> bool:
    """Whether the same transaction, begun anew, may find the database well again.

    psycopg2 gives a lost connection no SQLSTATE (`pgcode` is None), whatever the server said.
    """
    if error.connection_invalidated:
        return True
    if not isinstance(error, OperationalError) or not hasattr(error.orig, "pgcode"):
        return False
    state = getattr(error.orig, "pgcode", None)
    return state in TRANSIENT_SQLSTATES or (state is None and error.statement is None)


def insert_once(session: Session, row: Row, conflict: Sequence[str]) -> Row | None:
    """Insert the row and return it as stored; None when one with the same `conflict` columns is there already."""
    table = type(row)
    statement = _insert(session, table).values(_values(row)).on_conflict_do_nothing(index_elements=conflict)
    return session.scalars(statement.returning(table)).one_or_none()


def insert_all_once(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows with the same columns, leaving out those that are there already. Many thousand at once are meant."""
    if session.get_bind().dialect.name == "postgresql" and supports_copy():
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
