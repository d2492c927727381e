"""The statements that change any record, each built once for its model."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update

from web.models.base import Record, table_of
from web.models.event import Event
from web.services.access import USER_ID, writable


@cache
def cached_logged_write(write: Any, events: Any, dialect: Any) -> Any:
    """The LoggedWrite of a statement that is itself built once."""
    return dialect.LoggedWrite(write, events)


# Built once per model, and per set of columns: those of a draft and of a few verbs.
@cache
def insert_of(model: type[Record], dialect: Any) -> Any:
    table = table_of(model)
    columns = [column.name for column in table.c if column.name != "id"]
    statement = dialect.insert(table).values(
        {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    )
    statement = statement.on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"]).returning(*table.c)
    return dialect.LoggedWrite(statement, table_of(Event))


@cache
def delete_of(model: type[Record]) -> Any:
    table = table_of(model)
    deleted_at = bindparam("new_deleted_at", type_=table.c.deleted_at.type)
    wanted = writable(model).where(table.c.id == bindparam("record_id"), table.c.deleted_at.is_(None))
    return wanted.values(deleted_at=deleted_at).returning(*table.c)


@cache
def update_of(model: type[Record], dialect: Any, columns: tuple[str, ...]) -> Any:
    table = table_of(model)
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    statement = writable(model).where(table.c.id == bindparam("record_id")).values(values).returning(*table.c)
    return dialect.LoggedWrite(statement, table_of(Event))


_EVENTS = table_of(Event)
# The deletion of a record is undone by the operation that restores it.
END_DELETION = (
    update(_EVENTS)
    .where(_EVENTS.c.user_id == USER_ID, _EVENTS.c.subject == bindparam("noun"))
    .where(_EVENTS.c.subject_id == bindparam("record"))
    .where(_EVENTS.c.action == "delete", _EVENTS.c.undone_by.is_(None))
    .values(undone_by=bindparam("undoing"))
    .returning(_EVENTS.c.operation)
)


def events_of(record: Record) -> Any:
    events = table_of(Event)
    return (
        select(Event)
        .where(events.c.user_id == bindparam("user"))
        .where(events.c.subject == str(type(record).__tablename__), events.c.subject_id == record.id)
    )
