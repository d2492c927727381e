"""Engines for both databases: how connections are made, kept, asked whether they live, and prepared."""

import math
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from web.db.green_wait import connect_in_thread
from web.db.prepared import prepare_statements
from web.db.search_sqlite import drain_queue, is_indexed

SQLITE_PATIENCE = 20.0
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an acknowledged change survives a power cut.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={SQLITE_PATIENCE * 1000:.0f}",
    "PRAGMA trusted_schema=OFF",
)
# How much of what others left (a user was deleted, somebody wrote by hand) a change takes into the search index.
QUEUE_BATCH = 500
# SQLAlchemy hands these on as they are where a connection dies while it is lent out.
CONNECTION_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError)
POSTGRES_OPTIONS: dict[str, Any] = {
    # Every slot keeps its connection; the rest is for commands and tests, which take no slot.
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
# trip for each request, and a lost connection is met again anyway (web/http/middleware/retry.py).
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


def postgresql_engine(url: URL, **options: Any) -> Engine:
    """With `options` of SQLAlchemy's `create_engine`."""
    said = {name: value for name, value in LIBPQ_OPTIONS.items() if name not in url.query}
    engine = create_engine(url, connect_args=said, **POSTGRES_OPTIONS, **options)
    event.listen(engine, "checkin", _note_time)
    event.listen(engine, "do_connect", connect_in_thread)
    event.listen(engine, "checkout", partial(_ping_if_rested, engine))
    event.listen(engine, "handle_error", _quote_nobody)
    prepare_statements(engine)
    return engine


def sqlite_engine(url: URL) -> Engine:
    """Makes the file if there is none. Every transaction is one that may write, but for the execution option
    `autocommit`."""
    private_file(url)
    # No isolation level: the driver begins nothing by itself, we do below.
    engine = create_engine(
        url, hide_parameters=True, connect_args={"isolation_level": None, "timeout": SQLITE_PATIENCE}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "commit", _drain_index_queue)
    return engine


def has_search_index(connection: Connection) -> bool:
    """Whether searches may ask SQLite's search index: the database has one, and this SQLite can read it."""
    return bool(connection.info.get("has_search_index"))


def drain_index_queue(connection: Connection, at_most: int | None = None) -> bool:
    """Into SQLite's search index, some of what is due, within the transaction; whether there was anything."""
    driver: Any = connection.connection.driver_connection
    return has_search_index(connection) and drain_queue(driver, at_most or QUEUE_BATCH) > 0


def private_file(url: URL) -> None:
    """The file of an SQLite database, for its owner only: it holds password hashes and live sessions.

    SQLite gives what it puts beside it the same mode. One that is there keeps the mode it has.
    """
    file = Path(str(url.database))
    with suppress(OSError):  # SQLite itself says what is wrong with it
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)


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
    except CONNECTION_ERRORS as gone:
        # The pool takes another one, and forgets all that are as old.
        raise DisconnectionError(str(gone)) from gone


def _prepare_sqlite(connection: Any, record: ConnectionPoolEntry) -> None:
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)
    # SQLite's own lower() knows only ASCII.
    connection.create_function("lower", 1, lambda text: text and text.lower(), deterministic=True)
    record.info["has_search_index"] = is_indexed(connection)


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads before it writes could otherwise not be let through.
    if not connection.get_execution_options().get("autocommit"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _drain_index_queue(connection: Connection) -> None:
    if not connection.get_execution_options().get("autocommit"):
        drain_index_queue(connection)
