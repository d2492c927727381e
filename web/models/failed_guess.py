"""How often a password was guessed wrong of late, by address, account and browser."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import UtcDateTime

DIGEST_LENGTH = 64


class FailedGuess(SQLModel, table=True):
    """A count of failures in a row. `digest` hides what is counted: neither addresses nor emails are kept here."""

    __tablename__ = "failed_guesses"
    __table_args__ = (
        CheckConstraint(f"length(digest) = {DIGEST_LENGTH}", name="digest_length"),
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        sqlite_check("digest_is_text", is_text("digest")),
        sqlite_check("failures_is_integer", "typeof(failures) = 'integer'"),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("failed_at", "next_at")),
        # What is forgotten.
        Index("ix_failed_guesses_failed_at", "failed_at"),
    )

    digest: str = Field(primary_key=True, max_length=DIGEST_LENGTH)
    failures: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
    failed_at: datetime = Field(sa_type=UtcDateTime)
    # No guess is judged before.
    next_at: datetime = Field(sa_type=UtcDateTime)
