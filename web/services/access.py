"""Access, once: what a query may start from.

Reading starts from `readable`, writing from `writable`. Both are bound to an actor when they run (`bound_to`), not when
they are built, so that each statement is built, compiled and prepared once for all users.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, Table, Update, bindparam, select, update
from sqlmodel import SQLModel

from web.domain.actor import Actor
from web.models.base import Record

USER_ID: Any = bindparam("user", type_=SQLModel.metadata.tables["users"].c.id.type)


def table_of(model: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(model.__tablename__)]


def bound_to(actor: Actor) -> dict[str, Any]:
    """The parameters of `readable` and `writable`."""
    return {"user": actor.user_id}


def readable(model: type[Record], *columns: Any) -> Select[Any]:
    """What the actor may read: their own records that are not deleted; whole ones without `columns`."""
    return including_deleted(model, *columns).where(table_of(model).c.deleted_at.is_(None))


def including_deleted(model: type[Record], *columns: Any) -> Select[Any]:
    """Deleted ones too, for Undo and restore."""
    return select(*columns or (model,)).where(_is_owned(model))


def writable(model: type[Record]) -> Update:
    """What the actor may change: today all that they may read. Deleted records only for `restore`."""
    return update(table_of(model)).where(_is_owned(model))


def _is_owned(model: type[Record]) -> ColumnElement[bool]:
    owned: ColumnElement[bool] = table_of(model).c.user_id == USER_ID
    return owned
