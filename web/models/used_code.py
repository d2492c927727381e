"""A code of an authenticator app that was used: it must not be accepted again (RFC 6238, section 5.2)."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now

CODE_LENGTH = 6


class UsedCode(SQLModel, table=True):
    """Of one user, at most a few: the next code clears those that are too old to matter."""

    __tablename__ = "used_codes"
    __table_args__ = (
        CheckConstraint(f"length(code) = {CODE_LENGTH}", name="code_length"),
        sqlite_check("code_is_text", is_text("code")),
        sqlite_check("used_at_is_timestamp", is_timestamp("used_at")),
    )

    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    code: str = Field(primary_key=True, max_length=CODE_LENGTH)
    used_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs={"server_default": utc_now_sql()}
    )
