"""Column types that both databases store and compare alike."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from web.domain.timestamps import iso

# 2026-11-21T22:00:00.123456Z
ISO_WIDTH = 27


class UtcDateTime(TypeDecorator[datetime]):
    """`timestamptz` on PostgreSQL; ISO 8601 text in UTC on SQLite, which has no type for time.

    Better Auth writes the same text with milliseconds (JavaScript's `Date.toISOString`); both are read alike.
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


class JsonText(TypeDecorator[Any]):
    """JSON as ASCII text, keys in their order. PostgreSQL cannot compare two `json`, as the triggers of a record do."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)
