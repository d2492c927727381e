"""Accounts that are closed: disabled by an operator, or to be deleted because their user asked for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Select, select
from sqlmodel import Field, SQLModel

from web.db.ddl import is_timestamp, sqlite_check
from web.db.types import UtcDateTime


class ClosedAccount(SQLModel, table=True):
    """While there is a row, the account is served to no one but its user, who may keep it until `delete_at`."""

    __tablename__ = "closed_accounts"
    __table_args__ = (
        CheckConstraint("disabled_at IS NOT NULL OR delete_at IS NOT NULL", name="has_reason"),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("disabled_at", "delete_at")),
        # What `daybook purge` deletes.
        Index("ix_closed_accounts_delete_at", "delete_at"),
    )

    user_id: str = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delete_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def is_closed(user_id: Any) -> Any:
    """The condition that the account of this column is closed."""
    closed = SQLModel.metadata.tables["closed_accounts"]
    found: Select[Any] = select(closed.c.user_id).where(closed.c.user_id == user_id)
    return found.exists()
