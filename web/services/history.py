"""History: the events of a user, and undo of an operation."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from sqlalchemy import bindparam, distinct, func, select, update
from sqlmodel import Session

import web.services
from web.db.savepoint import savepoint
from web.domain.errors import CannotUndo, NotFound
from web.models.base import Record, table_of
from web.models.event import Event
from web.models.list import INBOX, List
from web.models.task import Task
from web.services.access import bound_to
from web.services.record_values import known_id
from web.services.records import Records, Service

_EVENTS, _LISTS, _TASKS = table_of(Event), table_of(List), table_of(Task)
# What the history of one record shows at most.
MOST_EVENTS = 200
# How many operations one undo passes over at most.
MOST_PASSED = 50
_LATEST = (
    select(_EVENTS.c.operation)
    .where(_EVENTS.c.user_id == bindparam("user"), _EVENTS.c.undone_by.is_(None), _EVENTS.c.undoes.is_(None))
    .where(_EVENTS.c.operation.not_in(bindparam("passed", expanding=True)))
    .order_by(_EVENTS.c.id.desc())
    .limit(1)
)


@dataclass
class _Touched:
    """What an operation did to one record: its first action, and each field before and after all of its events."""

    subject: str
    subject_id: int
    action: str
    changes: dict[str, Any] = field(default_factory=dict)


class UndoneRecord(NamedTuple):
    """A record as it is after an undo, and what the operation had done to it: its first action, the fields before and
    after."""

    record: Record
    action: str
    changes: Mapping[str, Any]


class LastUndo(NamedTuple):
    """The operation that was taken back, empty where none was left, and whether a later one was passed over."""

    operation: str
    records: Sequence[UndoneRecord]
    passed: bool


class Added(NamedTuple):
    """The number of tasks by the name of their list, in the order in which they came, and that of their steps."""

    places: Mapping[str, int]
    steps: int


class History(Service):
    def undo(self, operation: str, *, what_is_unchanged: bool = False) -> list[UndoneRecord]:
        """Take back an operation: each field gets the value it had before. All of it, or CannotUndo.

        The answer is in the order in which the operation came to the records. `what_is_unchanged` leaves out those that
        have changed since. Raises NotFound for an unknown, an undone and another user's operation alike. The undo is an
        operation itself.
        """
        touched = _by_record(self._take(operation))
        undone, refused = [], []
        for one in reversed(touched):
            try:
                record = self._records_of(one.subject).undo(one.subject_id, one.action, one.changes, operation)
                undone.append(UndoneRecord(record, one.action, one.changes))
            except CannotUndo as problem:
                refused.append(problem)
        if refused and not (what_is_unchanged and undone):
            raise _refusal(refused, len(touched))
        return undone[::-1]

    def undo_last(self) -> LastUndo:
        """Take back the latest operation that can be; again and again it goes back step by step.

        A later operation is passed over where its records have changed since, or are gone for good.
        """
        passed: list[str] = []
        while len(passed) < MOST_PASSED and (operation := self.last(passed)):
            try:
                with savepoint(self.connection):
                    return LastUndo(operation, self.undo(operation), bool(passed))
            except (CannotUndo, NotFound):
                passed.append(operation)
        return LastUndo("", (), bool(passed))

    def taken_back(self, operation: str) -> list[UndoneRecord]:
        """What an operation had done that is undone, as `undo` answers it, of its first MOST_EVENTS events.

        Without records that are gone for good.
        """
        found = (
            select(Event)
            .where(_EVENTS.c.user_id == bindparam("user"), _EVENTS.c.operation == bindparam("of"))
            .where(_EVENTS.c.undone_by.is_not(None))
            .order_by(_EVENTS.c.id)
            .limit(MOST_EVENTS)
        )
        events = Session(self.connection).scalars(found, {**bound_to(self.actor), "of": operation}).all()
        records = ((self._as_it_is(one), one) for one in _by_record(events))
        return [UndoneRecord(record, one.action, one.changes) for record, one in records if record]

    def last(self, passed: Sequence[str] = ()) -> str | None:
        """The user's latest operation that is not undone, nor among those passed over."""
        return self.connection.scalar(_LATEST, {**bound_to(self.actor), "passed": passed})

    def size(self, operation: str, subject: str = "tasks") -> int:
        """How many records of one table an operation changed; 0 for an unknown and an undone one."""
        changed = select(func.count(distinct(_EVENTS.c.subject_id))).where(
            _EVENTS.c.user_id == bindparam("user"),
            _EVENTS.c.operation == bindparam("of"),
            _EVENTS.c.subject == bindparam("subject"),
            _EVENTS.c.undone_by.is_(None),
        )
        values = {**bound_to(self.actor), "of": operation, "subject": subject}
        return self.connection.scalar(changed, values) or 0

    def added(self, operation: str) -> Added:
        """What an operation added that is not undone."""
        of_it = select(_EVENTS.c.subject_id).where(
            _EVENTS.c.user_id == bindparam("user"),
            _EVENTS.c.operation == bindparam("of"),
            _EVENTS.c.subject == "tasks",
            _EVENTS.c.action == "add",
            _EVENTS.c.undone_by.is_(None),
        )
        counted = (
            select(_LISTS.c.name, func.count(_TASKS.c.id), func.count(_TASKS.c.parent_id))
            .select_from(_TASKS.outerjoin(_LISTS, _LISTS.c.id == _TASKS.c.list_id))
            .where(_TASKS.c.user_id == bindparam("user"), _TASKS.c.id.in_(of_it))
            .group_by(_LISTS.c.id, _LISTS.c.name)
            .order_by(func.min(_TASKS.c.id))
        )
        places: Counter[str] = Counter()
        every_step = 0
        for name, every, steps in self.connection.execute(counted, {**bound_to(self.actor), "of": operation}):
            places[name or INBOX] += every - steps
            every_step += steps
        return Added(places, every_step)

    def page(self, after: int | None, size: int) -> tuple[Sequence[Event], bool]:
        """The user's events before the one with the id `after`, newest first; and whether there are more."""
        found = select(Event).where(_EVENTS.c.user_id == bindparam("user"))
        if after is not None:
            found = found.where(_EVENTS.c.id < after)
        ordered = found.order_by(_EVENTS.c.id.desc()).limit(size + 1)
        events = Session(self.connection).scalars(ordered, bound_to(self.actor)).all()
        return events[:size], len(events) > size

    def of(self, subject: str, subject_id: int) -> Sequence[Event]:
        """The events of one record, newest first; of `tasks` for example."""
        found = (
            select(Event)
            .where(_EVENTS.c.user_id == bindparam("user"), _EVENTS.c.subject == bindparam("subject"))
            .where(_EVENTS.c.subject_id == bindparam("subject_id"))
            .order_by(_EVENTS.c.id.desc())
            .limit(MOST_EVENTS)
        )
        values = {**bound_to(self.actor), "subject": subject, "subject_id": known_id(subject_id)}
        return Session(self.connection).scalars(found, values).all()

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
        if not ids:
            raise NotFound
        session = Session(self.connection)
        return session.scalars(select(Event).where(_EVENTS.c.id.in_(ids)).order_by(_EVENTS.c.id)).all()

    def _as_it_is(self, touched: _Touched) -> Record | None:
        """Deleted or not; None for a record that is gone for good."""
        records = self._records_of(touched.subject)
        try:
            record: Record | None = records.get(touched.subject_id)
        except NotFound:
            record = records.deleted(touched.subject_id)
        return record

    def _records_of(self, subject: str) -> Records[Any]:
        return _services()[subject](self.connection, self.actor)


@cache
def _services() -> dict[str, type[Records[Any]]]:
    """The service of each noun, by the name of its table."""
    for found in iter_modules(web.services.__path__):
        import_module(f"{web.services.__name__}.{found.name}")
    return {str(service.model.__tablename__): service for service in Records.__subclasses__()}


def _by_record(events: Sequence[Event]) -> list[_Touched]:
    """In the order of each record's first event."""
    found: dict[tuple[str, int], _Touched] = {}
    for event in events:
        key = (event.subject, event.subject_id)
        touched = found.setdefault(key, _Touched(*key, event.action))
        for name, (before, after) in event.changes.items():
            first = touched.changes.get(name, (before,))[0]
            touched.changes[name] = (first, after)
    return list(found.values())


def _refusal(refused: Sequence[CannotUndo], count: int) -> CannotUndo:
    if count == 1:
        return refused[0]
    named = refused[0].field.replace("_", " ").capitalize() or "Something"
    sentence = f"{named} has changed since for {len(refused)} of {count}, so this cannot be undone."
    return CannotUndo(refused[0].field, sentence)
