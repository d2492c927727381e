"""Writes and removes the tasks of an import, some at a time: each batch is a few statements, whatever its size."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, update

from web.db.ddl import random_uuid
from web.db.dialects import dialect_of
from web.db.one_of import one_of
from web.domain.lengths import MOST_LEVELS
from web.formats.imported import ImportedTask
from web.models.base import table_of
from web.models.event import Event
from web.models.import_run import ImportedRow
from web.models.label import Label
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.services.access import USER_ID, bound_to
from web.services.import_rows import UNLINKED, imported_row, reminder_rows, task_row
from web.services.records import Service

# Rows of a transaction: on SQLite other writers wait meanwhile.
BATCH = 500
_TASKS, _ROWS, _LISTS, _LABELS = (table_of(model) for model in (Task, ImportedRow, List, Label))
_MARKS, _EVENTS = table_of(TaskLabel), table_of(Event)
_IDS: Any = bindparam("ids")
_BY_KEY = select(_TASKS.c.idempotency_key, _TASKS.c.id, _TASKS.c.list_id, _TASKS.c.deleted_at).where(
    _TASKS.c.user_id == USER_ID, _TASKS.c.idempotency_key.in_(bindparam("keys", expanding=True))
)
_OF_IMPORT = (
    select(_ROWS.c.task_id)
    .where(_ROWS.c.user_id == USER_ID, _ROWS.c.import_id == bindparam("import"))
    .order_by(_ROWS.c.task_id)
    .limit(BATCH)
)
_THESE = (_TASKS.c.user_id == USER_ID, one_of(_TASKS.c.id, "ids"))


class ImportBatches(Service):
    """For one import, in the transaction of its caller."""

    def write(
        self,
        import_id: int,
        batch: Sequence[ImportedTask],
        first: int,
        at: datetime,
        ids: Mapping[str, Mapping[str, int]],
        identity_of: Callable[[str], str],
    ) -> int:
        """Tasks that are not there yet; how many were there. `first` numbers them within the import.

        `ids` has lists and labels by their keys, `identity_of` gives the key of a task around one.
        """
        numbered = list(enumerate(batch, start=first))
        known = 0
        for _, level in groupby(numbered, key=lambda one: one[1].level):
            known += self._write_level(import_id, list(level), at, ids, identity_of)
        return known

    def _write_level(
        self,
        import_id: int,
        numbered: Sequence[tuple[int, ImportedTask]],
        at: datetime,
        ids: Mapping[str, Mapping[str, int]],
        identity_of: Callable[[str], str],
    ) -> int:
        parents = {task.parent: identity_of(task.parent) for _, task in numbered if task.parent}
        known = self._by_key([*(task.identity for _, task in numbered), *parents.values()])
        new = [(number, task) for number, task in numbered if task.identity not in known]
        rows = []
        for number, task in new:
            row = task_row(task, self.actor.preferences, at, number)
            above = known.get(parents.get(task.parent or "", ""))
            if above and (above.deleted_at is None or row["deleted_at"]):
                row |= {"parent_id": above.id, "list_id": above.list_id}
            else:
                row |= {"parent_id": None, "list_id": ids["lists"].get(task.list_key or "")}
            rows.append(row)
        self._insert(_TASKS, rows)
        made = self._by_key([task.identity for _, task in new])
        self._write_others(import_id, [task for _, task in new], rows, made, ids["labels"], at)
        return len(numbered) - len(new)

    def link_series(self, tasks: Iterable[ImportedTask]) -> None:
        """Completed occurrences to the repeating tasks that they came from; only those that are not linked yet.

        `updated_at` goes on to what the file says, so that no trigger moves it.
        """
        linked = {task.identity: task for task in tasks}
        known = self._by_key([*linked, *(task.exact["series"] for task in linked.values())])
        for key, task in linked.items():
            series, at = known.get(task.exact["series"]), task.exact["updated_at"]
            if key in known and key != task.exact["series"]:
                values = {"series_id": series.id if series else None, "updated_at": at}
                of_it = (
                    _TASKS.c.user_id == USER_ID,
                    _TASKS.c.id == known[key].id,
                    _TASKS.c.updated_at == at - UNLINKED,
                )
                self.connection.execute(update(_TASKS).where(*of_it).values(values), self._bound)

    def remove(self, import_id: int) -> int:
        """Remove tasks of the import for good, as if it had not been; how many there were, 0 at the end."""
        ids = self._ids(import_id)
        if ids:
            values = {**self._bound, "ids": ids}
            of_them = (_EVENTS.c.user_id == USER_ID, _EVENTS.c.subject == "tasks", one_of(_EVENTS.c.subject_id, "ids"))
            self.connection.execute(delete(_EVENTS).where(*of_them), values)
            self.connection.execute(delete(_TASKS).where(*_THESE), values)
        return len(ids)

    def take_back(self, import_id: int, at: datetime) -> int:
        """Put tasks of the import into the trash, with their steps; how many there were, 0 at the end.

        Their keys are free again: the same file may be imported once more.
        """
        ids = self._ids(import_id)
        if not ids:
            return 0
        values = {**self._bound, "ids": ids}
        self.connection.execute(update(_TASKS).where(*_THESE).values(idempotency_key=random_uuid()), values)
        below: Sequence[int] = ids
        for _ in range(MOST_LEVELS):
            these = {**self._bound, "ids": below}
            live = update(_TASKS).where(*_THESE, _TASKS.c.deleted_at.is_(None)).values(deleted_at=at)
            self.connection.execute(live, these)
            steps = select(_TASKS.c.id).where(
                _TASKS.c.user_id == USER_ID, one_of(_TASKS.c.parent_id, "ids"), _TASKS.c.deleted_at.is_(None)
            )
            below = self.connection.scalars(steps, these).all()
            if not below:
                break
        freed = update(_ROWS).where(_ROWS.c.user_id == USER_ID, one_of(_ROWS.c.task_id, "ids")).values(import_id=None)
        self.connection.execute(freed, values)
        return len(ids)

    def remove_names(self, made: Mapping[str, Sequence[int]], at: datetime | None) -> None:
        """Remove the lists and labels that the import made and nothing uses; with `at` they go into the trash."""
        used = exists().where(
            _MARKS.c.label_id == _LABELS.c.id, _MARKS.c.task_id == _TASKS.c.id, _TASKS.c.deleted_at.is_(None)
        )
        self._remove_unused(_LABELS, ~used, made.get("labels", ()), at)
        inner = _LISTS.alias()
        has_tasks = exists().where(_TASKS.c.list_id == _LISTS.c.id, _TASKS.c.deleted_at.is_(None))
        has_lists = exists().where(inner.c.parent_id == _LISTS.c.id, inner.c.deleted_at.is_(None))
        for _ in range(MOST_LEVELS):
            self._remove_unused(_LISTS, ~has_tasks & ~has_lists, made.get("lists", ()), at)

    def _remove_unused(self, table: Any, is_unused: Any, ids: Sequence[int], at: datetime | None) -> None:
        these = (table.c.user_id == USER_ID, one_of(table.c.id, "ids"), is_unused)
        statement: Any = delete(table).where(*these)
        if at is not None:
            keyed = {"deleted_at": at, "idempotency_key": random_uuid()}
            statement = update(table).where(*these, table.c.deleted_at.is_(None)).values(keyed)
        self.connection.execute(statement, {**self._bound, "ids": list(ids)})

    def count_known(self, keys: Sequence[str]) -> int:
        """How many of these tasks are there, deleted ones too."""
        counted = select(func.count()).where(
            _TASKS.c.user_id == USER_ID, _TASKS.c.idempotency_key.in_(bindparam("keys", expanding=True))
        )
        return self.connection.scalar(counted, {**self._bound, "keys": keys}) or 0

    def _write_others(
        self,
        import_id: int,
        tasks: Sequence[ImportedTask],
        rows: Sequence[Mapping[str, Any]],
        made: Mapping[str, Any],
        labels: Mapping[str, int],
        at: datetime,
    ) -> None:
        marks, reminders, sources = [], [], []
        for task, row in zip(tasks, rows, strict=True):
            of = {"task_id": made[task.identity].id}
            sources.append({**of, "import_id": import_id, **imported_row(task)})
            marks += [{**of, "label_id": labels[key]} for key in task.labels if key in labels]
            reminders += [{**of, **one} for one in reminder_rows(task, row, self.actor.preferences, at)]
        self._insert(_ROWS, sources)
        self._insert(_MARKS, [dict(pair) for pair in dict.fromkeys(tuple(mark.items()) for mark in marks)])
        self._insert(table_of(Reminder), reminders)

    def _insert(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            rows_of_user = [{**row, "user_id": self.actor.user_id} for row in rows]
            self.connection.execute(dialect_of(self.connection).insert(table).on_conflict_do_nothing(), rows_of_user)

    def _by_key(self, keys: Sequence[str]) -> dict[str, Any]:
        found = self.connection.execute(_BY_KEY, {**self._bound, "keys": list(dict.fromkeys(keys))})
        return {row.idempotency_key: row for row in found}

    def _ids(self, import_id: int) -> Sequence[int]:
        return self.connection.scalars(_OF_IMPORT, {**self._bound, "import": import_id}).all()

    @property
    def _bound(self) -> dict[str, Any]:
        return bound_to(self.actor)
