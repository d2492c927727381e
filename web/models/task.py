"""A task: what it is, what may be written on it, and the small verbs that keep it true."""

from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator
from sqlalchemy import Index, Text, column, event, func
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db import search_sqlite
from web.db.ddl import statements
from web.domain import text
from web.models.base import Record, RecordOut, record_args
from web.models.constraints import DESCRIPTION_LENGTH, TITLE_LENGTH, checks, extensions
from web.models.searchable import Searchable

_NOT_DELETED: dict[str, Any] = dict.fromkeys(("postgresql_where", "sqlite_where"), sql("deleted_at IS NULL"))


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


def _on_postgresql(name: str, *parts: Any, **options: Any) -> Any:
    return Index(name, *parts, **options).ddl_if(dialect="postgresql")


class TaskDraft(SQLModel):
    """What a user may write on a task, checked: SQLModel does not validate its tables."""

    title: Annotated[str, AfterValidator(text.line), AfterValidator(_title)]
    description: Annotated[str, AfterValidator(text.paragraph), AfterValidator(_description)] | None = None


class TaskOut(RecordOut):
    """A task as programs read it."""

    title: str
    description: str | None
    completed: bool


class TaskRow(NamedTuple):
    """A task as it is shown: to be read, fifty at a time."""

    id: int
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime
    version: int


class Task(Searchable, Record, table=True):
    """One thing to do."""

    searched = ("title", "description")
    __tablename__ = "tasks"
    __table_args__ = record_args(
        *checks(),
        Index("ix_tasks_user_id_completed_created_at_id", "user_id", "completed", "created_at", "id", **_NOT_DELETED),
        Index("ix_tasks_user_id_updated_at_id", "user_id", "updated_at", "id", **_NOT_DELETED),
        # SQLite's own lower() knows only ASCII, and ours is not loaded where Better Auth deletes a user.
        _on_postgresql(
            "ix_tasks_user_id_title_id", "user_id", func.lower(column("title")).collate("C"), "id", **_NOT_DELETED
        ),
        _on_postgresql(
            "ix_tasks_user_id_search_text",
            "user_id",
            # An expression: Alembic would miss an index on plain columns on SQLite too.
            column("search_text"),
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )

    title: str = Field(max_length=TITLE_LENGTH)
    description: str | None = Field(default=None, sa_type=Text)
    completed: bool = Field(default=False, sa_column_kwargs={"server_default": sql("FALSE")})


# FTS5 makes these; no model knows them.
SQLModel.metadata.info.setdefault("owners", {}).update(
    dict.fromkeys((search_sqlite.TABLE, *search_sqlite.SHADOW_TABLES), "the search index")
)
for statement in statements({"sqlite": [search_sqlite.INDEX]}):
    made = statement.execute_if("sqlite", lambda *_, **__: search_sqlite.has_trigrams())
    event.listen(SQLModel.metadata.tables["tasks"], "after_create", made)
for extension in extensions():
    event.listen(SQLModel.metadata.tables["tasks"], "before_create", extension)
