"""Removes for good what was deleted long ago, of every noun and for all users."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, select, tuple_, update
from sqlmodel import Session

from web.domain.timestamps import utc_now
from web.models.base import Record, table_of
from web.models.event import Event
from web.models.import_run import ImportFile, ImportRun, State

KEPT_AFTER_DELETE = timedelta(days=30)


def purge(session: Session) -> int:
    """Remove for good what was deleted more than 30 days ago, for all users; how many records."""
    long_ago = utc_now() - KEPT_AFTER_DELETE
    _drop_files(session.connection(), long_ago)
    # Tasks before the lists that would take them along, without their events.
    return sum(_purge(session.connection(), table_of(model), long_ago) for model in reversed(record_models()))


def _drop_files(connection: Connection, long_ago: datetime) -> None:
    """Of imports that their users looked at and never began."""
    imports, files = table_of(ImportRun), table_of(ImportFile)
    left = imports.c.state.in_([State.READY.value, State.UNREADABLE.value]) & (imports.c.created_at < long_ago)
    connection.execute(delete(files).where(files.c.import_id.in_(select(imports.c.id).where(left))))
    connection.execute(update(imports).where(left).values(state=State.CANCELLED.value))


def _purge(connection: Connection, table: Table, long_ago: datetime) -> int:
    """The records and their events, which quote them."""
    events, is_old = table_of(Event), table.c.deleted_at < long_ago
    of_them = tuple_(events.c.user_id, events.c.subject_id).in_(select(table.c.user_id, table.c.id).where(is_old))
    connection.execute(delete(events).where(events.c.subject == table.name, of_them))
    return connection.execute(delete(table).where(is_old)).rowcount


def record_models() -> list[type[Record]]:
    """Every noun: the subclasses of Record."""
    return sorted(Record.__subclasses__(), key=lambda model: str(model.__tablename__))
