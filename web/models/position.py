"""A column of keys from `web.domain.ordering`, compared by bytes on both databases."""

from typing import Any

from sqlalchemy import CheckConstraint, String

from web.db.ddl import is_text, sqlite_check

POSITION_LENGTH = 100
POSITION: Any = String(POSITION_LENGTH).with_variant(String(POSITION_LENGTH, collation="C"), "postgresql")


def position_checks(name: str) -> tuple[Any, ...]:
    return (
        CheckConstraint(f"length({name}) BETWEEN 1 AND {POSITION_LENGTH}", name=f"{name}_length"),
        sqlite_check(f"{name}_is_text", f"{name} IS NULL OR {is_text(name)}"),
    )
