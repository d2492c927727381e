"""What an operator does for a user who cannot: another email address, a confirmed one, no second factor.

Here Daybook writes Better Auth's tables, so that a change, its entry in the audit log and the message to the user are
one transaction.
"""

from typing import Any, NamedTuple

from sqlalchemy import Boolean, Connection, bindparam, column, delete, select, table, update

from web.domain.email_addresses import EMAIL
from web.domain.errors import CommandError
from web.domain.text import is_printable
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.outgoing_mail import ADDRESS_LENGTH, MailKind
from web.models.user import User
from web.services.audit import note
from web.services.outgoing_mails import notify, notify_of
from web.services.verifications import forget_links

_USERS = table_of(User)
# Columns and a table of a plugin (https://better-auth.com/docs/plugins/2fa#schema).
_WITH_FACTOR: Any = table("users", column("id"), column("two_factor_enabled", Boolean))
_TWO_FACTORS: Any = table("two_factors", column("user_id"))
_OF_ID = select(_USERS.c.id, _USERS.c.name, _USERS.c.email).where(_USERS.c.id == bindparam("of_id"))


class Repaired(NamedTuple):
    """The user, as a recipient of messages."""

    id: str
    name: str
    email: str


def change_email(connection: Connection, user_id: str, new: str) -> None:
    """The user signs in with the new address, which is not confirmed. Both addresses are told, and links end.

    Raises CommandError for what is no address, and for one that a user has.
    """
    new = new.strip().lower()
    if not EMAIL.fullmatch(new) or not is_printable(new) or len(new) > ADDRESS_LENGTH:
        raise CommandError(f"{new!r} is no email address.")
    if connection.scalar(select(_USERS.c.id).where(_USERS.c.email == new)):
        raise CommandError(f"A user has the email address {new} already.")
    user = Repaired(*connection.execute(_OF_ID, {"of_id": user_id}).one())
    _update(connection, user_id, email=new, email_verified=False)
    forget_links(connection, user_id)
    note(connection, user_id, "email-changed-by-operator", utc_now())
    for recipient in (user, user._replace(email=new)):
        notify(connection, MailKind.EMAIL_CHANGED, recipient, new_email=new)


def confirm_email(connection: Connection, user_id: str) -> None:
    """The address counts as the user's own, as if its link had been followed. Idempotent."""
    _update(connection, user_id, email_verified=True)
    note(connection, user_id, "email-confirmed-by-operator", utc_now())
    notify_of(connection, MailKind.EMAIL_CONFIRMED, user_id)


def turn_off_two_factor(connection: Connection, user_id: str) -> None:
    """Signing in needs the password alone; app and backup codes are void. Idempotent."""
    connection.execute(delete(_TWO_FACTORS).where(_TWO_FACTORS.c.user_id == user_id))
    connection.execute(update(_WITH_FACTOR).where(_WITH_FACTOR.c.id == user_id).values(two_factor_enabled=False))
    note(connection, user_id, "two-factor-off-by-operator", utc_now())
    notify_of(connection, MailKind.TWO_FACTOR_OFF, user_id)


def _update(connection: Connection, user_id: str, **values: Any) -> None:
    connection.execute(update(_USERS).where(_USERS.c.id == user_id).values(**values, updated_at=utc_now()))
