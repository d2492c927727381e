"""Closes accounts: for two weeks before they are deleted, or until an operator enables them again.

A closed account has no sessions, and its tokens and calendar addresses find nothing. Its user may sign in to keep it.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.closed_account import ClosedAccount
from web.models.user import AuthSession, User
from web.services.audit import note
from web.services.records import Service

GRACE = timedelta(days=14)
_CLOSED, _USERS, _SESSIONS = (table_of(model) for model in (ClosedAccount, User, AuthSession))
_OF_USER = _CLOSED.c.user_id == bindparam("of_user")
_DUE = select(_CLOSED.c.user_id).where(_CLOSED.c.delete_at <= bindparam("now", type_=UtcDateTime()))


class Deletion(Service):
    """The user's wish to delete the account."""

    def at(self) -> datetime | None:
        """When the account will be deleted; None where its user has not asked for that."""
        found = select(_CLOSED.c.delete_at).where(_OF_USER)
        delete_at: datetime | None = self.connection.scalar(found, {"of_user": self.actor.user_id})
        return delete_at

    def ask(self, address: str | None = None) -> None:
        """Two weeks from the first time that its user asked. Ends all sessions."""
        _close(self.connection, self.actor.user_id, "delete_at", utc_now() + GRACE)
        end_sessions(self.connection, self.actor.user_id)
        note(self.connection, self.actor.user_id, "deletion-asked", utc_now(), address)

    def take_back(self) -> None:
        """Keep the account after all. Idempotent."""
        if self.at():
            _open(self.connection, self.actor.user_id, "delete_at", "disabled_at")
            note(self.connection, self.actor.user_id, "deletion-taken-back", utc_now())


def disable(connection: Connection, user_id: str, now: datetime) -> None:
    """From now on its user cannot sign in. Ends its sessions. Idempotent."""
    _close(connection, user_id, "disabled_at", now)
    end_sessions(connection, user_id)


def enable(connection: Connection, user_id: str) -> None:
    """Idempotent."""
    _open(connection, user_id, "disabled_at", "delete_at")


def is_disabled(connection: Connection, user_id: str) -> bool:
    found = connection.execute(select(_CLOSED.c.disabled_at).where(_OF_USER), {"of_user": user_id}).scalar_one_or_none()
    return found is not None


def end_sessions(connection: Connection, user_id: str) -> int:
    """Sign the user out everywhere; how many sessions that were. Better Auth keeps none in memory."""
    return connection.execute(delete(_SESSIONS).where(_SESSIONS.c.user_id == user_id)).rowcount


def delete_user(connection: Connection, user_id: str) -> None:
    """For good, with everything that is theirs: all tables refer to the user with ON DELETE CASCADE."""
    connection.execute(delete(_USERS).where(_USERS.c.id == user_id))


def delete_due(connection: Connection, now: datetime) -> int:
    """Delete the accounts whose two weeks are over; how many."""
    return connection.execute(delete(_USERS).where(_USERS.c.id.in_(_DUE)), {"now": now}).rowcount


def _close(connection: Connection, user_id: str, reason: str, at: datetime) -> None:
    """The first time counts."""
    insert = dialect_of(connection).insert(_CLOSED).values({"user_id": user_id, reason: at})
    again = insert.on_conflict_do_update(
        index_elements=["user_id"], set_={reason: at}, where=_CLOSED.c[reason].is_(None)
    )
    connection.execute(again)


def _open(connection: Connection, user_id: str, reason: str, other: str) -> None:
    connection.execute(delete(_CLOSED).where(_OF_USER, _CLOSED.c[other].is_(None)), {"of_user": user_id})
    connection.execute(update(_CLOSED).where(_OF_USER).values({reason: None}), {"of_user": user_id})
