"""Access, once: what a query may start from.

Reading starts from `readable`, writing from `writable`. Both are bound to an actor when they run (`bound_to`), not when
they are built, so that each statement is built, compiled and prepared once for all users.
"""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Update, bindparam, select, update

from web.db.dialects import dialect_of
from web.domain.actor import Actor
from web.models.base import Record, table_of
from web.models.user import User

USER_ID: Any = bindparam("user", type_=table_of(User).c.id.type)


def bound_to(actor: Actor) -> dict[str, Any]:
    """The parameters of `readable` and `writable`."""
    return {"user": actor.user_id}


def readable(model: type[Record], *columns: Any) -> Select[Any]:
    """What the actor may read: their own records that are not deleted; whole ones without `columns`."""
    return including_deleted(model, *columns).where(table_of(model).c.deleted_at.is_(None))


def including_deleted(model: type[Record], *columns: Any) -> Select[Any]:
    """Deleted ones too, for Undo and restore."""
    return select(*columns or (model,)).where(table_of(model).c.user_id == USER_ID)


def writable(model: type[Record]) -> Update:
    """What the actor may change: today all that they may read. Deleted records only for `restore`."""
    return update(table_of(model)).where(_is_of_locked_owner(model))


def locked(model: type[Record]) -> Select[Any]:
    """Records to change, deleted or not. Other units of work wait until this one has committed."""
    return select(model).where(_is_of_locked_owner(model)).with_for_update(of=model)


def lock_owner(connection: Connection, actor: Actor) -> None:
    """For what looks at several records of a user before it changes one: such changes of one user wait for each other.

    The events of other changes still refer to the user meanwhile. SQLite has one writer anyway.
    """
    users = table_of(User)
    if dialect_of(connection).WRITERS is None:
        owner = select(users.c.id).where(users.c.id == USER_ID).with_for_update(key_share=True)
        connection.execute(owner, bound_to(actor))


def _is_of_locked_owner(model: type[Record]) -> ColumnElement[bool]:
    """Locks the user before the record, as deleting a user does: in the other order the two could deadlock.

    The event of a change refers to the user, so that lock is taken anyway.
    """
    users = table_of(User)
    owner = select(users.c.id).where(users.c.id == USER_ID).with_for_update(read=True, key_share=True).cte("owner")
    condition: ColumnElement[bool] = table_of(model).c.user_id == select(owner.c.id).scalar_subquery()
    return condition
