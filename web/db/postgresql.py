"""PostgreSQL: engines, and the statements that it spells differently from SQLite. Mirrors web/db/sqlite.py."""

import csv
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from io import StringIO
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    Row,
    Table,
    bindparam,
    create_engine,
    event,
    select,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

from web.db.errors import CONNECTION_ERRORS, DatabaseUnavailable
from web.db.green_wait import connect_in_thread, install_green_wait, supports_copy
from web.db.prepared import prepare_statements

__all__ = [
    "LOGS_IN_ONE_STATEMENT",
    "WRITERS",
    "WRITE_TIMEOUT",
    "LoggedWrite",
    "blank_characters",
    "cancel",
    "engines",
    "forget_removed",
    "green_engines",
    "in_transaction",
    "insert",
    "insert_many",
    "is_wall_time",
    "later",
    "now",
    "random_uuid",
    "record_triggers",
    "require_writable",
    "sort_key",
]

# PostgreSQL has no limit on writers, and so no wait for one.
WRITERS: int | None = None
LOGS_IN_ONE_STATEMENT = True
WRITE_TIMEOUT = 0.0
POOL_OPTIONS: dict[str, Any] = {
    # A connection per slot; the overflow is for commands and tests, which take no slot.
    "max_overflow": 10,
    "pool_timeout": 5,
    # Neon closes idle connections after five minutes, and with LIFO rarely used ones stay at the end of the queue.
    "pool_recycle": 240,
    "pool_use_lifo": True,
    # Three round trips per new connection to look up a type that no column has.
    "use_native_hstore": False,
    # Keeps user content out of error messages, and so out of logs.
    "hide_parameters": True,
}
# Seconds. A connection used more recently is not pinged at checkout: that would be a round trip per request, and
# Database.run retries after a lost connection anyway.
PING_AFTER = 5.0
# Overridden by the query of the URL. No `options`, which poolers reject, and no SET, which leaks to other clients.
LIBPQ_OPTIONS: dict[str, Any] = {
    "application_name": "daybook",
    # Not left to a setting of the database, of the role or of the environment.
    "client_encoding": "utf8",
    # Neon may have to resume a suspended compute.
    "connect_timeout": 10,
    # Detects a dead server in seconds; the system's defaults take a quarter of an hour.
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}


def engines(url: URL, size: int) -> tuple[Engine, Engine]:
    """The engine for transactions and the one for autocommit, each with a pool of `size` connections.

    Two pools: switching a pooled connection to autocommit and back sends a SET each time, and the pool loses a place
    for good when that connection turns out to be dead.
    """
    return make_engine(url, pool_size=size), make_engine(url, pool_size=size, isolation_level="AUTOCOMMIT")


def make_engine(url: URL, **options: Any) -> Engine:
    """An engine with the options above and these of SQLAlchemy's `create_engine`."""
    arguments = {name: value for name, value in LIBPQ_OPTIONS.items() if name not in url.query}
    engine = create_engine(url, connect_args=arguments, **POOL_OPTIONS, **options)
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "do_connect", connect_in_thread)
    event.listen(engine, "checkout", partial(_ping_if_idle, engine))
    event.listen(engine, "handle_error", _redact)
    prepare_statements(engine)
    return engine


def green_engines(engines: Iterable[Engine]) -> set[Engine]:
    """Installs the green wait for the process; the result fills with the engines whose first connection is made.

    SQLAlchemy holds a lock during an engine's first connection, which would block the event loop.
    """
    install_green_wait()
    ready: set[Engine] = set()
    for engine in engines:
        event.listen(engine, "connect", lambda *_, engine=engine: ready.add(engine))
    return ready


class LoggedWrite:
    """An INSERT or UPDATE of one row that also writes its event, in one statement and so in one round trip."""

    def __init__(self, write: Any, events: Table) -> None:
        """`write` returns the row, its `id` and `version` among the columns."""
        written = write.cte("written")
        names = [column.name for column in events.c if column.name not in ("id", "subject_id", "version")]
        values = [bindparam(f"event_{name}", type_=events.c[name].type) for name in names]
        log = events.insert().from_select(
            [*names, "subject_id", "version"], select(*values, written.c.id, written.c.version), include_defaults=False
        )
        self._names = names
        self._statement = select(written).add_cte(log.cte("logged")).execution_options(prepare=True)

    def run(self, connection: Connection, values: Mapping[str, Any], logged: Mapping[str, Any]) -> Row[Any] | None:
        """The row as written; None where there was nothing to write. `logged` has the event's other columns."""
        event = {f"event_{name}": logged.get(name) for name in self._names}
        return connection.execute(self._statement, {**values, **event}).one_or_none()


def cancel(connection: Any) -> None:
    """Stops the statement that the driver's connection runs, from another thread."""
    connection.cancel()


def in_transaction(connection: Connection) -> bool:
    """Whether statements are committed together; otherwise each is by itself."""
    driver: Any = connection.connection
    return not driver.autocommit


def insert(table: Any) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return postgresql.insert(table)


def insert_many(connection: Connection, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert thousands of rows with the same columns, leaving out those that exist."""
    if supports_copy():
        _copy(connection, str(table.__tablename__), rows)
    else:
        connection.execute(insert(table).on_conflict_do_nothing(), rows)


def now() -> str:
    return "CURRENT_TIMESTAMP"


def later(before: str, now: str) -> str:
    """The present time, but later than the time before even where the clock stepped back."""
    return f"greatest({now}, {before} + interval '1 microsecond')"


def random_uuid() -> str:
    return "gen_random_uuid()"


def is_wall_time(name: str) -> str:
    """The condition of a CHECK: HH:MM, from 00:00 to 23:59."""
    return f"{name} ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'"


def blank_characters(characters: str) -> str:
    """A string literal, spelled so that the schema stays readable."""
    return "E'" + "".join(f"\\u{ord(character):04X}" for character in characters) + "'"


def sort_key(text: str) -> str:
    """Lower case, by code point."""
    return f'lower({text}) COLLATE "C"'


def record_triggers(table: str, follow: Sequence[str] = ()) -> list[str]:
    """`created_at` never changes, `updated_at` never goes back, and moves by itself with every change of content.

    Setting or clearing `deleted_at` is no change of content: a restored record has everything it had. Nor are columns
    that `follow` from others.
    """
    unchanged = "".join(f" AND NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in follow)
    return [
        """CREATE OR REPLACE FUNCTION refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
END $$""",
        """CREATE OR REPLACE FUNCTION move_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := greatest(clock_timestamp(), OLD.updated_at + interval '1 microsecond');
    RETURN NEW;
END $$""",
        f"""CREATE TRIGGER tr_{table}_created_at_stays BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (NEW.created_at <> OLD.created_at)
EXECUTE FUNCTION refuse_update('created_at cannot change')""",
        f"""CREATE TRIGGER tr_{table}_updated_at_never_back BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (NEW.updated_at < OLD.updated_at)
EXECUTE FUNCTION refuse_update('updated_at cannot go back; left alone, it moves by itself')""",
        f"""CREATE TRIGGER tr_{table}_updated_at_moves BEFORE UPDATE ON {table} FOR EACH ROW
WHEN (NEW.updated_at = OLD.updated_at AND NEW.deleted_at IS NOT DISTINCT FROM OLD.deleted_at{unchanged}
    AND NEW IS DISTINCT FROM OLD)
EXECUTE FUNCTION move_updated_at()""",
    ]


def require_writable(engine: Engine) -> None:
    """Raises DatabaseUnavailable if the server accepts no changes, as a standby does."""
    with engine.connect() as connection:
        if connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on":
            raise DatabaseUnavailable("The database accepts no changes: it is read-only.")


def forget_removed(engine: Engine) -> None:
    """Nothing: PostgreSQL's autovacuum frees what was removed, and its log is archived by rules of its own."""


def _copy(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY is several times faster than INSERT but has no ON CONFLICT, so it fills a temporary table first."""
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


def _redact(context: ExceptionContext) -> None:
    """Cuts an error message to its first line: the rest quotes the refused row, and so user content."""
    original, wrapped = context.original_exception, context.sqlalchemy_exception
    message = getattr(getattr(original, "diag", None), "message_primary", None)
    if message and wrapped:
        original.args, wrapped.args = (message,), (f"({type(original).__name__}) {message}",)


def _note_time(_: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _ping_if_idle(engine: Engine, connection: Any, record: ConnectionPoolEntry, _: object) -> None:
    if time.monotonic() - record.info.get("used", math.inf) < PING_AFTER:
        return
    try:
        engine.dialect.do_ping(connection)
    except CONNECTION_ERRORS as lost:
        # The pool replaces this connection and all that are as old.
        raise DisconnectionError(str(lost)) from lost
