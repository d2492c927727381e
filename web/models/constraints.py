"""The rules that the database itself holds for a task, whatever writes to it.

`docs/database.md` has the reasons. A change here needs a migration; `web.schema.drift` compares the two.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKeyConstraint, UniqueConstraint, column, func

from web.db.ddl import (
    blank_characters,
    is_day,
    is_text,
    is_timestamp,
    is_wall_time,
    sqlite_check,
    statements,
)
from web.domain.lengths import DESCRIPTION_LENGTH, TITLE_LENGTH
from web.models.position import position_checks

ZONE_LENGTH = 64
RULE_LENGTH = 200
MODE_LENGTH = 10
DAYS = ("start_on", "due_on", "repeat_anchor", "repeat_until")
TEXTS = ("due_time", "due_zone", "repeat_rule", "repeat_mode")


def checks() -> tuple[Any, ...]:
    """The CHECKs of `tasks` beside those of every record; SQLite also has those that PostgreSQL's types replace."""
    return (
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(func.trim(column("title"), blank_characters()) != "", name="title_not_blank"),
        CheckConstraint(f"length(description) <= {DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("completed IN (FALSE, TRUE)", name="completed_true_or_false"),
        sqlite_check("title_is_text", is_text("title")),
        sqlite_check("description_is_text", f"description IS NULL OR {is_text('description')}"),
        *planning_checks(),
    )


def planning_checks() -> tuple[Any, ...]:
    """The rules of dates, repeats and order."""
    return (
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("priority BETWEEN 1 AND 4", name="priority_known"),
        CheckConstraint(is_wall_time(column("due_time")), name="due_time_is_time"),
        CheckConstraint("due_time IS NULL OR due_on IS NOT NULL", name="due_time_has_day"),
        CheckConstraint("due_zone IS NULL OR due_time IS NOT NULL", name="due_zone_has_time"),
        CheckConstraint("(due_at IS NULL) = (due_zone IS NULL)", name="due_at_has_zone"),
        CheckConstraint(f"length(due_zone) BETWEEN 1 AND {ZONE_LENGTH}", name="due_zone_length"),
        CheckConstraint(f"length(repeat_rule) BETWEEN 1 AND {RULE_LENGTH}", name="repeat_rule_length"),
        CheckConstraint("repeat_mode IN ('schedule', 'completion')", name="repeat_mode_known"),
        CheckConstraint(
            "(repeat_rule IS NULL) = (repeat_mode IS NULL) AND (repeat_rule IS NULL) = (repeat_anchor IS NULL)",
            name="repeat_complete",
        ),
        CheckConstraint("repeat_rule IS NULL OR due_on IS NOT NULL", name="repeat_has_day"),
        CheckConstraint(
            "repeat_rule IS NOT NULL OR (repeat_until IS NULL AND repeat_left IS NULL)", name="repeat_end_has_rule"
        ),
        CheckConstraint("repeat_left >= 1", name="repeat_left_positive"),
        CheckConstraint("series_id <> id", name="series_is_another"),
        *position_checks("position"),
        *position_checks("day_position"),
        sqlite_check("priority_is_integer", "typeof(priority) = 'integer'"),
        sqlite_check("repeat_left_is_integer", "repeat_left IS NULL OR typeof(repeat_left) = 'integer'"),
        *(sqlite_check(f"{name}_is_day", f"{name} IS NULL OR {is_day(name)}") for name in DAYS),
        *(sqlite_check(f"{name}_is_text", f"{name} IS NULL OR {is_text(name)}") for name in TEXTS),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("due_at", "completed_at")),
    )


def keys() -> tuple[Any, ...]:
    """Foreign keys beside the owner's. With the owner in them, no task can be in the list of another user."""
    return (
        UniqueConstraint("user_id", "id"),
        ForeignKeyConstraint(["user_id", "list_id"], ["lists.user_id", "lists.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["user_id", "parent_id"], ["tasks.user_id", "tasks.id"], ondelete="CASCADE"),
        # Without the owner, which SET NULL would clear too.
        ForeignKeyConstraint(["series_id"], ["tasks.id"], ondelete="SET NULL"),
    )


def extensions() -> Sequence[DDL]:
    """What the search index needs of PostgreSQL; each is part of its own distribution."""
    return statements({"postgresql": [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in ("pg_trgm", "btree_gin")]})
