"""SQLite: engines, and the statements that it spells differently from PostgreSQL. Mirrors web/db/postgresql.py."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import SQLModel

from web.db.search_sqlite import keep_index

__all__ = [
    "WRITERS",
    "WRITE_TIMEOUT",
    "blank_characters",
    "cancel",
    "engines",
    "green_engines",
    "insert",
    "insert_many",
    "now",
    "random_uuid",
    "sort_key",
]

# Seconds that a writer waits for the writer before it.
WRITE_TIMEOUT = 20.0
# SQLite allows one writer. Requests queue for it on the event loop instead of in threads.
WRITERS: int | None = 1
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an acknowledged change survives a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={WRITE_TIMEOUT * 1000:.0f}",
    # Else FTS5 refuses the triggers of web/db/search_sqlite.py (SQLite 3.40). No SQL function of ours has side effects.
    "PRAGMA trusted_schema=ON",
)


def engines(url: URL, size: int) -> tuple[Engine, Engine]:
    """The engine for transactions and the one for autocommit; two views of one pool. Creates the file if missing.

    Every transaction is a writing one (BEGIN IMMEDIATE) except under the execution option `autocommit`.
    """
    create_private_file(url)
    # No isolation level: the driver begins no transaction by itself, `_begin` does.
    engine = create_engine(url, hide_parameters=True, connect_args={"isolation_level": None, "timeout": WRITE_TIMEOUT})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine, engine.execution_options(autocommit=True)


def green_engines(engines: Iterable[Engine]) -> set[Engine]:
    """None: SQLite is a library, its calls block a worker thread."""
    return set()


def create_private_file(url: URL) -> None:
    """Creates the database file readable by its owner only: it holds password hashes and live sessions.

    SQLite gives its journal files the same mode. An existing file keeps its mode.
    """
    file = Path(str(url.database))
    with suppress(OSError):  # SQLite reports what is wrong with it
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)


def cancel(connection: Any) -> None:
    """Stops the statement that the driver's connection runs, from another thread."""
    connection.interrupt()


def insert(table: Any) -> Any:
    """An INSERT that knows ON CONFLICT."""
    return sqlite.insert(table)


def insert_many(connection: Connection, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert thousands of rows with the same columns, leaving out those that exist."""
    connection.execute(insert(table).on_conflict_do_nothing(), rows)


def now() -> str:
    """The current time as UtcDateTime stores it, to the millisecond, which is all that SQLite's clock has."""
    return "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"


def random_uuid() -> str:
    return "hex(randomblob(16))"


def blank_characters(characters: str) -> str:
    """A string literal, spelled so that the schema stays readable."""
    return f"char({', '.join(str(ord(character)) for character in characters)})"


def sort_key(text: str) -> str:
    """Lower case, by code point."""
    return f"lower({text})"


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
