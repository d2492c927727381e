"""The link in a mail that asks to delete an account, for users who have no password or forgot it.

A link stands for its entry in the audit log, signed: nothing else is stored, and a later entry of ENDS is its end.
"""

import hmac
import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from web.domain.actor import Actor
from web.domain.errors import NotPossible
from web.domain.timestamps import utc_now
from web.models.audit_entry import AuditEntry
from web.models.base import table_of
from web.models.outgoing_mail import MailKind
from web.models.user import User
from web.services.audit import note
from web.services.closing import Deletion
from web.services.outgoing_mails import notify_of
from web.services.records import Service

LIFETIME = timedelta(hours=1)
MOST_AN_HOUR = 5
ASKED = "deletion-link-asked"
# A new link, a deletion, and what shows that another person may have asked.
ENDS = (
    *(ASKED, "deletion-asked", "deletion-taken-back", "disabled", "enabled", "sessions-ended-by-operator"),
    *("email-changed", "email-changed-by-operator", "two-factor-off-by-operator"),
    *("password-changed", "password-reset", "password-reset-first", "password-set-by-operator"),
)
_TOKEN = re.compile(r"([1-9][0-9]{0,17})\.([0-9a-f]{64})", re.ASCII)
_ENTRIES, _USERS = table_of(AuditEntry), table_of(User)
_LATEST_ID = select(func.max(_ENTRIES.c.id)).where(
    _ENTRIES.c.user_id == bindparam("of_user"), _ENTRIES.c.kind.in_(ENDS)
)
_COUNT = select(func.count()).where(
    _ENTRIES.c.user_id == bindparam("of_user"), _ENTRIES.c.kind == ASKED, _ENTRIES.c.at > bindparam("hour_ago")
)
_ENTRY = (
    select(_ENTRIES.c.user_id, _USERS.c.email, _ENTRIES.c.at)
    .join(_USERS, _USERS.c.id == _ENTRIES.c.user_id)
    .where(_ENTRIES.c.id == bindparam("entry"), _ENTRIES.c.kind == ASKED)
)


class Owner(NamedTuple):
    """Whose account a link deletes."""

    id: str
    email: str


class DeletionLinks(Service):
    """The links of the user."""

    def send(self, secret: str, app_url: str) -> None:
        """Mail one, which ends those before. Raises NotPossible for the sixth within an hour."""
        user_id, now = self.actor.user_id, utc_now()
        if (self.connection.scalar(_COUNT, {"of_user": user_id, "hour_ago": now - LIFETIME}) or 0) >= MOST_AN_HOUR:
            raise NotPossible("Too many links were asked for. Wait an hour and try again.")
        note(self.connection, user_id, ASKED, now)
        entry = self.connection.scalar(_LATEST_ID, {"of_user": user_id})
        email = self.connection.scalar(select(_USERS.c.email).where(_USERS.c.id == user_id))
        url = f"{app_url}/delete-account/{entry}.{_mac(secret, f'{entry}', Owner(user_id, f'{email}'))}"
        notify_of(self.connection, MailKind.DELETION_LINK, user_id, LIFETIME, url=url)


def is_token(text: str) -> bool:
    """Whether it has the form of what a link ends with."""
    return bool(_TOKEN.fullmatch(text))


def owner_of(connection: Connection, token: str, secret: str, now: datetime) -> Owner | None:
    """Whose account the link with this token deletes; None once it has ended, and where it was never sent."""
    entry, mac = token.split(".")
    row = connection.execute(_ENTRY, {"entry": int(entry)}).one_or_none()
    if row is None or row.at <= now - LIFETIME:
        return None
    owner = Owner(row.user_id, row.email)
    is_latest = connection.scalar(_LATEST_ID, {"of_user": owner.id}) == int(entry)
    return owner if is_latest and hmac.compare_digest(mac, _mac(secret, entry, owner)) else None


def follow(connection: Connection, token: str, secret: str, now: datetime) -> Owner | None:
    """Ask for the deletion, as `owner_of` allows it; whose account that is."""
    owner = owner_of(connection, token, secret, now)
    if owner:
        Deletion(connection, Actor(owner.id)).ask()
    return owner


def _mac(secret: str, entry: str, owner: Owner) -> str:
    """With the address, so that a link to an earlier one has ended."""
    return hmac.digest(secret.encode(), f"delete account {entry} {owner.id} {owner.email}".encode(), sha256).hex()
