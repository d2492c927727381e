"""The queue of messages about accounts: links to follow, and notices of what happened to an account.

Daybook adds to it by `notify`, Better Auth by its hooks (auth/mail.mjs). Senders share it by leases
(`web.services.leases`). A message is removed once it is sent, given up or expired: its link may open the account.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol
from uuid import uuid4

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.outgoing_mail import MailKind, OutgoingMail
from web.models.user import User
from web.services.leases import NOW, claim_of, is_free, lease_times
from web.services.reminder_channels import SEND_SECONDS

# A notice that could not be sent for so long is out of date.
NOTICE_LIFETIME = timedelta(days=3)
# After each failed attempt; the last one counts for all further ones, until the message expires.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
# What has to be left of a lease to send one more.
ENOUGH = timedelta(seconds=SEND_SECONDS)

_MAILS, _USERS = table_of(OutgoingMail), table_of(User)
_USER = select(_USERS.c.id, _USERS.c.name, _USERS.c.email).where(_USERS.c.id == bindparam("user"))
_WAITING = select(_MAILS.c.id).where(_MAILS.c.next_at <= NOW, is_free(_MAILS.c.claimed_until))
_IS_ANY_WAITING = select(_WAITING.exists())
_CLAIM = claim_of(
    _WAITING.order_by(_MAILS.c.next_at),
    _MAILS.c.id,
    *(_MAILS.c.kind, _MAILS.c.address, _MAILS.c.facts, _MAILS.c.expires_at, _MAILS.c.attempts, _MAILS.c.claimed_until),
)


class Recipient(Protocol):
    """A user, as the model or as `CurrentUser`."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


class MailClaim(NamedTuple):
    """A message that this sender has to send until `claimed_until`."""

    id: str
    kind: str
    address: str
    facts: Mapping[str, str]
    expires_at: datetime
    attempts: int
    claimed_until: datetime

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= utc_now()

    @property
    def has_time(self) -> bool:
        """Whether the lease is long enough for one more message."""
        return utc_now() + ENOUGH < self.claimed_until


def notify(
    connection: Connection, kind: MailKind, user: Recipient, lifetime: timedelta = NOTICE_LIFETIME, **facts: str
) -> None:
    """Add a notice to the user's address; `facts` are what the words of its kind name, beside the user's name.

    It leaves after COMMIT, where there is a mail server, and not after its lifetime. One statement.
    """
    values = {"id": str(uuid4()), "user_id": user.id, "kind": kind.value, "address": user.email}
    facts = {"name": user.name, **facts}
    connection.execute(insert(_MAILS).values(**values, facts=facts, expires_at=utc_now() + lifetime))


def notify_of(
    connection: Connection, kind: MailKind, user_id: str, lifetime: timedelta = NOTICE_LIFETIME, **facts: str
) -> None:
    """As `notify`, for a user whose id is known. Nothing for one who is gone."""
    user = connection.execute(_USER, {"user": user_id}).one_or_none()
    if user:
        notify(connection, kind, user, lifetime, **facts)


def is_any_waiting(connection: Connection) -> bool:
    return bool(connection.scalar(_IS_ANY_WAITING, {"now": utc_now()}))


def claim(connection: Connection) -> Sequence[MailClaim]:
    """Take up to MOST_CLAIMED messages that are due, for LEASE."""
    return [MailClaim(*row) for row in connection.execute(_CLAIM, lease_times()).all()]


def remove(connection: Connection, taken: MailClaim) -> None:
    """There is nothing left to do for this message."""
    connection.execute(delete(_MAILS).where(_MAILS.c.id == taken.id))


def mark_failed(connection: Connection, taken: MailClaim) -> None:
    """To be tried again after its pause; it is removed where it has expired by then."""
    next_at = utc_now() + PAUSES[min(taken.attempts, len(PAUSES) - 1)]
    if next_at >= taken.expires_at:
        remove(connection, taken)
        return
    values = {"next_at": next_at, "claimed_until": None, "attempts": taken.attempts + 1}
    connection.execute(update(_MAILS).where(_MAILS.c.id == taken.id).values(values))
