"""A task: what it is, what may be written on it, and the small verbs that keep it true."""

from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple
from uuid import uuid4

from pydantic import AfterValidator
from sqlalchemy import Index, Text, UniqueConstraint, column, event, func
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db import search_sqlite
from web.db.ddl import random_uuid, statements, utc_now_sql
from web.db.types import UtcDateTime
from web.domain import text
from web.domain.timestamps import utc_now
from web.models.constraints import DESCRIPTION_LENGTH, TITLE_LENGTH, checks, extensions, triggers
from web.models.searchable import Searchable

_KEPT: dict[str, Any] = dict.fromkeys(("postgresql_where", "sqlite_where"), sql("deleted_at IS NULL"))


def _title(title: str) -> str:
    if text.is_blank(title):
        raise ValueError("A task needs a title.")
    if len(title) > TITLE_LENGTH:
        raise ValueError(f"Keep the title to {TITLE_LENGTH} characters; this one has {len(title):,}.")
    return title


def _description(description: str) -> str | None:
    if len(description) > DESCRIPTION_LENGTH:
        raise ValueError(
            f"Keep the description to {DESCRIPTION_LENGTH:,} characters; this one has {len(description):,}.",
        )
    return None if text.is_blank(description) else description


def _by_default(value: Any) -> dict[str, Any]:
    """For rows that somebody writes by hand."""
    return {"server_default": value}


def _on_postgresql(name: str, *parts: Any, **options: Any) -> Any:
    return Index(name, *parts, **options).ddl_if(dialect="postgresql")


class TaskDraft(SQLModel):
    """What a user may write on a task, checked: SQLModel does not validate its tables."""

    title: Annotated[str, AfterValidator(text.line), AfterValidator(_title)]
    description: Annotated[str, AfterValidator(text.paragraph), AfterValidator(_description)] | None = None


class TaskRow(NamedTuple):
    """A task as it is shown: to be read, fifty at a time."""

    id: int
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime
    version: int


class Task(Searchable, table=True):
    """One thing to do, of one user."""

    searched = ("title", "description")
    __tablename__ = "tasks"
    __table_args__ = (
        *checks(),
        UniqueConstraint("user_id", "op"),
        Index("ix_tasks_user_id_created_at_id", "user_id", "created_at", "id"),
        Index("ix_tasks_user_id_completed_created_at_id", "user_id", "completed", "created_at", "id", **_KEPT),
        Index("ix_tasks_user_id_updated_at_id", "user_id", "updated_at", "id", **_KEPT),
        # SQLite's own lower() knows only ASCII, and ours is not there when Better Auth deletes a user.
        _on_postgresql("ix_tasks_user_id_title_id", "user_id", func.lower(column("title")).collate("C"), "id", **_KEPT),
        _on_postgresql(
            "ix_tasks_user_id_search_text",
            "user_id",
            # An expression: Alembic would miss an index on plain columns on SQLite too.
            column("search_text"),
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE")
    title: str = Field(max_length=TITLE_LENGTH)
    description: str | None = Field(default=None, sa_type=Text)
    completed: bool = Field(default=False, sa_column_kwargs=_by_default(sql("FALSE")))
    created_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs=_by_default(utc_now_sql())
    )
    updated_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs=_by_default(utc_now_sql())
    )
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # One more than the last change: what an edit form was opened on.
    version: int = Field(default=1, sa_column_kwargs=_by_default(sql("1")))
    # The form that made it: the same form sent again makes nothing new.
    op: str = Field(default_factory=lambda: str(uuid4()), max_length=36, sa_column_kwargs=_by_default(random_uuid()))

    def says(self, draft: TaskDraft) -> bool:
        """Whether the task already reads as the draft does."""
        return (self.title, self.description) == (draft.title, draft.description)

    def rewrite(self, draft: TaskDraft) -> None:
        """Take the draft's words; the same words are no change."""
        if not self.says(draft):
            self.title, self.description = draft.title, draft.description
            self.version += 1
            # A clock may stand still or step back; a change is later than what it changed. The database sees to the
            # same for changes by hand, and would move a moment that has not moved: the row on the screen would not be
            # its own.
            self.updated_at = max(utc_now(), self.updated_at + timedelta(microseconds=1))

    def delete(self) -> None:
        """Put it aside; a restored task has everything it had, its moments and version too."""
        self.deleted_at = self.deleted_at or utc_now()

    def restore(self) -> None:
        self.deleted_at = None


# FTS5 makes these; no model knows them.
SQLModel.metadata.info.setdefault("owners", {}).update(
    dict.fromkeys((search_sqlite.TABLE, *search_sqlite.SHADOW_TABLES), "the search index")
)
for trigger in triggers():
    event.listen(SQLModel.metadata.tables["tasks"], "after_create", trigger)
for statement in statements({"sqlite": [search_sqlite.INDEX]}):
    made = statement.execute_if("sqlite", lambda *_, **__: search_sqlite.has_trigrams())
    event.listen(SQLModel.metadata.tables["tasks"], "after_create", made)
for extension in extensions():
    event.listen(SQLModel.metadata.tables["tasks"], "before_create", extension)
