"""What happened to an account: sign-ins, refusals, changes. Without a word that a user wrote."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check, utc_now_sql
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now
from web.models.base import BIG_ID

KIND_LENGTH = 40
# Of an IPv6 address with a zone.
ADDRESS_LENGTH = 64


class AuditEntry(SQLModel, table=True):
    """One line of the audit log. `address` is that of the client, where the settings keep it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint(f"length(kind) BETWEEN 1 AND {KIND_LENGTH}", name="kind_length"),
        CheckConstraint(f"length(address) <= {ADDRESS_LENGTH}", name="address_length"),
        sqlite_check("kind_is_text", is_text("kind")),
        sqlite_check("address_is_text", f"address IS NULL OR {is_text('address')}"),
        sqlite_check("at_is_timestamp", is_timestamp("at")),
        # Those of a user, and what `daybook purge` removes.
        Index("ix_audit_entries_user_id_id", "user_id", "id"),
        Index("ix_audit_entries_at", "at"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BIG_ID)
    user_id: str = Field(foreign_key="users.id", ondelete="CASCADE")
    kind: str = Field(max_length=KIND_LENGTH)
    address: str | None = Field(default=None, max_length=ADDRESS_LENGTH)
    at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs={"server_default": utc_now_sql()}
    )
