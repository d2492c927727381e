"""Moments: aware and UTC in Python, sortable in both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

# 2026-11-21T22:00:00.123456Z: text of one width sorts as time does.
ISO_WIDTH = 27


def utc_now() -> datetime:
    """This timestamp, aware, in UTC."""
    return datetime.now(UTC)


def iso(timestamp: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`; the text keeps the order of time."""
    return timestamp.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_iso(text: str) -> datetime:
    """The timestamp that `iso` wrote. Raises ValueError or OverflowError for anything that is none."""
    timestamp = datetime.fromisoformat(text)
    if timestamp.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return timestamp.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """`timestamptz` on PostgreSQL; ISO 8601 text in UTC on SQLite, which has no type for time.

    Better Auth writes the same text with milliseconds (JavaScript's `Date.toISOString`); both read back alike.
    Raises ValueError for a naive datetime.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(ISO_WIDTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A timestamp needs a time zone; use web.domain.timestamps.utc_now().")
        return iso(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        timestamp = datetime.fromisoformat(value) if isinstance(value, str) else value
        return timestamp if timestamp.tzinfo is UTC else timestamp.astimezone(UTC)
