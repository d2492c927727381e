"""The audit log: sign-ins, refusals and changes of accounts, kept for 90 days."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from web.domain.log_context import addresses
from web.models.audit_entry import ADDRESS_LENGTH, AuditEntry
from web.models.base import table_of
from web.models.outgoing_mail import MailKind
from web.models.user import User
from web.services.outgoing_mails import notify_of
from web.services.records import Service

KEPT = timedelta(days=90)
MOST_SHOWN, MOST_REFUSED = 100, 20
REFUSED = "refused"
# What the policy shows of an address that is not kept.
HIDDEN = "-"
# What the user reads about each kind.
KINDS = {
    "signed-up": "Account created",
    "signed-in": "Signed in",
    "refused": "Sign-in refused: wrong password",
    "password-refused": "Wrong password given by a browser that was signed in",
    "signed-out": "Signed out",
    "sessions-ended": "Other browsers signed out",
    "password-changed": "Password changed",
    "two-factor-on": "Two-factor authentication turned on",
    "two-factor-off": "Two-factor authentication turned off",
    "backup-codes-made": "New backup codes made",
    "passkey-added": "Passkey added",
    "passkey-deleted": "Passkey deleted",
    "name-changed": "Name changed",
    "email-change-asked": "Change of email address asked for",
    "deletion-asked": "Deletion of the account asked for",
    "deletion-taken-back": "Account kept: deletion taken back",
    "sessions-ended-by-operator": "Signed out everywhere by the operator",
    "disabled": "Account disabled by the operator",
    "enabled": "Account enabled by the operator",
}
# What the user is told by email; of a password and an address Better Auth's hooks tell (auth/account.mjs).
NOTICES = frozenset(
    {
        *(MailKind.TWO_FACTOR_ON, MailKind.TWO_FACTOR_OFF, MailKind.BACKUP_CODES_MADE),
        *(MailKind.PASSKEY_ADDED, MailKind.PASSKEY_DELETED),
        *(MailKind.DELETION_ASKED, MailKind.DELETION_TAKEN_BACK),
    }
)
_ENTRIES, _USERS = table_of(AuditEntry), table_of(User)
_LATEST = (
    select(_ENTRIES.c.user_id, _USERS.c.email, _ENTRIES.c.kind, _ENTRIES.c.address, _ENTRIES.c.at)
    .join(_USERS, _USERS.c.id == _ENTRIES.c.user_id)
    .order_by(_ENTRIES.c.id.desc())
    .limit(bindparam("most"))
)
_OF_USER = _ENTRIES.c.user_id == bindparam("of_user")
_LATEST_REFUSED = (
    select(_ENTRIES.c.id)
    .where(_OF_USER, _ENTRIES.c.kind == REFUSED)
    .order_by(_ENTRIES.c.id.desc())
    .limit(bindparam("most_refused"))
)
_LATEST_OF_USER = _LATEST.where(_OF_USER, or_(_ENTRIES.c.kind != REFUSED, _ENTRIES.c.id.in_(_LATEST_REFUSED)))


class Entry(NamedTuple):
    """A line of the log: whose account, what happened, from where, and when."""

    user_id: str
    email: str
    kind: str
    address: str | None
    at: datetime

    @property
    def words(self) -> str:
        return KINDS.get(self.kind, self.kind)


class AuditLog(Service):
    """The entries of the user."""

    def latest(self) -> list[Entry]:
        """The newest hundred, newest first. At most twenty are refused sign-ins, which others can cause."""
        values = {"of_user": self.actor.user_id, "most": MOST_SHOWN, "most_refused": MOST_REFUSED}
        return [Entry(*row) for row in self.connection.execute(_LATEST_OF_USER, values)]


def note(connection: Connection, user_id: str, kind: str, at: datetime, address: str | None = None) -> None:
    """Add an entry, and a message to the user for some. `kind` is a key of KINDS.

    Of the address as much is kept as LOG_ADDRESSES says.
    """
    shown = addresses.shown(address)[:ADDRESS_LENGTH] if address else HIDDEN
    values = {"user_id": user_id, "kind": kind, "at": at, "address": None if shown == HIDDEN else shown}
    connection.execute(insert(_ENTRIES).values(values))
    if kind in NOTICES:
        notify_of(connection, MailKind(kind), user_id)


def latest(connection: Connection, most: int, user_id: str | None = None) -> list[Entry]:
    """The newest entries first, of all users or of one."""
    statement = _LATEST if user_id is None else _LATEST.where(_OF_USER)
    values = {"most": most, "of_user": user_id}
    return [Entry(*row) for row in connection.execute(statement, values)]


def forget_old(connection: Connection, now: datetime) -> None:
    """Remove the entries of more than 90 days ago."""
    connection.execute(delete(_ENTRIES).where(_ENTRIES.c.at < now - KEPT))
