"""When a user gets the next daily email, and on which day the last one was sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_day, is_timestamp, sqlite_check
from web.db.types import UtcDateTime

_TO_COME: dict[str, Any] = dict.fromkeys(("postgresql_where", "sqlite_where"), sql("next_at IS NOT NULL"))


class Digest(SQLModel, table=True):
    """The row of a user who has ever wanted the daily email. `next_at` follows from the preferences."""

    __tablename__ = "digests"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        sqlite_check("attempts_is_integer", "typeof(attempts) = 'integer'"),
        sqlite_check("sent_on_is_day", f"sent_on IS NULL OR {is_day('sent_on')}"),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("next_at", "claimed_until")),
        # What the sender asks for, of all users.
        Index("ix_digests_next_at", "next_at", **_TO_COME),
    )

    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    # None while the user wants none.
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The user's day: there is one email a day, whatever hours the user chooses in its course.
    sent_on: date | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
