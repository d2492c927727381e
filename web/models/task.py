"""A task: what it is, what may be written on it, and the small verbs that keep it true."""

from datetime import datetime
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator
from sqlalchemy import Index, Text, column, event, func
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.domain import text
from web.models.base import Record, RecordOut, record_args
from web.models.constraints import DESCRIPTION_LENGTH, TITLE_LENGTH, checks, extensions

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


class Task(Record, table=True):
    """One thing to do."""

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
            "ix_tasks_words",
            "user_id",
            func.lower(column("title")).label("title_in_lower_case"),
            func.lower(column("description")).label("description_in_lower_case"),
            postgresql_using="gin",
            postgresql_ops={f"{name}_in_lower_case": "gin_trgm_ops" for name in ("title", "description")},
        ),
    )

    title: str = Field(max_length=TITLE_LENGTH)
    description: str | None = Field(default=None, sa_type=Text)
    completed: bool = Field(default=False, sa_column_kwargs={"server_default": sql("FALSE")})


for extension in extensions():
    event.listen(SQLModel.metadata.tables["tasks"], "before_create", extension)
