"""Messages about accounts that wait: Better Auth's hooks and Daybook write them, the mail loop sends them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from web.db.ddl import is_text, is_timestamp, sqlite_check, utc_now_sql
from web.db.types import JsonText, UtcDateTime
from web.domain.timestamps import utc_now

ID_LENGTH = 36
KIND_LENGTH = 50
ADDRESS_LENGTH = 255


class MailKind(StrEnum):
    """What a message is about; `web/mail/account_texts.py` has the words of each."""

    RESET_PASSWORD = "reset-password"  # noqa: S105
    VERIFY_EMAIL = "verify-email"
    CONFIRM_EMAIL_CHANGE = "confirm-email-change"
    VERIFY_NEW_EMAIL = "verify-new-email"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105
    EMAIL_CHANGED = "email-changed"
    EMAIL_CONFIRMED = "email-confirmed"
    NEW_SIGN_IN = "new-sign-in"
    NEW_PASSKEY_SIGN_IN = "new-passkey-sign-in"
    TWO_FACTOR_ON = "two-factor-on"
    TWO_FACTOR_OFF = "two-factor-off"
    BACKUP_CODES_MADE = "backup-codes-made"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_DELETED = "passkey-deleted"
    NAME_CHANGED = "name-changed"
    SESSIONS_ENDED = "sessions-ended"
    DELETION_LINK = "deletion-link"
    DELETION_ASKED = "deletion-asked"
    DELETION_TAKEN_BACK = "deletion-taken-back"


class OutgoingMail(SQLModel, table=True):
    """A message that waits to be sent. The row is removed once that is over: its link may open the account.

    Better Auth writes rows too (auth/mail.mjs), so the key and the columns that it leaves out suit its adapter.
    """

    __tablename__ = "outgoing_mails"
    __table_args__ = (
        CheckConstraint(f"length(kind) BETWEEN 1 AND {KIND_LENGTH}", name="kind_length"),
        CheckConstraint(f"length(address) BETWEEN 1 AND {ADDRESS_LENGTH}", name="address_length"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        sqlite_check("attempts_is_integer", "typeof(attempts) = 'integer'"),
        *(sqlite_check(f"{name}_is_text", is_text(name)) for name in ("id", "kind", "address", "facts")),
        *(
            sqlite_check(f"{name}_is_timestamp", is_timestamp(name))
            for name in ("created_at", "next_at", "claimed_until", "expires_at")
        ),
    )

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    # None for a message about an account that is gone.
    user_id: str | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)
    # A text: Better Auth may know kinds of a newer Daybook.
    kind: str = Field(max_length=KIND_LENGTH)
    address: str = Field(max_length=ADDRESS_LENGTH)
    # What the words of the kind name: `url`, `name`, `device` …
    facts: Any = Field(sa_type=JsonText, nullable=False)
    created_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, sa_column_kwargs={"server_default": utc_now_sql()}
    )
    next_at: datetime = Field(
        default_factory=utc_now, sa_type=UtcDateTime, index=True, sa_column_kwargs={"server_default": utc_now_sql()}
    )
    # After that the message is of no use: its link has expired.
    expires_at: datetime = Field(sa_type=UtcDateTime)
    claimed_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": sql("0")})
