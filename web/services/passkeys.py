"""A user's passkeys, as the settings list them. Better Auth makes, checks and deletes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import column, select, table
from sqlalchemy.exc import DBAPIError

from web.db.types import UtcDateTime
from web.services.access import USER_ID, bound_to
from web.services.records import Service

# Better Auth's table (https://better-auth.com/docs/plugins/passkey#schema).
_PASSKEYS: Any = table("passkeys", column("id"), column("user_id"), column("name"), column("created_at", UtcDateTime()))
_ALL = (
    select(_PASSKEYS.c.id, _PASSKEYS.c.name, _PASSKEYS.c.created_at)
    .where(_PASSKEYS.c.user_id == USER_ID)
    .order_by(_PASSKEYS.c.created_at, _PASSKEYS.c.id)
)


class Passkey(NamedTuple):
    """As its user named it; nothing of the key itself."""

    id: str
    name: str
    created_at: datetime


class Passkeys(Service):
    def all(self) -> Sequence[Passkey]:
        """Oldest first."""
        try:
            rows = self.connection.execute(_ALL, bound_to(self.actor)).all()
        except DBAPIError as error:
            if _PASSKEYS.name not in str(error.orig):
                raise
            # There is no such table: a Better Auth of the operator's own without the plugin.
            return []
        return [Passkey(row.id, row.name or "Passkey", row.created_at) for row in rows]
