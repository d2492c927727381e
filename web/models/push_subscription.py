"""A push subscription: one browser that shows a user's reminders (https://www.rfc-editor.org/rfc/rfc8291)."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator
from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import UtcDateTime
from web.domain.push_endpoints import LONGEST_ENDPOINT, checked_auth, checked_endpoint, checked_point
from web.models.base import Draft, Record, RecordOut, record_args

# Characters of base64url: a point of P-256 has 65 bytes, the secret 16.
POINT_LENGTH, AUTH_LENGTH = 87, 22
DEVICE_LENGTH = 60
SESSION_ID_LENGTH = 255


class PushSubscriptionDraft(Draft):
    """What a browser's `PushSubscription.toJSON()` has: where to send, and the keys to encrypt with."""

    endpoint: Annotated[str, AfterValidator(checked_endpoint)]
    p256dh: Annotated[str, AfterValidator(checked_point)]
    auth: Annotated[str, AfterValidator(checked_auth)]


class PushSubscription(Record, table=True):
    """Lives as long as the session that it was made in (see web/services/push_subscriptions.py)."""

    follow = ("last_success_at",)
    __tablename__ = "push_subscriptions"
    __table_args__ = record_args(
        UniqueConstraint("user_id", "endpoint"),
        # A browser that another user turns on is no longer this user's.
        Index(None, "endpoint"),
        CheckConstraint(f"length(endpoint) BETWEEN 10 AND {LONGEST_ENDPOINT}", name="endpoint_length"),
        CheckConstraint("substr(endpoint, 1, 8) = 'https://'", name="endpoint_is_https"),
        CheckConstraint(f"length(p256dh) = {POINT_LENGTH}", name="p256dh_length"),
        CheckConstraint(f"length(auth) = {AUTH_LENGTH}", name="auth_length"),
        CheckConstraint(f"length(device) BETWEEN 1 AND {DEVICE_LENGTH}", name="device_length"),
        *(
            sqlite_check(f"{name}_is_text", is_text(name))
            for name in ("endpoint", "p256dh", "auth", "device", "session_id")
        ),
        *(
            sqlite_check(f"{name}_is_timestamp", is_timestamp(name))
            for name in ("session_expires_at", "last_success_at")
        ),
    )

    endpoint: str = Field(max_length=LONGEST_ENDPOINT)
    p256dh: str = Field(max_length=POINT_LENGTH)
    auth: str = Field(max_length=AUTH_LENGTH)
    # For the list: “Chrome on Android”.
    device: str = Field(max_length=DEVICE_LENGTH)
    # The session of the browser, and when it expires by itself.
    session_id: str = Field(max_length=SESSION_ID_LENGTH)
    session_expires_at: datetime = Field(sa_type=UtcDateTime)
    # When the push service last took a message.
    last_success_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PushSubscriptionOut(RecordOut, frozen=True, kw_only=True):
    """A subscription as its user may read it: no address and no keys."""

    device: str
    last_success_at: datetime | None
