"""What a user can do with any record: list, get, add, edit per field, delete, restore. Every change writes an event."""

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Select
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

from web.db.dialects import dialect_of
from web.domain.actor import Actor
from web.domain.errors import CannotUndo, InTrash, NotFound, NotPossible, StaleVersion
from web.domain.timestamps import utc_now
from web.models.base import Changes, Record, table_of, values_of
from web.models.event import Event
from web.services.access import bound_to, including_deleted, locked, readable
from web.services.record_statements import END_DELETION, cached_logged_write, delete_of, events_of, insert_of, update_of
from web.services.record_values import json_value, key_of, known_id

RecordT = TypeVar("RecordT", bound=Record)
DraftT = TypeVar("DraftT", bound=SQLModel)


class Service:
    """Works for one actor, with one connection. Never commits: the unit of work does."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        self.connection = connection
        self.actor = actor


class EditConflict(Exception):
    """Another edit changed a field that this one changes too.

    `record` is as it is stored, `edited` the fields that this edit changes, `fields` those of them in conflict.
    """

    def __init__(self, record: Record, edited: list[str], fields: list[str]) -> None:
        super().__init__(f"{record.__tablename__} {record.id}: {', '.join(fields)}")
        self.record = record
        self.edited = edited
        self.fields = fields


class Records(Service, Generic[RecordT]):
    """The verbs that every noun has. A subclass names its `model` and adds its own verbs."""

    model: ClassVar[type[Record]]
    # Fields that are no columns: they stand in events, and the noun itself keeps them.
    more_fields: ClassVar[tuple[str, ...]] = ()
    # Whether the last delete changed anything: what was deleted before is of another operation.
    has_deleted = False

    def all(self) -> list[RecordT]:
        """The user's records, oldest first."""
        table = table_of(self.model)
        return list(self._session.scalars(readable(self.model).order_by(table.c.created_at, table.c.id), self._bound))

    def with_deleted(self) -> list[RecordT]:
        """The user's records, those in the trash too."""
        return list(self._session.scalars(including_deleted(self.model), self._bound))

    def get(self, record_id: int) -> RecordT:
        """Raises NotFound for an unknown, a deleted and another user's record alike. Of a deleted one it is InTrash."""
        return self._undeleted(self._one(including_deleted(self.model), record_id))

    def add(self, draft: SQLModel, key: str) -> RecordT:
        """A new record. The same draft with the same key (a UUID) gives the record that it made the first time.

        Another draft under the same key is another record: a form may be changed after an answer that never arrived.
        """
        values = values_of(draft)
        return self.insert(values, key_of(key, values))[0]

    def insert(
        self, values: dict[str, Any], key: str, action: str = "add", noted: Changes | None = None
    ) -> tuple[RecordT, bool]:
        """A new record of these fields, and whether it is new: under a key that is taken it is the one that has it.

        `noted` stands in the event.
        """
        record: Any = self.model(user_id=self.actor.user_id, idempotency_key=key, **values)
        row = insert_of(self.model, dialect_of(self.connection)).run(
            self.connection,
            {f"new_{name}": value for name, value in record.model_dump(exclude={"id"}).items()},
            self._event(action, noted or {}),
        )
        if row is not None:
            return self._loaded(record, row), True
        existing = self.with_key(key)
        assert existing is not None
        return self.still_there(existing), False

    def still_there(self, made: RecordT) -> RecordT:
        """Raises NotPossible for a record that was deleted since a form that is sent again made it."""
        if made.deleted_at:
            raise NotPossible("This was added before and has been deleted since. Restore it from the trash.")
        return made

    def with_key(self, key: str) -> RecordT | None:
        """The record that was made under a stored key, deleted or not."""
        made = including_deleted(self.model).where(table_of(self.model).c.idempotency_key == key)
        return self._session.scalars(made, self._bound).one_or_none()

    def edit(self, record_id: int, draft: SQLModel, version: int) -> RecordT:
        """Change the fields that differ from what the form was opened on, at `version` of the record.

        Raises EditConflict where one of them has another value since then. Fields that only the other edit changed
        keep its value.
        """
        record = self.expect(record_id, None)
        changes = record.differences(values_of(draft))
        if changes and version != record.version:
            since = self.changed_since(record, version)
            # A field that still has the value it was opened with was not edited here.
            changes = {
                name: change for name, change in changes.items() if since.get(name, _NEVER) != json_value(change[1])
            }
            if conflicts := [name for name in changes if name in since]:
                raise EditConflict(record, list(changes), conflicts)
        return self.change(record, "edit", changes | self.implied(record, changes))

    def expect(self, record_id: int, expected: Collection[int] | None) -> RecordT:
        """The record, to be changed; other units wait. Raises NotFound, which is InTrash where it is deleted, and
        StaleVersion unless it has one of these versions. None expects no version.
        """
        record = self._undeleted(self.any(record_id))
        if expected is not None and record.version not in expected:
            raise StaleVersion(record.version)
        return record

    def revise(
        self,
        record_id: int,
        draft_type: type[DraftT],
        revised: Callable[[DraftT], DraftT],
        expected: Collection[int] | None,
    ) -> RecordT:
        """Give the record the fields that `revised` makes of those it has. Raises as `expect`."""
        record = self.expect(record_id, expected)
        stored = {name: getattr(record, name) for name in draft_type.model_fields}
        changes = record.differences(values_of(revised(draft_type.model_construct(**stored))))
        return self.change(record, "edit", changes | self.implied(record, changes))

    def implied(self, record: RecordT, changes: Changes) -> Changes:
        """What else an edit of these fields changes. Raises NotPossible."""
        return {}

    def delete(self, record_id: int, undoes: str | None = None) -> RecordT:
        """Soft delete: it can be restored for 30 days. Idempotent. `undoes` is the operation that it takes back."""
        row = self._delete(delete_of(self.model), record_id, undoes)
        return self._one(including_deleted(self.model), record_id) if row is None else self._made(row)

    def _delete(self, statement: Any, record_id: int, undoes: str | None) -> Any:
        """The row, or None for a record that is deleted already and for an unknown one."""
        now = utc_now()
        write = cached_logged_write(statement, table_of(Event), dialect_of(self.connection))
        values = {**self._bound, "record_id": known_id(record_id), "new_deleted_at": now}
        event = {**self._event("delete", {"deleted_at": (None, now)}), "undoes": undoes}
        row = write.run(self.connection, values, event)
        self.has_deleted = row is not None
        return row

    @property
    def undoable_delete(self) -> str:
        """The operation of the last delete; empty where it changed nothing."""
        return self.actor.operation if self.has_deleted else ""

    def restore(self, record_id: int) -> RecordT:
        """Bring a deleted record back with everything it had. Idempotent."""
        record = self.any(record_id)
        if record.deleted_at is None:
            return record
        return self.bring_back(record)

    def bring_back(self, record: RecordT, moves: Changes | None = None) -> RecordT:
        """Restoring undoes the deletion, so that going back step by step afterwards does not delete it again."""
        values = {"noun": str(self.model.__tablename__), "record": record.id, "undoing": self.actor.operation}
        undone = self.connection.scalar(END_DELETION, {**self._bound, **values})
        return self.change(record, "restore", {"deleted_at": (record.deleted_at, None), **(moves or {})}, undone)

    def deleted(self, record_id: int) -> RecordT | None:
        """A record that can still be restored."""
        try:
            record = self._one(including_deleted(self.model), record_id)
        except NotFound:
            return None
        return record if record.deleted_at else None

    def any(self, record_id: int) -> RecordT:
        """A record to change, deleted or not; other units wait for this one. Raises NotFound."""
        return self._one(locked(self.model), record_id)

    def change(self, record: RecordT, action: str, changes: Changes, undoes: str | None = None) -> RecordT:
        """Write the fields and the event; without changes neither.

        Deleting, restoring and ordering by hand keep the version. Fields without a column stand in the event only.
        """
        if not changes:
            return record
        columns = table_of(self.model).c
        values = {name: after for name, (_, after) in changes.items() if name in columns}
        values |= record.following(values)
        if set(changes) - {"deleted_at", *record.follow}:
            values |= {"version": record.version + 1, "updated_at": record.later()}
        update = update_of(self.model, dialect_of(self.connection), tuple(sorted(values)))
        new = {f"new_{name}": value for name, value in values.items()}
        event = {**self._event(action, changes), "undoes": undoes}
        return self._loaded(record, update.run(self.connection, {**self._bound, "record_id": record.id, **new}, event))

    def undo(self, record_id: int, action: str, changes: Changes, operation: str) -> RecordT:
        """Take back what an operation did to a record, from the values of its events. Raises CannotUndo.

        `action` is the first one of the operation; `changes` have each field before and after the operation, as JSON.
        """
        record = self.any(record_id)
        if action == "add":
            return self.delete(record_id, undoes=operation)
        for name, (_, after) in changes.items():
            if name not in record.follow and json_value(self.value_of(record, name)) != after:
                raise CannotUndo(name)
        return self.put_back(record, {name: before for name, (before, _) in changes.items()}, operation)

    def put_back(self, record: RecordT, values: dict[str, Any], operation: str) -> RecordT:
        """The fields as they were before an operation. Raises CannotUndo."""
        changes = {name: (self.value_of(record, name), self.typed(name, value)) for name, value in values.items()}
        return self.change(record, "undo", changes, undoes=operation)

    def value_of(self, record: RecordT, name: str) -> Any:
        """A field of the record; a noun may have fields that are no columns."""
        return getattr(record, name)

    def typed(self, name: str, value: Any) -> Any:
        """A value of an event's JSON as the record stores it."""
        kind: Any = self.model.model_fields[name].annotation
        return TypeAdapter(kind).validate_python(value)

    def changed_since(self, record: Record, version: int) -> dict[str, Any]:
        """The fields that changed after `version`, with their values then. Unknown versions: every field, unknown."""
        if not 1 <= version <= record.version:
            return dict.fromkeys([*type(record).model_fields, *self.more_fields], _UNKNOWN)
        after = events_of(record).where(Event.version > version).order_by(Event.id)
        events = self._session.scalars(after, self._bound).all()
        if not {event.version for event in events} >= set(range(version + 1, record.version + 1)):
            return dict.fromkeys([*type(record).model_fields, *self.more_fields], _UNKNOWN)
        since: dict[str, Any] = {}
        for event in events:
            for name, (before, _) in event.changes.items():
                since.setdefault(name, before)
        return since

    def _event(self, action: str, changes: Changes) -> dict[str, Any]:
        """The columns of an event but for the record's id and version."""
        return {
            **_EVENT_DEFAULTS,
            "user_id": self.actor.user_id,
            "actor_id": self.actor.user_id,
            "operation": self.actor.operation,
            "action": action,
            "subject": str(self.model.__tablename__),
            "changes": {name: [json_value(before), json_value(after)] for name, (before, after) in changes.items()},
            "created_at": utc_now(),
        }

    def _undeleted(self, record: RecordT) -> RecordT:
        if record.deleted_at is not None:
            raise InTrash(str(self.model.__tablename__), record.id or 0)
        return record

    def _one(self, records: Select[Any], record_id: int) -> RecordT:
        wanted = records.where(table_of(self.model).c.id == known_id(record_id))
        record: RecordT | None = self._session.scalars(wanted, self._bound).one_or_none()
        if record is None:
            raise NotFound
        return record

    def _made(self, row: Any) -> RecordT:
        model: Any = self.model
        return self._loaded(model(), row)

    def _loaded(self, record: Any, row: Any) -> RecordT:
        for column in table_of(self.model).c:
            set_committed_value(record, column.name, row._mapping[column.name])
        loaded: RecordT = record
        return loaded

    @property
    def _bound(self) -> dict[str, Any]:
        return bound_to(self.actor)

    @cached_property
    def _session(self) -> Session:
        """Loads records within the connection's own transaction; never flushes."""
        return Session(self.connection, expire_on_commit=False, autoflush=False)


_UNKNOWN, _NEVER = object(), object()
_EVENT_DEFAULTS = {"undoes": None, "undone_by": None}
