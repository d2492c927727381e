"""History: the events of a user, and undo of an operation."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from web.domain.errors import NotFound
from web.models.base import Changes, Record
from web.models.event import Event
from web.services.access import bound_to, table_of
from web.services.records import Records, Service, json_value, record_models

_EVENTS = table_of(Event)


class CannotUndo(Exception):
    """A record has changed since; the text is a sentence for the user."""


class History(Service):
    def undo(self, operation: str) -> list[Record]:
        """Take back an operation: each field gets the value it had before. All of it, or CannotUndo.

        Raises NotFound for an unknown, an undone and another user's operation alike. The undo is an operation itself.
        """
        events = self._take(operation)
        if not events:
            raise NotFound
        return [self._undo_one(event) for event in reversed(events)]

    def _take(self, operation: str) -> Sequence[Event]:
        """The events of an operation, marked as undone: only the first of two undos gets them."""
        taken = (
            update(_EVENTS)
            .where(_EVENTS.c.user_id == bindparam("user"), _EVENTS.c.operation == bindparam("undone"))
            .where(_EVENTS.c.undone_by.is_(None))
            .values(undone_by=self.actor.operation)
            .returning(_EVENTS.c.id)
        )
        ids = self.connection.scalars(taken, {**bound_to(self.actor), "undone": operation}).all()
        session = Session(self.connection)
        return session.scalars(select(Event).where(_EVENTS.c.id.in_(ids)).order_by(_EVENTS.c.id)).all()

    def _undo_one(self, event: Event) -> Record:
        return self._records_of(event).undo(event)

    def _records_of(self, event: Event) -> "UndoableRecords":
        model = next(model for model in record_models() if model.__tablename__ == event.subject)
        return UndoableRecords(model, self.connection, self.actor)


class UndoableRecords(Records[Record]):
    """The records of one table, whatever their noun."""

    def __init__(self, model: type[Record], *service: Any) -> None:
        super().__init__(*service)
        self.model = model  # type: ignore[misc]

    def undo(self, event: Event) -> Record:
        record = self.any(event.subject_id)
        if event.action == "add":
            return self.delete(event.subject_id)
        for name, (_, after) in event.changes.items():
            if json_value(getattr(record, name)) != after:
                raise CannotUndo(f"{name.replace('_', ' ').capitalize()} has changed since, so this cannot be undone.")
        return self.put_back(record, event)

    def put_back(self, record: Record, event: Event) -> Record:
        changes: Changes = {
            name: (getattr(record, name), self._typed(name, before)) for name, (before, _) in event.changes.items()
        }
        return self.change(record, "undo", changes, undoes=event.operation)

    def _typed(self, name: str, value: Any) -> Any:
        """A value of an event's JSON as the record stores it."""
        kind: Any = self.model.model_fields[name].annotation
        return TypeAdapter(kind).validate_python(value)
