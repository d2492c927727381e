"""What Better Auth keeps until a link is followed or a code is given: here, whose it is."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, column, delete, select, table

# Better Auth's table, with hashed identifiers (`storeIdentifier` in auth/tables.mjs).
_VERIFICATIONS: Any = table("verifications", column("identifier"), column("value"))
_OF = select(_VERIFICATIONS.c.value).where(_VERIFICATIONS.c.identifier == bindparam("identifier")).limit(1)


def user_of_reset(connection: Connection, token: str) -> str | None:
    """The id of the user who may choose a password by the link with this token."""
    return _value(connection, f"reset-password:{token}")


def user_between_steps(connection: Connection, cookie: str) -> str | None:
    """The id of the user whose password was right and who has to give a code. `cookie` is its verified token."""
    return _value(connection, cookie)


def forget_links(connection: Connection, user_id: str) -> None:
    """Ends the links that choose a password or change the address, as `forgetLinks` in auth/mail.mjs does."""
    values = (user_id, f"{user_id} changes the address")
    connection.execute(delete(_VERIFICATIONS).where(_VERIFICATIONS.c.value.in_(values)))


def _value(connection: Connection, identifier: str) -> str | None:
    digest = urlsafe_b64encode(sha256(identifier.encode()).digest()).decode().rstrip("=")
    value: str | None = connection.scalar(_OF, {"identifier": digest})
    return value
