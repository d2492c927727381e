"""The answer to a request with an Idempotency-Key, kept for a day: the same request gets it again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now

KEY_LENGTH = 255
PATH_LENGTH = 500
DIGEST_LENGTH = 64


class StoredAnswer(SQLModel, table=True):
    """Written in the transaction of the request, before its work: a second one waits for the first."""

    __tablename__ = "stored_answers"
    __table_args__ = (
        CheckConstraint(f"length(key) BETWEEN 1 AND {KEY_LENGTH}", name="key_length"),
        CheckConstraint(f"length(digest) = {DIGEST_LENGTH}", name="digest_length"),
        CheckConstraint("status BETWEEN 200 AND 299", name="status_is_success"),
        *(sqlite_check(f"{name}_is_text", is_text(name)) for name in ("key", "path", "digest")),
        *(sqlite_check(f"{name}_is_text", f"{name} IS NULL OR {is_text(name)}") for name in ("headers", "body")),
        sqlite_check("status_is_integer", "status IS NULL OR typeof(status) = 'integer'"),
        sqlite_check("created_at_is_timestamp", is_timestamp("created_at")),
        # What `daybook purge` removes.
        Index("ix_stored_answers_created_at", "created_at"),
    )

    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    path: str = Field(max_length=PATH_LENGTH)
    # SHA-256 of the body.
    digest: str = Field(max_length=DIGEST_LENGTH)
    # The answer; None within the transaction only. The headers are JSON.
    status: int | None = None
    headers: str | None = Field(default=None, sa_type=Text)
    body: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs={"server_default": utc_now_sql()}
    )
