"""Closes accounts: for two weeks before they are deleted, or until an operator enables them again.

A closed account has no sessions, and its tokens and calendar addresses find nothing. Its user may sign in to keep it.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select, update

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.errors import NoSuchUser
from web.domain.timestamps import iso, utc_now
from web.models.base import table_of
from web.models.closed_account import ClosedAccount
from web.models.user import AuthSession, User
from web.services.audit import note
from web.services.records import Service

GRACE = timedelta(days=14)
_CLOSED, _USERS, _SESSIONS = (table_of(model) for model in (ClosedAccount, User, AuthSession))
_OF_USER = _CLOSED.c.user_id == bindparam("of_user")
_COUNT = select(func.count()).where(_SESSIONS.c.user_id == _USERS.c.id).correlate(_USERS).scalar_subquery()
_ACCOUNTS = (
    select(_USERS.c.id, _USERS.c.email, _USERS.c.created_at, _COUNT, _CLOSED.c.disabled_at, _CLOSED.c.delete_at)
    .join(_CLOSED, _CLOSED.c.user_id == _USERS.c.id, isouter=True)
    .order_by(_USERS.c.created_at, _USERS.c.id)
)
_DUE = select(_CLOSED.c.user_id).where(_CLOSED.c.delete_at <= bindparam("now", type_=UtcDateTime()))


class Account(NamedTuple):
    """What an operator sees of an account."""

    user_id: str
    email: str
    created_at: datetime
    sessions: int
    disabled_at: datetime | None
    delete_at: datetime | None

    @property
    def state(self) -> str:
        if self.disabled_at:
            return "disabled"
        return f"to be deleted at {iso(self.delete_at)}" if self.delete_at else "active"

    def shown(self) -> dict[str, str | int]:
        return {
            "email": self.email,
            "state": self.state,
            "sessions": self.sessions,
            "created_at": iso(self.created_at),
            "user_id": self.user_id,
        }


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


def all_accounts(connection: Connection) -> list[Account]:
    """Oldest first."""
    return [Account(*row) for row in connection.execute(_ACCOUNTS)]


def user_with(connection: Connection, email: str) -> str:
    """The id of the user, whatever the case of the address. Raises NoSuchUser."""
    user_id: str | None = connection.scalar(select(_USERS.c.id).where(_USERS.c.email == email.strip().lower()))
    if user_id is None:
        raise NoSuchUser(email)
    return user_id


def disable(connection: Connection, user_id: str) -> None:
    """From now on its user cannot sign in. Ends its sessions. Idempotent."""
    _close(connection, user_id, "disabled_at", utc_now())
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
