"""A task: what it is, what may be written on it, and the small verbs that keep it true."""

from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator
from sqlalchemy import Index, Text, column, event, func
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db import search_sqlite
from web.db.ddl import statements
from web.db.types import UtcDateTime
from web.domain import text
from web.domain.lengths import DESCRIPTION_LENGTH, TITLE_LENGTH
from web.domain.ordering import FIRST_KEY, key_at
from web.domain.timestamps import utc_now
from web.models.base import BIG_ID, Draft, Record, RecordOut, record_args, schema_of_text
from web.models.constraints import (
    MODE_LENGTH,
    RULE_LENGTH,
    ZONE_LENGTH,
    checks,
    extensions,
    keys,
)
from web.models.position import POSITION
from web.models.searchable import Searchable

# What is open is small and changes; what is done grows and rests.
OPEN = "deleted_at IS NULL AND NOT completed"
NO_STEP = "parent_id IS NULL"
_COVERED = "its partial index leaves out only rows where the key is NULL"


def _title(title: str) -> str:
    if text.is_blank(title):
        raise ValueError("A task needs a title.")
    if len(title) > TITLE_LENGTH:
        raise ValueError(f"Titles can be up to {TITLE_LENGTH} characters (this one is {len(title):,}).")
    return title


def _description(description: str) -> str | None:
    if len(description) > DESCRIPTION_LENGTH:
        raise ValueError(
            f"Descriptions can be up to {DESCRIPTION_LENGTH:,} characters (this one is {len(description):,}).",
        )
    return None if text.is_blank(description) else description


def _where(condition: str) -> dict[str, Any]:
    """SQLite has no Boolean, and compares a condition with that of an index by its text."""
    on_sqlite = condition.replace("AND completed", "AND completed = 1").replace("NOT completed", "completed = 0")
    return {"postgresql_where": sql(condition), "sqlite_where": sql(on_sqlite)}


def _on_postgresql(name: str, *parts: Any, **options: Any) -> Any:
    return Index(name, *parts, **options).ddl_if(dialect="postgresql")


Title = Annotated[str, AfterValidator(text.line), AfterValidator(_title), schema_of_text(TITLE_LENGTH, least=1)]
Description = Annotated[
    str, AfterValidator(text.paragraph), AfterValidator(_description), schema_of_text(DESCRIPTION_LENGTH)
]


class TaskDraft(Draft):
    """What a user may write on a task, checked: SQLModel does not validate its tables.

    The small forms of its other fields are in `web.models.task_drafts`.
    """

    title: Title
    description: Description | None = None


class TaskOut(RecordOut, frozen=True):
    """A task as programs read it. `labels` are ids; `steps` counts those right below it."""

    title: str
    description: str | None
    completed: bool
    completed_at: datetime | None
    list_id: int | None
    parent_id: int | None
    priority: int
    start_on: date | None
    due_on: date | None
    due_time: str | None
    due_zone: str | None
    repeat_rule: str | None
    repeat_mode: str | None
    repeat_until: date | None
    repeat_left: int | None
    labels: tuple[int, ...] = ()
    steps: int = 0
    steps_done: int = 0


class TaskRow(NamedTuple):
    """A task as it is shown: to be read, fifty at a time."""

    id: int
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime
    version: int
    completed_at: datetime | None
    # None is the Inbox.
    list_id: int | None
    # The task that this one is a step of.
    parent_id: int | None
    priority: int
    start_on: date | None
    due_on: date | None
    # HH:MM on the owner's wall clock.
    due_time: str | None
    # Set for a fixed moment only.
    due_zone: str | None
    repeat_rule: str | None
    repeat_mode: str | None
    repeat_until: date | None
    repeat_left: int | None
    # A completed occurrence: the repeating task that it came from.
    series_id: int | None
    position: str


class Task(Searchable, Record, table=True):
    """One thing to do."""

    searched = ("title", "description")
    # Ordering by hand is no change of a task's content; `completed_at` follows from `completed`.
    follow = ("search_text", "position", "day_position", "completed_at")
    __tablename__ = "tasks"
    __table_args__ = record_args(
        *checks(),
        *keys(),
        Index("ix_tasks_open_created_at", "user_id", "created_at", "id", **_where(OPEN)),
        Index("ix_tasks_open_updated_at", "user_id", "updated_at", "id", **_where(OPEN)),
        Index(
            "ix_tasks_open_position", "user_id", "list_id", "position", "id", **_where(f"{OPEN} AND parent_id IS NULL")
        ),
        Index("ix_tasks_open_due", "user_id", "due_on", "due_time", "id", **_where(f"{OPEN} AND due_on IS NOT NULL")),
        Index("ix_tasks_open_start", "user_id", "start_on", "id", **_where(f"{OPEN} AND start_on IS NOT NULL")),
        Index("ix_tasks_completed_at", "user_id", "completed_at", "id", **_where("deleted_at IS NULL AND completed")),
        Index("ix_tasks_deleted_at", "user_id", "deleted_at", "id", **_where("deleted_at IS NOT NULL")),
        Index("ix_tasks_user_id_list_id", "user_id", "list_id", **_where("list_id IS NOT NULL")),
        Index("ix_tasks_user_id_parent_id", "user_id", "parent_id", "position", **_where("parent_id IS NOT NULL")),
        Index("ix_tasks_series_id", "series_id", "due_on", **_where("series_id IS NOT NULL")),
        # SQLite's own lower() knows only ASCII, and ours is not loaded where Better Auth deletes a user.
        _on_postgresql(
            "ix_tasks_open_title", "user_id", func.lower(column("title")).collate("C"), "id", **_where(OPEN)
        ),
        _on_postgresql(
            "ix_tasks_user_id_search_text",
            "user_id",
            # An expression: Alembic would miss an index on plain columns on SQLite too.
            column("search_text"),
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        {"info": {"doctor": {"allow": {"foreign-key-without-index": _COVERED}}}},
    )

    title: str = Field(max_length=TITLE_LENGTH)
    description: str | None = Field(default=None, sa_type=Text)
    completed: bool = Field(default=False, sa_column_kwargs={"server_default": sql("FALSE")})
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    list_id: int | None = Field(default=None, sa_type=BIG_ID)
    parent_id: int | None = Field(default=None, sa_type=BIG_ID)
    # In its list, or among the steps of its parent; `web.domain.ordering`.
    position: str = Field(
        default_factory=lambda: key_at(utc_now()),
        sa_type=POSITION,
        sa_column_kwargs={"server_default": sql(repr(FIRST_KEY))},
    )
    # Among the tasks of its day, where it was ordered there by hand; otherwise `position` decides.
    day_position: str | None = Field(default=None, sa_type=POSITION)
    priority: int = Field(default=4, sa_column_kwargs={"server_default": sql("4")})
    start_on: date | None = None
    due_on: date | None = None
    due_time: str | None = Field(default=None, max_length=5)
    due_zone: str | None = Field(default=None, max_length=ZONE_LENGTH)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    repeat_rule: str | None = Field(default=None, max_length=RULE_LENGTH)
    repeat_mode: str | None = Field(default=None, max_length=MODE_LENGTH)
    repeat_anchor: date | None = None
    repeat_until: date | None = None
    repeat_left: int | None = None
    series_id: int | None = Field(default=None, sa_type=BIG_ID)


# FTS5 makes these; no model knows them.
SQLModel.metadata.info.setdefault("owners", {}).update(
    dict.fromkeys((search_sqlite.TABLE, *search_sqlite.SHADOW_TABLES), "the search index")
)
for statement in statements({"sqlite": [search_sqlite.INDEX]}):
    made = statement.execute_if("sqlite", lambda *_, **__: search_sqlite.has_trigrams())
    event.listen(SQLModel.metadata.tables["tasks"], "after_create", made)
for extension in extensions():
    event.listen(SQLModel.metadata.tables["tasks"], "before_create", extension)
