"""SQLite: engines, and the statements that it spells differently from PostgreSQL. Mirrors web/db/postgresql.py."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, Row, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

from web.db.search_sqlite import keep_index
from web.db.sqlite_file import DatabaseFile

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

# Seconds that a writer waits for the current writer to finish.
WRITE_TIMEOUT = 20.0
# SQLite allows one writer. Requests queue for it on the event loop instead of in threads.
WRITERS: int | None = 1
# A LoggedWrite is two statements.
LOGS_IN_ONE_STATEMENT = False
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an acknowledged change survives a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    # What is removed is overwritten with zeros: it may be what a user wrote.
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={WRITE_TIMEOUT * 1000:.0f}",
    # Else FTS5 refuses the triggers of web/db/search_sqlite.py (SQLite 3.40). No SQL function of ours has side effects.
    "PRAGMA trusted_schema=ON",
)


def engines(url: URL, size: int) -> tuple[Engine, Engine]:
    """The engine for transactions and the one for autocommit; two views of one pool. The file must exist.

    Every transaction is a writing one (BEGIN IMMEDIATE) except under the execution option `autocommit`.
    """
    file = DatabaseFile(Path(str(url.database)))
    # No isolation level: the driver begins no transaction by itself, `_begin` does.
    arguments = {"isolation_level": None, "timeout": WRITE_TIMEOUT, "uri": True}
    engine = create_engine(url, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "do_connect", partial(_open_existing, file))
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "checkout", lambda *_: file.require_in_place())
    event.listen(engine, "begin", _begin)
    return engine, engine.execution_options(autocommit=True)


def green_engines(engines: Iterable[Engine]) -> set[Engine]:
    """An empty set: SQLite calls block, so they run in worker threads."""
    return set()


def create_private_file(url: URL) -> None:
    """Creates the database file readable by its owner only: it holds password hashes and live sessions.

    SQLite gives its journal files the same mode. An existing file keeps its mode.
    """
    file = Path(str(url.database))
    with suppress(OSError):  # SQLite reports what is wrong with it
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)


class LoggedWrite:
    """An INSERT or UPDATE of one row that also writes its event: two statements, so it needs a transaction."""

    def __init__(self, write: Any, events: Table) -> None:
        """`write` returns the row, its `id` and `version` among the columns."""
        self._write, self._log = write, events.insert()

    def run(self, connection: Connection, values: Mapping[str, Any], logged: Mapping[str, Any]) -> Row[Any] | None:
        """The row as written; None where there was nothing to write. `logged` has the event's other columns."""
        row = connection.execute(self._write, values).one_or_none()
        if row is not None:
            connection.execute(self._log, {**logged, "subject_id": row.id, "version": row.version})
        return row


def cancel(connection: Any) -> None:
    """Stops the statement that the driver's connection runs, from another thread."""
    connection.interrupt()


def in_transaction(connection: Connection) -> bool:
    """Whether statements are committed together; a LoggedWrite always needs that."""
    driver: Any = connection.connection
    return bool(driver.in_transaction)


def insert(table: Any) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return sqlite.insert(table)


def insert_many(connection: Connection, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert thousands of rows with the same columns, leaving out those that exist."""
    connection.execute(insert(table).on_conflict_do_nothing(), rows)


def now() -> str:
    """The current time as UtcDateTime stores it, to the millisecond, which is all that SQLite's clock has."""
    return "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"


def later(before: str, now: str) -> str:
    """The present time, but later than the time before even where the clock stepped back."""
    return f"max({now}, strftime('%Y-%m-%dT%H:%M:%f', {before}, '+0.001 seconds') || '000Z')"


def random_uuid() -> str:
    return "hex(randomblob(16))"


def is_wall_time(name: str) -> str:
    """The condition of a CHECK: HH:MM, from 00:00 to 23:59."""
    return f"{name} GLOB '[0-2][0-9]:[0-5][0-9]' AND {name} < '24:00'"


def blank_characters(characters: str) -> str:
    """A string literal, spelled so that the schema stays readable."""
    return f"char({', '.join(str(ord(character)) for character in characters)})"


def sort_key(text: str) -> str:
    """Lower case, by code point."""
    return f"lower({text})"


def record_triggers(table: str, follow: Sequence[str] = ()) -> list[str]:
    """`created_at` never changes, `updated_at` never goes back, and moves by itself with every change of content.

    Setting or clearing `deleted_at` is no change of content: a restored record has everything it had. Nor are columns
    that `follow` from others.
    """
    unchanged = "".join(f" AND NEW.{name} IS OLD.{name}" for name in follow)
    return [
        f"""CREATE TRIGGER tr_{table}_created_at_stays BEFORE UPDATE OF created_at ON {table}
WHEN NEW.created_at IS NOT OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'created_at cannot change');
END""",
        f"""CREATE TRIGGER tr_{table}_updated_at_never_back BEFORE UPDATE OF updated_at ON {table}
WHEN NEW.updated_at < OLD.updated_at
BEGIN
    SELECT RAISE(ABORT, 'updated_at cannot go back; left alone, it moves by itself');
END""",
        f"""CREATE TRIGGER tr_{table}_updated_at_moves AFTER UPDATE ON {table}
WHEN NEW.updated_at = OLD.updated_at AND NEW.deleted_at IS OLD.deleted_at{unchanged}
BEGIN
    UPDATE {table} SET updated_at = max({now()},
        strftime('%Y-%m-%dT%H:%M:%f', OLD.updated_at, '+0.001 seconds') || '000Z') WHERE id = NEW.id;
END""",
    ]


def require_writable(engine: Engine) -> None:
    """Raises DatabaseUnavailable if the next change would fail because of where the database is stored."""
    DatabaseFile(Path(str(engine.url.database))).require_space()


def forget_removed(engine: Engine) -> None:
    """Empty SQLite's log, which keeps what was removed until it is written over."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _open_existing(file: DatabaseFile, _: Dialect, __: ConnectionPoolEntry, arguments: list[str], ___: Any) -> None:
    file.require_in_place()
    arguments[0] = file.uri


def _set_up(connection: Any, record: ConnectionPoolEntry) -> None:
    for pragma in PRAGMAS:
        connection.execute(pragma)
    # SQLite's own lower() knows ASCII only.
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    record.info["has_search_index"] = keep_index(connection)


def _begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads before it writes could fail when another writer commits in between.
    if not connection.get_execution_options().get("autocommit"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
