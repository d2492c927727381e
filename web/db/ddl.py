"""SQL expressions of the schema that differ between SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, String

from web.db import postgresql, sqlite
from web.db.types import UtcDateTime
from web.domain.text import BLANK_CHARACTERS


class blank_characters(FunctionElement[str]):  # noqa: N801, named as the SQL function that it is
    """BLANK_CHARACTERS as a string literal."""

    type = String()
    inherit_cache = True


class is_wall_time(FunctionElement[bool]):  # noqa: N801
    """Whether a text is a time of day: HH:MM, from 00:00 to 23:59."""

    type = Boolean()
    inherit_cache = True


class later(FunctionElement[datetime]):  # noqa: N801
    """Of a timestamp and the present one: the present one, but later than the other whatever the clock says."""

    type = UtcDateTime()
    inherit_cache = True


class random_uuid(FunctionElement[str]):  # noqa: N801
    """A UUID, as the default of an idempotency key."""

    type = String()
    inherit_cache = True


class utc_now_sql(FunctionElement[str]):  # noqa: N801
    """The current time, as UtcDateTime stores it."""

    type = String()
    inherit_cache = True


class sort_text(FunctionElement[str]):  # noqa: N801
    """Text in an order that is the same on both databases: lower case, by code point."""

    type = String()
    inherit_cache = True


@compiles(blank_characters, "sqlite")
def _blank_characters_sqlite(element: blank_characters, compiler: SQLCompiler, **options: Any) -> str:
    return sqlite.blank_characters(BLANK_CHARACTERS)


@compiles(blank_characters, "postgresql")
def _blank_characters_postgresql(element: blank_characters, compiler: SQLCompiler, **options: Any) -> str:
    return postgresql.blank_characters(BLANK_CHARACTERS)


@compiles(is_wall_time, "sqlite")
def _is_wall_time_sqlite(element: is_wall_time, compiler: SQLCompiler, **options: Any) -> str:
    return sqlite.is_wall_time(compiler.process(element.clauses, **options))


@compiles(is_wall_time, "postgresql")
def _is_wall_time_postgresql(element: is_wall_time, compiler: SQLCompiler, **options: Any) -> str:
    return postgresql.is_wall_time(compiler.process(element.clauses, **options))


@compiles(later, "sqlite")
def _later_sqlite(element: later, compiler: SQLCompiler, **options: Any) -> str:
    return sqlite.later(*(compiler.process(one, **options) for one in element.clauses))


@compiles(later, "postgresql")
def _later_postgresql(element: later, compiler: SQLCompiler, **options: Any) -> str:
    return postgresql.later(*(compiler.process(one, **options) for one in element.clauses))


@compiles(random_uuid, "sqlite")
def _random_uuid_sqlite(element: random_uuid, compiler: SQLCompiler, **options: Any) -> str:
    return f"({sqlite.random_uuid()})"


@compiles(random_uuid, "postgresql")
def _random_uuid_postgresql(element: random_uuid, compiler: SQLCompiler, **options: Any) -> str:
    return postgresql.random_uuid()


@compiles(utc_now_sql, "sqlite")
def _utc_now_sqlite(element: utc_now_sql, compiler: SQLCompiler, **options: Any) -> str:
    return f"({sqlite.now()})"


@compiles(utc_now_sql, "postgresql")
def _utc_now_postgresql(element: utc_now_sql, compiler: SQLCompiler, **options: Any) -> str:
    return postgresql.now()


@compiles(sort_text)
def _sort_text(element: sort_text, compiler: SQLCompiler, **options: Any) -> str:
    return sqlite.sort_key(compiler.process(element.clauses, **options))


@compiles(sort_text, "postgresql")
def _sort_text_postgresql(element: sort_text, compiler: SQLCompiler, **options: Any) -> str:
    return postgresql.sort_key(compiler.process(element.clauses, **options))


def statements(by_dialect: Mapping[str, Sequence[str]]) -> Sequence[DDL]:
    """DDL to run after `create_all`, each statement for its dialect only."""
    return [
        DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
        for dialect, written in by_dialect.items()
        for statement in written
    ]


def record_triggers(table: str, follow: Sequence[str] = ()) -> Sequence[DDL]:
    """The CREATE statements of a record's triggers, each for its database."""
    return statements(
        {"sqlite": sqlite.record_triggers(table, follow), "postgresql": postgresql.record_triggers(table, follow)}
    )


def sqlite_check(name: str, condition: str) -> Any:
    """A CHECK for SQLite only, because SQLite stores any value in any column."""
    return CheckConstraint(condition, name=name).ddl_if(dialect="sqlite")


def is_text(name: str) -> str:
    """An SQLite condition: text without NUL. SQLite's length() stops at a NUL, and counts bytes for a blob."""
    return f"typeof({name}) = 'text' AND instr({name}, char(0)) = 0"


def is_timestamp(name: str) -> str:
    """An SQLite condition: a valid timestamp in the format of web.domain.timestamps.iso.

    `+0 days` normalises impossible dates, so that 30 February differs from the stored text.
    """
    second = f"substr({name}, 1, 19)"
    return (
        f"strftime('%Y-%m-%dT%H:%M:%S', {second}, '+0 days') IS {second} AND substr({name}, 20) GLOB '.{'[0-9]' * 6}Z'"
    )


def is_day(name: str) -> str:
    """An SQLite condition: a day of the calendar as YYYY-MM-DD.

    Without `+0 days` 30 February would pass, and without GLOB `'now'` would raise another error than the CHECK's.
    """
    return f"{name} GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]' AND date({name}, '+0 days') IS {name}"
