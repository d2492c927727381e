"""What Daybook notes of a session beside Better Auth's row: its last use, and the last proof of who its user is."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import UtcDateTime

ADDRESS_LENGTH = 64


class SessionUse(SQLModel, table=True):
    """Better Auth's own row has the address of the sign-in, and a time that it renews once a day."""

    __tablename__ = "session_uses"
    __table_args__ = (
        CheckConstraint(f"length(address) <= {ADDRESS_LENGTH}", name="address_length"),
        sqlite_check("address_is_text", f"address IS NULL OR {is_text('address')}"),
        *(sqlite_check(f"{name}_is_timestamp", is_timestamp(name)) for name in ("used_at", "confirmed_at")),
    )

    session_id: str = Field(primary_key=True, foreign_key="sessions.id", ondelete="CASCADE")
    # To the hour.
    used_at: datetime = Field(sa_type=UtcDateTime)
    # Of an IPv6 address its network.
    address: str | None = Field(default=None, max_length=ADDRESS_LENGTH)
    # After the sign-in; None where that is the last time.
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
