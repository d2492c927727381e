"""One table of events: what history, undo, live updates and webhooks read."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from web.db.ddl import is_timestamp, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now
from web.models.base import BIG_ID


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
