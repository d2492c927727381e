"""One table of events: what history, undo, live updates and webhooks read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from msgspec import Struct, convert
from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from web.db.ddl import is_timestamp, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now
from web.models.base import BIG_ID, LARGEST_ID, Draft, Record


class Event(SQLModel, table=True):
    """A change of one record, written in the transaction of the change."""

    __tablename__ = "events"
    __table_args__ = (
        # The latest ones of a user, for Undo step by step; an operation is unique by itself.
        Index("ix_events_user_id_id", "user_id", "id"),
        Index("ix_events_operation", "operation"),
        Index("ix_events_user_id_subject_subject_id_id", "user_id", "subject", "subject_id", "id"),
        sqlite_check("created_at_is_timestamp", is_timestamp("created_at")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    # The owner of the record.
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE")
    # No foreign key: history stays true after the account of the one who acted is gone.
    actor_id: str
    # One per click, bulk or import: what one Undo takes back.
    operation: str = Field(max_length=36)
    # add, edit, delete, restore, or a verb of the noun such as complete.
    action: str = Field(max_length=20)
    # The table of the record, and its id.
    subject: str = Field(max_length=30)
    subject_id: int = Field(sa_type=BIG_ID)
    # The record's version after the change.
    version: int
    # {field: [before, after]}; empty for `add`.
    changes: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs={"server_default": utc_now_sql()}
    )
    # The operation that this one took back, and the one that took it back.
    undoes: str | None = Field(default=None, max_length=36)
    undone_by: str | None = Field(default=None, max_length=36)


class EventFilter(Draft):
    """Which events a program asks for."""

    limit: int = Field(default=50, ge=1, le=200)
    after: int | None = Field(default=None, ge=1, le=LARGEST_ID, description="The `next` of the page before.")


class EventOut(Struct, frozen=True):
    """An event as programs read it; `changes` has each field before and after."""

    id: int
    operation: str
    action: str
    subject: str
    subject_id: int
    version: int
    changes: dict[str, Any]
    created_at: datetime
    undoes: str | None
    undone_by: str | None

    @classmethod
    def of(cls, event: Event) -> Self:
        return convert(event, cls, from_attributes=True)


class Subject(Struct, frozen=True):
    """A record by its noun, such as `tasks`, and its id."""

    subject: str
    id: int


class Undone(Struct, frozen=True):
    """An operation that was taken back, and the records that it had changed."""

    operation: str
    records: Sequence[Subject]

    @classmethod
    def of(cls, operation: str, records: Sequence[Record]) -> Self:
        return cls(operation, [Subject(str(one.__tablename__), one.id or 0) for one in records])
