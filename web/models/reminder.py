"""A reminder of a task: at a time, or so many minutes before the task is due."""

from datetime import UTC, datetime, time
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ValidationInfo, model_validator
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, column
from sqlalchemy import text as sql
from sqlmodel import Field

from web.db.ddl import is_text, is_timestamp, is_wall_time, sqlite_check
from web.db.types import UtcDateTime
from web.domain.days import MINUTES_A_DAY
from web.domain.errors import NotPossible
from web.domain.zones import instant
from web.models.base import BIG_ID, Draft, Record, RecordOut, record_args
from web.models.wall_time import ClockTime, wall_time
from web.models.written_time import Day, Timestamp

# Four weeks.
MOST_MINUTES = 40_320
# The names of the channels that have sent a reminder, with commas.
SENT_BY_LENGTH = 100


def _where(condition: str) -> dict[str, Any]:
    return dict.fromkeys(("postgresql_where", "sqlite_where"), sql(condition))


_TIMES = ("at", "claimed_until", "sent_at", "dismissed_at")


def _minutes(minutes: int) -> int:
    if not 0 <= minutes <= MOST_MINUTES:
        raise ValueError("A reminder can come up to four weeks before.")
    return minutes


class ReminderDraft(Draft):
    """`minutes_before` the task is due, or `at` a time; exactly one of the two.

    With `day_time`, HH:MM on the user's wall clock, it comes at that time so many whole days before the due date.
    """

    minutes_before: Annotated[int, AfterValidator(_minutes)] | None = None
    at: datetime | None = None
    day_time: str | None = None


def _choice(written: str) -> str:
    """Minutes before, or minutes of whole days and a time of day: `10`, `1440 18:00`."""
    minutes, _, at = written.partition(" ")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) <= 5):
        raise ValueError("Choose one of the times.")
    _minutes(int(minutes))
    if not at:
        return minutes
    if int(minutes) % MINUTES_A_DAY:
        raise ValueError("Choose one of the times.")
    return f"{minutes} {wall_time(at)}"


class ReminderForm(Draft):
    """What the form of a task's reminders sends: one of the choices before it is due, or a day and a time."""

    before: Annotated[str, AfterValidator(_choice)] | None = None
    on: Day | None = None
    at: ClockTime | None = None

    def draft(self, zone: ZoneInfo) -> "ReminderDraft":
        """Raises NotPossible unless it says one time."""
        if self.before is not None:
            minutes, _, at = self.before.partition(" ")
            return ReminderDraft(minutes_before=int(minutes), day_time=at or None)
        if self.on is None or self.at is None:
            raise NotPossible("Choose a day and a time.")
        return ReminderDraft(at=instant(self.on, time.fromisoformat(self.at), zone))


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as problem:
        raise ValueError("No calendar has that time.") from problem


def _on_whole_days(day_time: str, others: ValidationInfo) -> str:
    minutes = others.data.get("minutes_before")
    if minutes is None or minutes % MINUTES_A_DAY:
        raise ValueError("A time of day needs whole days in minutes_before, such as 1440.")
    return day_time


class ReminderBody(Draft):
    """A reminder as programs write it: either `at` a time, or `minutes_before` the task is due.

    With `day_time` it comes at that time of the user's wall clock so many whole days before.
    """

    minutes_before: int | None = Field(default=None, ge=0, le=MOST_MINUTES)
    at: Annotated[Timestamp, AfterValidator(_in_utc)] | None = None
    day_time: Annotated[ClockTime, AfterValidator(_on_whole_days)] | None = None

    @model_validator(mode="after")
    def says_one_time(self) -> Self:
        if (self.at is None) == (self.minutes_before is None):
            raise ValueError("Give either at or minutes_before.")
        return self

    def draft(self) -> ReminderDraft:
        return ReminderDraft(**self.model_dump())


class ReminderOut(RecordOut, frozen=True, kw_only=True):
    """`at` is null while the task of a reminder before its due date has none."""

    task_id: int
    minutes_before: int | None
    day_time: str | None
    at: datetime | None
    sent_at: datetime | None
    dismissed_at: datetime | None


class Reminder(Record, table=True):
    """`at` is computed from `minutes_before` where that is set, and computed again when the task's due date moves."""

    follow = ("at", "claimed_until", "sent_at", "attempts", "sent_by", "dismissed_at")
    __tablename__ = "reminders"
    __table_args__ = record_args(
        ForeignKeyConstraint(["user_id", "task_id"], ["tasks.user_id", "tasks.id"], ondelete="CASCADE"),
        CheckConstraint(f"minutes_before BETWEEN 0 AND {MOST_MINUTES}", name="minutes_before_known"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        CheckConstraint(is_wall_time(column("day_time")), name="day_time_is_time"),
        CheckConstraint(
            "day_time IS NULL OR (minutes_before IS NOT NULL"
            f" AND minutes_before / {MINUTES_A_DAY} * {MINUTES_A_DAY} = minutes_before)",
            name="day_time_has_days",
        ),
        sqlite_check("minutes_before_is_integer", "minutes_before IS NULL OR typeof(minutes_before) = 'integer'"),
        sqlite_check("attempts_is_integer", "typeof(attempts) = 'integer'"),
        sqlite_check("day_time_is_text", f"day_time IS NULL OR {is_text('day_time')}"),
        sqlite_check("sent_by_is_text", f"sent_by IS NULL OR {is_text('sent_by')}"),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in _TIMES),
        # What the sender asks for, of all users.
        Index("ix_reminders_unsent_at", "at", **_where("sent_at IS NULL AND deleted_at IS NULL")),
        # What the page of a user shows.
        Index("ix_reminders_shown_at", "user_id", "at", **_where("dismissed_at IS NULL AND deleted_at IS NULL")),
        Index("ix_reminders_user_id_task_id", "user_id", "task_id"),
    )

    task_id: int = Field(sa_type=BIG_ID)
    minutes_before: int | None = None
    # HH:MM: at that time on its day, instead of so many minutes before midnight or the due time.
    day_time: str | None = Field(default=None, max_length=5)
    # None while a task with `minutes_before` has no due date.
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A sender has it until then; after a crash another one takes it.
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    sent_by: str | None = Field(default=None, max_length=SENT_BY_LENGTH)
    # When the user put it away in the page; until then the page shows it.
    dismissed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
