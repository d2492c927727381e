"""Exports: all that a user has, as the writers of `web.formats` take it, some tasks at a time.

Each batch is read with a connection of its own, so a slow download holds none. What is changed meanwhile may be there
as it was or as it is; a task that is moved meanwhile may be missing or come twice in what has the order of lists.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from web.db.database import Database
from web.db.one_of import one_of
from web.domain.actor import Actor
from web.domain.lengths import MOST_LEVELS
from web.formats.imported import ImportedLabel, ImportedList, ImportedReminder, ImportedRepeat, ImportedTask
from web.formats.writers import Export, Write, daybook_json, markdown, table_csv, todo_txt
from web.models.base import table_of
from web.models.import_run import ImportedRow
from web.models.label import Label
from web.models.list import List
from web.models.preferences import UserPreferences
from web.models.reminder import Reminder
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.services.access import USER_ID, bound_to

BATCH = 500


def _ical(export: Export) -> Iterator[str]:
    # The calendars' library takes longer to import than all other formats.
    from web.formats.writers import ical

    return ical.write(export)


# By the name of the file: how it is written, its media type, and whether it has tasks in the order of lists.
FORMATS: Mapping[str, tuple[Write, str, bool]] = {
    "daybook.json": (daybook_json.write, "application/json", False),
    "daybook.csv": (table_csv.write, "text/csv; charset=utf-8", True),
    "daybook.txt": (todo_txt.write, "text/plain; charset=utf-8", True),
    "daybook.md": (markdown.write, "text/markdown; charset=utf-8", True),
    "daybook.ics": (_ical, "text/calendar; charset=utf-8", True),
}
_TASKS, _LISTS, _LABELS, _REMINDERS = (table_of(model) for model in (Task, List, Label, Reminder))
_MARKS, _ROWS, _PREFERENCES = (table_of(model) for model in (TaskLabel, ImportedRow, UserPreferences))
_PARENT, _SERIES = aliased(_TASKS), aliased(_TASKS)
_AS_THEY_ARE = (*("priority", "completed", "completed_at", "created_at", "start_on", "due_on", "due_time", "due_zone"),)
_TIMES = ("created_at", "updated_at", "deleted_at")
_ONE = (
    select(
        *_TASKS.c,
        _PARENT.c.idempotency_key.label("parent_key"),
        _SERIES.c.idempotency_key.label("series_key"),
        _ROWS.c.kept,
    )
    .join(_PARENT, and_(_PARENT.c.user_id == _TASKS.c.user_id, _PARENT.c.id == _TASKS.c.parent_id), isouter=True)
    .join(_SERIES, and_(_SERIES.c.user_id == _TASKS.c.user_id, _SERIES.c.id == _TASKS.c.series_id), isouter=True)
    .join(_ROWS, and_(_ROWS.c.user_id == _TASKS.c.user_id, _ROWS.c.task_id == _TASKS.c.id), isouter=True)
    .where(_TASKS.c.user_id == USER_ID)
)
# Keys are the same after an import, ids and their order are not. Both databases walk the index of keys.
_BY_KEY = _ONE.order_by(_TASKS.c.idempotency_key).limit(BATCH)
_BEHIND_KEY = _BY_KEY.where(_TASKS.c.idempotency_key > bindparam("key"))
_IN_LIST = (
    _ONE.where(_TASKS.c.deleted_at.is_(None), _TASKS.c.parent_id.is_(None))
    .order_by(_TASKS.c.position, _TASKS.c.id)
    .limit(BATCH)
)
_LIST: Any = bindparam("list", type_=_TASKS.c.list_id.type)
_BEHIND = or_(
    _TASKS.c.position > bindparam("position", type_=_TASKS.c.position.type),
    and_(_TASKS.c.position == bindparam("position", type_=_TASKS.c.position.type), _TASKS.c.id > bindparam("id")),
)
_STEPS = _ONE.where(_TASKS.c.deleted_at.is_(None), one_of(_TASKS.c.parent_id, "parents")).order_by(
    _TASKS.c.position, _TASKS.c.id
)
_LABELS_OF = select(_MARKS.c.task_id, _MARKS.c.label_id).where(
    _MARKS.c.user_id == USER_ID, one_of(_MARKS.c.task_id, "ids")
)
_REMINDERS_OF = (
    select(_REMINDERS)
    .where(_REMINDERS.c.user_id == USER_ID, _REMINDERS.c.deleted_at.is_(None), one_of(_REMINDERS.c.task_id, "ids"))
    .order_by(_REMINDERS.c.created_at, _REMINDERS.c.idempotency_key)
)


def exported(database: Database, actor: Actor, name: str) -> Iterator[str]:
    """The text of a file of FORMATS, a part at a time. Blocks: read it in a thread."""
    write, _, in_lists = FORMATS[name]
    return write(_Exporter(database, actor).export(in_lists=in_lists))


def size_of(connection: Connection, actor: Actor) -> int:
    """How many tasks are exported, those in the trash apart."""
    counted = select(func.count()).where(_TASKS.c.user_id == USER_ID, _TASKS.c.deleted_at.is_(None))
    return connection.scalar(counted, bound_to(actor)) or 0


class _One(NamedTuple):
    """A task and the row that it was read from."""

    row: Any
    task: ImportedTask


class _Exporter:
    def __init__(self, database: Database, actor: Actor) -> None:
        self._database, self._bound = database, bound_to(actor)
        # Keys by id.
        self._lists: dict[int, str] = {}
        self._labels: dict[int, str] = {}

    def export(self, *, in_lists: bool) -> Export:
        """In the order of lists what is not deleted; otherwise everything, in the order of keys."""
        lists, labels, settings = self._read(self._names)
        return Export(lists, labels, self._by_list() if in_lists else self._by_key(), settings)

    def _names(self, connection: Connection) -> Any:
        def rows(table: Any, *order: Any) -> Sequence[Any]:
            return connection.execute(
                select(table).where(table.c.user_id == USER_ID).order_by(*order), self._bound
            ).all()

        found = rows(_LISTS, _LISTS.c.position, _LISTS.c.idempotency_key)
        self._lists = {row.id: row.idempotency_key for row in found}
        lists = {row.idempotency_key: self._list(row) for row in found}
        marks = rows(_LABELS, _LABELS.c.created_at, _LABELS.c.idempotency_key)
        self._labels = {row.id: row.idempotency_key for row in marks}
        labels = {row.idempotency_key: _label(row) for row in marks}
        settings = connection.execute(
            select(_PREFERENCES).where(_PREFERENCES.c.user_id == USER_ID), self._bound
        ).first()
        known = {name: value for name, value in settings._mapping.items() if name != "user_id"} if settings else None
        return lists, labels, known

    def _list(self, row: Any) -> ImportedList:
        exact = {name: getattr(row, name) for name in (*_TIMES, "position", "archived_at")}
        parent = self._lists.get(row.parent_id)
        return ImportedList(0, row.idempotency_key, row.name, parent, row.is_section, row.colour, exact)

    def _by_key(self) -> Iterator[ImportedTask]:
        batch = self._read(self._tasks, _BY_KEY)
        while batch:
            yield from (one.task for one in batch)
            batch = self._read(self._tasks, _BEHIND_KEY, key=batch[-1].row.idempotency_key)

    def _by_list(self) -> Iterator[ImportedTask]:
        """Lists in their order, the Inbox first; steps behind their task."""
        for list_id in (None, *self._lists):
            in_list = _IN_LIST.where(_TASKS.c.list_id.is_(None) if list_id is None else _TASKS.c.list_id == _LIST)
            values = {} if list_id is None else {"list": list_id}
            batch = self._read(self._with_steps, in_list, **values)
            while batch:
                yield from (one.task for one in batch)
                last = [one.row for one in batch if one.row.parent_id is None][-1]
                behind = in_list.where(_BEHIND)
                batch = self._read(self._with_steps, behind, **values, position=last.position, id=last.id)

    def _with_steps(self, connection: Connection, statement: Select[Any], **values: Any) -> list[_One]:
        tops = self._tasks(connection, statement, **values)
        below: dict[int, list[_One]] = {}
        ids = [one.row.id for one in tops]
        for level in range(1, MOST_LEVELS):
            steps = self._tasks(connection, _STEPS, parents=ids) if ids else []
            for step in steps:
                step.task.level = level
                below.setdefault(step.row.parent_id, []).append(step)
            ids = [step.row.id for step in steps]
        return [one for top in tops for one in _flat(top, below)]

    def _tasks(self, connection: Connection, statement: Any, **values: Any) -> list[_One]:
        rows = connection.execute(statement, {**self._bound, **values}).all()
        ids = {**self._bound, "ids": [row.id for row in rows]}
        marks: dict[int, list[str]] = {}
        reminders: dict[int, list[ImportedReminder]] = {}
        if rows:
            for task_id, label_id in connection.execute(_LABELS_OF, ids):
                marks.setdefault(task_id, []).append(self._labels.get(label_id, ""))
            for one in connection.execute(_REMINDERS_OF, ids):
                reminders.setdefault(one.task_id, []).append(_reminder(one))
        return [_One(row, self._task(row, marks.get(row.id, []), reminders.get(row.id, []))) for row in rows]

    def _task(self, row: Any, labels: Sequence[str], reminders: Sequence[ImportedReminder]) -> ImportedTask:
        task = ImportedTask(0, row.title, row.idempotency_key, row.parent_key, row.description or "")
        task.list_key, task.labels = self._lists.get(row.list_id), tuple(sorted(filter(None, labels)))
        for name in (
            "priority",
            "completed",
            "completed_at",
            "created_at",
            "start_on",
            "due_on",
            "due_time",
            "due_zone",
        ):
            setattr(task, name, getattr(row, name))
        task.reminders, task.kept = tuple(reminders), dict(row.kept or {})
        if row.repeat_rule:
            task.repeat = ImportedRepeat(
                row.repeat_rule, row.repeat_mode, row.repeat_until, row.repeat_left, row.repeat_anchor
            )
        exact = {name: getattr(row, name) for name in (*_TIMES, "position", "day_position", "due_at")}
        task.exact = {**exact, "series": row.series_key}
        return task

    def _read(self, work: Callable[..., Any], *arguments: Any, **values: Any) -> Any:
        with self._database.connect(transaction=False) as connection:
            return work(connection, *arguments, **values)


def _flat(one: _One, below: Mapping[int, Sequence[_One]]) -> Iterator[_One]:
    yield one
    for step in below.get(one.row.id, ()):
        yield from _flat(step, below)


def _label(row: Any) -> ImportedLabel:
    exact = {name: getattr(row, name) for name in _TIMES}
    return ImportedLabel(0, row.idempotency_key, row.name, row.colour, exact)


def _reminder(row: Any) -> ImportedReminder:
    """Of one before the due date the time follows from that."""
    at = row.at if row.minutes_before is None else None
    times = (row.created_at, row.sent_at, row.dismissed_at)
    return ImportedReminder(row.minutes_before, row.day_time, at, row.idempotency_key, *times)
