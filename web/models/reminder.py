"""A reminder of a task: at a time, or so many minutes before the task is due."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_timestamp, sqlite_check
from web.db.types import UtcDateTime
from web.models.base import BIG_ID, Record, RecordOut, record_args

# Four weeks.
MOST_MINUTES = 40_320
_UNSENT: dict[str, Any] = dict.fromkeys(
    ("postgresql_where", "sqlite_where"), sql("sent_at IS NULL AND deleted_at IS NULL")
)


def _minutes(minutes: int) -> int:
    if not 0 <= minutes <= MOST_MINUTES:
        raise ValueError("A reminder can come up to four weeks before.")
    return minutes


class ReminderDraft(SQLModel):
    """`minutes_before` the task is due, or `at` a time; exactly one of the two."""

    minutes_before: Annotated[int, AfterValidator(_minutes)] | None = None
    at: datetime | None = None


class Reminder(Record, table=True):
    """`at` is computed from `minutes_before` where that is set, and computed again when the task's due date moves."""

    follow = ("at", "claimed_until", "sent_at", "attempts")
    __tablename__ = "reminders"
    __table_args__ = record_args(
        ForeignKeyConstraint(["user_id", "task_id"], ["tasks.user_id", "tasks.id"], ondelete="CASCADE"),
        CheckConstraint(f"minutes_before BETWEEN 0 AND {MOST_MINUTES}", name="minutes_before_known"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        sqlite_check("minutes_before_is_integer", "minutes_before IS NULL OR typeof(minutes_before) = 'integer'"),
        sqlite_check("attempts_is_integer", "typeof(attempts) = 'integer'"),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("at", "claimed_until", "sent_at")),
        # What the sender asks for, of all users.
        Index("ix_reminders_unsent_at", "at", **_UNSENT),
        Index("ix_reminders_user_id_task_id", "user_id", "task_id"),
    )

    task_id: int = Field(sa_type=BIG_ID)
    minutes_before: int | None = None
    # None while a task with `minutes_before` has no due date.
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A sender has it until then; after a crash another one takes it.
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})


class ReminderOut(RecordOut, ReminderDraft):
    """A reminder as programs read it."""
