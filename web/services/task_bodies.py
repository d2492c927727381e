"""Tasks as programs read and write them: all fields at once, by the services that the pages use too."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from operator import attrgetter
from typing import Any

from pydantic import ValidationError

from web.db.dialects import dialect_of
from web.domain.errors import InvalidField, NeedsTransaction, NotFound
from web.models.base import values_of
from web.models.label import Label
from web.models.task import Task, TaskOut, TaskRow
from web.models.task_body import NewTaskBody, QuickAddBody, TaskBody, TaskFilter
from web.models.task_drafts import NewTask, QuickLine
from web.services.labels import Labels
from web.services.ordering import Ordering
from web.services.overview import NO_DETAIL, Overviews
from web.services.paging import Listing, listing_of, page_of
from web.services.quick_add import QuickAdd
from web.services.records import Service
from web.services.task_filters import filter_of, narrowed
from web.services.task_statements import MARK_WITH_DETAILS
from web.services.tasks import Tasks

# What is a column of the task.
_FIELDS = [name for name in TaskBody.model_fields if name not in ("labels", "completed", "list_id")]
# The fields of TaskOut up to those that are no columns, in order.
_values = attrgetter(*(name for name in TaskOut.__struct_fields__ if name not in ("labels", "steps", "steps_done")))


class TaskBodies(Service):
    """One user's tasks for programs."""

    def list(self, wanted: TaskFilter) -> Listing:
        """One page of the tasks that are wanted, and how many there are. One statement."""
        view = filter_of(wanted, self.actor)
        tasks = self._tasks
        search = tasks.search(view.query)
        narrow = narrowed(view.conditions, search.narrow if search else None)
        archived = "list" in view.conditions
        page = page_of(view.query.sort, view.query.shown_status, bool(view.cursor), narrow, archived)
        rows = tasks.searched(search, page, size=wanted.limit + 1, **view.params, **view.cursor)
        return listing_of(rows, view.query, wanted.limit)

    def outs(self, rows: Sequence[Task | TaskRow]) -> Sequence[TaskOut]:
        """What programs read of these tasks. One statement; none without tasks."""
        details = Overviews(self.connection, self.actor).details(rows)
        found = ((row, details.get(row.id or 0, NO_DETAIL)) for row in rows)
        return [_out(row, (label.id for label in detail.labels), detail) for row, detail in found]

    def out(self, task: Task | TaskRow) -> TaskOut:
        """One statement."""
        return self.outs([task])[0]

    def add(self, body: NewTaskBody, key: str) -> Task:
        """Raises InvalidField for a list, a parent or a label that there is not, NotPossible as `Tasks.add`."""
        self._require_labels(body.labels)
        values = values_of(body)
        done = values.pop("completed")
        with _naming("parent_id" if body.parent_id else "list_id", "There is no such list or task."):
            task = self._tasks.add(NewTask.model_construct(**{**_NEW, **values}), key)
        return self._completed(task, done)

    def add_line(self, body: QuickAddBody, key: str) -> Task:
        """Raises InvalidField where the line is no task, and NotPossible as `QuickAdd.add`."""
        try:
            return QuickAdd(self.connection, self.actor).add(QuickLine(title=body.line), key)
        except ValidationError as problem:
            raise InvalidField("line", str(problem.errors()[0]["ctx"]["error"])) from problem

    def revise(self, task_id: int, revised: Callable[[TaskBody], TaskBody], expected: Collection[int] | None) -> Task:
        """Give the task the fields that `revised` makes of those it has. Raises as `Records.revise` and `add`."""
        tasks = self._tasks
        task = tasks.expect(task_id, expected)
        labels = tuple(tasks.labels_of(task))
        stored = {name: getattr(task, name) for name in (*_FIELDS, "list_id")}
        body = revised(TaskBody.model_construct(**stored, labels=labels, completed=None))
        self._require_labels(set(body.labels) - set(labels))
        changes = task.differences({name: value for name, value in values_of(body).items() if name in _FIELDS})
        task = tasks.change(task, "edit", changes | tasks.implied(task, changes))
        tasks.set_labels(task_id, body.labels, task.version)
        self._move(task, body.list_id)
        return self._completed(task, body.completed)

    def mark(
        self, task_id: int, expected: Collection[int] | None, *, completed: bool, due_on: date | None = None
    ) -> TaskOut:
        """Complete or reopen as `Tasks.complete`; a plain task in one round trip on PostgreSQL, details included.

        Raises NotFound, StaleVersion.
        """
        tasks = self._tasks
        if expected is not None:
            if not dialect_of(self.connection).in_transaction(self.connection):
                raise NeedsTransaction
            tasks.expect(task_id, expected)
        row = tasks.marked(MARK_WITH_DETAILS[completed], task_id, completed=completed)
        if row is None:
            return self.out(tasks.mark_with_others(task_id, completed=completed, due_on=due_on))
        return _out(row, map(int, row.label_ids.split(",")) if row.label_ids else (), row)

    def _move(self, task: Task, list_id: int | None) -> None:
        """A step without a list stays where its task is."""
        if list_id == task.list_id or (list_id is None and task.parent_id is not None):
            return
        with _naming("list_id", "There is no such list."):
            Ordering(self.connection, self.actor).to_list(task.id or 0, list_id)

    def _completed(self, task: Task, completed: bool | None) -> Task:
        """The task as it is now: each service has read it by itself."""
        tasks = self._tasks
        if completed is not None and completed != task.completed:
            (tasks.complete if completed else tasks.reopen)(task.id or 0)
        return tasks.get(task.id or 0)

    def _require_labels(self, ids: Collection[int]) -> None:
        if ids:
            known = {label.id for label in Labels(self.connection, self.actor).all()}
            if unknown := sorted(set(ids) - known):
                raise InvalidField("labels", f"There is no {Label.__name__.lower()} {unknown[0]}.")

    @property
    def _tasks(self) -> Tasks:
        return Tasks(self.connection, self.actor)


# What a program does not say of a new task.
_NEW: dict[str, Any] = {"is_done": False, "repeat_anchor": None}


def _out(row: Any, label_ids: Iterable[int], detail: Any) -> TaskOut:
    """`detail` has the numbers of its steps."""
    values = (*_values(row), tuple(sorted(label_ids)), detail.steps, detail.steps_done)
    return TaskOut(*values)


@contextmanager
def _naming(field: str, sentence: str) -> Iterator[None]:
    """What is not found is named by a field of the body: the task itself has been found."""
    try:
        yield
    except NotFound as problem:
        raise InvalidField(field, sentence) from problem
