"""The audit log: sign-ins, refusals and changes of accounts, kept for 90 days."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select

from web.db.types import UtcDateTime
from web.domain.log_context import addresses, log_fields
from web.models.audit_entry import ADDRESS_LENGTH, AuditEntry
from web.models.base import table_of
from web.models.outgoing_mail import MailKind
from web.models.user import User
from web.services.outgoing_mails import notify_of
from web.services.records import Service

KEPT = timedelta(days=90)
MOST_SHOWN, MOST_BY_OTHERS = 100, 20
# What anyone can cause who knows the address: so many of these are noted in an hour, and so many are shown.
CAUSED_BY_OTHERS = ("refused", "password-reset-asked")
# What the policy shows of an address that is not kept.
HIDDEN = "-"
# What the user reads about each kind.
KINDS = {
    "signed-up": "Account created",
    "signed-in": "Signed in",
    "backup-code-used": "Signed in with a backup code, which is used up",
    "refused": "Sign-in refused: wrong password",
    "code-refused": "Wrong two-factor code given, after the right password",
    "code-reused": "Signed out again: the two-factor code had been used before",
    "password-refused": "Wrong password given by a browser that was signed in",
    "signed-out": "Signed out",
    "sessions-ended": "Browsers signed out",
    "password-changed": "Password changed",
    "password-reset-asked": "Link to choose a new password asked for",
    "password-reset": "New password chosen by a link; signed out everywhere",
    "password-reset-first": "New password chosen by a link; address confirmed, passkeys, tokens and addresses ended",
    "password-set-by-operator": "New password set by the operator; signed out everywhere",
    "two-factor-on": "Two-factor authentication turned on",
    "two-factor-off": "Two-factor authentication turned off",
    "backup-codes-made": "New backup codes made",
    "passkey-added": "Passkey added",
    "passkey-renamed": "Passkey renamed",
    "passkey-deleted": "Passkey deleted",
    "token-made": "Access token made",
    "token-revoked": "Access token revoked",
    "feed-made": "Calendar address made",
    "feed-revoked": "Calendar address revoked",
    "webhook-made": "Webhook made",
    "webhook-changed": "Webhook changed",
    "webhook-removed": "Webhook removed",
    "name-changed": "Name changed",
    "email-confirmed": "Email address confirmed",
    "email-change-asked": "Change of email address asked for",
    "email-change-confirmed": "Change of email address confirmed from the old address",
    "email-changed": "Email address changed",
    "deletion-link-asked": "Link to delete the account asked for",
    "deletion-asked": "Deletion of the account asked for",
    "deletion-taken-back": "Account kept: deletion taken back",
    "sessions-ended-by-operator": "Signed out everywhere by the operator",
    "email-changed-by-operator": "Email address changed by the operator",
    "email-confirmed-by-operator": "Email address confirmed by the operator",
    "two-factor-off-by-operator": "Two-factor authentication turned off by the operator",
    "disabled": "Account disabled by the operator",
    "enabled": "Account enabled by the operator",
}
# So many messages of one kind in a day say enough, and fill no mailbox of another person.
MOST_TOLD = 6
# What the user is told by email; of a password and an address Better Auth's hooks tell (auth/account.mjs).
NOTICES = frozenset(
    {
        *(MailKind.TWO_FACTOR_ON, MailKind.TWO_FACTOR_OFF, MailKind.BACKUP_CODES_MADE),
        *(MailKind.PASSKEY_ADDED, MailKind.PASSKEY_DELETED, MailKind.NAME_CHANGED, MailKind.SESSIONS_ENDED),
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
_BY_OTHERS = _ENTRIES.c.kind.in_(CAUSED_BY_OTHERS)
_LATEST_BY_OTHERS = (
    select(_ENTRIES.c.id).where(_OF_USER, _BY_OTHERS).order_by(_ENTRIES.c.id.desc()).limit(bindparam("most_by_others"))
)
_LATEST_OF_USER = _LATEST.where(_OF_USER, or_(~_BY_OTHERS, _ENTRIES.c.id.in_(_LATEST_BY_OTHERS)))
_IN_THE_LAST_HOUR = (
    select(func.count())
    .select_from(_ENTRIES)
    .where(
        _ENTRIES.c.user_id == _USERS.c.id,
        _ENTRIES.c.kind == bindparam("new_kind"),
        _ENTRIES.c.at > bindparam("hour_ago", type_=UtcDateTime()),
    )
    .correlate(_USERS)
    .scalar_subquery()
)
_OF_THE_LAST_DAY = (
    select(func.count())
    .select_from(_ENTRIES)
    .where(_OF_USER, _ENTRIES.c.kind == bindparam("of_kind"), _ENTRIES.c.at > bindparam("day_ago", type_=UtcDateTime()))
)
_NOTE_OF_EMAIL = insert(_ENTRIES).from_select(
    ["user_id", "kind", "at", "address"],
    select(
        _USERS.c.id,
        bindparam("new_kind", type_=_ENTRIES.c.kind.type),
        bindparam("new_at", type_=UtcDateTime()),
        bindparam("new_address", type_=_ENTRIES.c.address.type),
    ).where(_USERS.c.email == bindparam("of_email"), _IN_THE_LAST_HOUR < MOST_BY_OTHERS),
)


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
        """The newest hundred, newest first. At most twenty are of kinds that others can cause."""
        values = {"of_user": self.actor.user_id, "most": MOST_SHOWN, "most_by_others": MOST_BY_OTHERS}
        return [Entry(*row) for row in self.connection.execute(_LATEST_OF_USER, values)]


def note(connection: Connection, user_id: str, kind: str, at: datetime, address: str | None = None) -> None:
    """Add an entry, and a message to the user for some, at most six of a kind in a day. `kind` is a key of KINDS.

    Without an address, that of the client whose request this is. As much of it is kept as LOG_ADDRESSES says.
    """
    connection.execute(insert(_ENTRIES).values(user_id=user_id, kind=kind, at=at, address=_kept_of(address)))
    if kind in NOTICES:
        values = {"of_user": user_id, "of_kind": kind, "day_ago": at - timedelta(days=1)}
        if connection.execute(_OF_THE_LAST_DAY, values).scalar_one() <= MOST_TOLD:
            notify_of(connection, MailKind(kind), user_id)


def note_of_email(connection: Connection, email: str, kind: str, at: datetime, address: str | None = None) -> None:
    """As `note`, for the user with this address; the same statement where there is none. `kind` has no message."""
    values = {"of_email": email, "new_kind": kind, "new_at": at, "new_address": _kept_of(address)}
    connection.execute(_NOTE_OF_EMAIL, {**values, "hour_ago": at - timedelta(hours=1)})


def _kept_of(address: str | None) -> str | None:
    shown = addresses.shown(address) if address else log_fields.get().get("client", HIDDEN)
    return None if shown == HIDDEN else shown[:ADDRESS_LENGTH]


def latest(connection: Connection, most: int, user_id: str | None = None) -> list[Entry]:
    """The newest entries first, of all users or of one."""
    statement = _LATEST if user_id is None else _LATEST.where(_OF_USER)
    values = {"most": most, "of_user": user_id}
    return [Entry(*row) for row in connection.execute(statement, values)]


def forget_old(connection: Connection, now: datetime) -> None:
    """Remove the entries of more than 90 days ago."""
    connection.execute(delete(_ENTRIES).where(_ENTRIES.c.at < now - KEPT))
