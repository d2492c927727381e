"""What a user can do with tasks, beside what they can do with any record."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable
from sqlmodel import SQLModel

from web.db.dialects import dialect_of
from web.db.search import Search
from web.domain.errors import CannotUndo, NeedsTransaction, NotFound, NotPossible
from web.domain.timestamps import utc_now
from web.models.base import Changes, table_of, values_of
from web.models.event import Event
from web.models.task import Task, TaskRow
from web.models.task_drafts import NewTask
from web.models.task_query import TaskQuery
from web.services import task_dates
from web.services import task_statements as statements
from web.services.access import bound_to, including_deleted
from web.services.occurrences import Effect, Occurrences, reopening
from web.services.paging import Counts, Listing, bind_params, counts_from, counts_of, listing_of, page_of
from web.services.record_statements import cached_logged_write
from web.services.record_values import json_value, key_of, known_id
from web.services.records import EditConflict, Records
from web.services.reminders import Reminders
from web.services.search import limited, search_for
from web.services.steps import Steps
from web.services.task_labels import TaskLabels, possible

DUE = ("due_on", "due_time", "due_zone", "due_at")


class Tasks(Records[Task]):
    """One user's tasks. Its holder can reach no other user's: every query starts from the owner."""

    model = Task
    more_fields = ("labels",)
    effect = Effect()
    # The counts after a change of this unit of work, where the change itself told them.
    _counts: Counts | None = None

    def list(self, query: TaskQuery, size: int | None = None) -> Listing:
        """One page of the view, and how many tasks it holds."""
        size = size or query.size
        search, cursor = self.search(query), bind_params(query)
        page = page_of(query.sort, query.shown_status, bool(cursor), search.narrow if search else None)
        return listing_of(self.searched(search, page, size=size + 1, **cursor), query, size)

    def counts(self, query: TaskQuery) -> Counts:
        """How many tasks match the view's search, by status."""
        if self._counts and not query.terms:
            return self._counts
        search = self.search(query)
        return counts_from(self.searched(search, counts_of(search.narrow if search else None))[0], query)

    def add(self, draft: SQLModel, key: str) -> Task:
        """As for any record; a `NewTask` may name its list, parent, dates, repeat and labels.

        `effect.changed` says whether it is new. Raises NotFound for a list, parent or label of another user,
        NotPossible for a repeat that gives no date.
        """
        values = values_of(draft)
        return self.add_under(draft, key_of(key, values)) if isinstance(draft, NewTask) else super().add(draft, key)

    def add_under(self, draft: NewTask, stored_key: str) -> Task:
        """As `add`, under a key that follows from what the form said where the draft follows from more than that."""
        values = values_of(draft)
        labels, done = values.pop("labels"), values.pop("is_done")
        task, is_new = self.insert(
            self._placed(values) | task_dates.of_new(values, self.actor.preferences, utc_now(), done=done), stored_key
        )
        self.effect = Effect(changed=is_new)
        if is_new and labels:
            self._labels.write(task, [], possible(labels))
        if is_new:
            Reminders(self.connection, self.actor).add_default(task)
        return task

    def complete(self, task_id: int, due_on: date | None = None) -> TaskRow:
        """Idempotent; for a plain task one round trip on PostgreSQL: the change, its event and the counts.

        A repeating task moves to its next date and leaves a completed copy, once for each operation, and only while it
        is due on `due_on` where that is given. Open steps are completed too. `effect` says what happened.
        """
        return self._mark(task_id, due_on, completed=True)

    def reopen(self, task_id: int) -> TaskRow:
        """Idempotent. The tasks that it is a step of are opened too."""
        return self._mark(task_id, completed=False)

    def skip(self, task_id: int, due_on: date | None = None) -> Task:
        """Leave out this occurrence of a repeating task; as completing, without a copy. Raises NotPossible."""
        task = self.any(task_id)
        if task.repeat_rule is None or task.completed or task.deleted_at:
            raise NotPossible("Only a repeating task can be skipped.")
        return Occurrences(self).skip(task, utc_now(), due_on)

    def set_labels(self, task_id: int, label_ids: Sequence[int], version: int) -> Task:
        """The labels that the task has from now on. Raises EditConflict where they changed after `version`."""
        task = self.any(task_id)
        before = self.labels_of(task)
        kept, new = set(before) & set(label_ids), set(label_ids) - set(before)
        after = sorted(kept | set(self._labels.known(new)))
        if before == after:
            return task
        if version != task.version and "labels" in self.changed_since(task, version):
            raise EditConflict(task, ["labels"], ["labels"])
        return self.change(task, "edit", {"labels": (before, after)})

    def labels_of(self, task: Task) -> Sequence[int]:
        """The ids of its labels, in order."""
        return self._labels.of(task)

    def delete(self, record_id: int, undoes: str | None = None) -> Task:
        """Soft delete, together with its steps. Idempotent."""
        self._counts = None
        row = self._delete(statements.DELETE, record_id, undoes)
        if row is None:
            return self._one(including_deleted(Task), record_id)
        task = self._made(row)
        steps = [step for step in self._below(task) if not step.deleted_at] if row.has_steps else []
        for step in steps:
            self.change(step, "delete", {"deleted_at": (None, task.deleted_at)}, undoes)
        self.effect = Effect(len(steps))
        return task

    def restore(self, record_id: int) -> Task:
        """With the steps that were deleted with it, and the tasks that it is a step of. Idempotent.

        Into the Inbox where its list is in the trash.
        """
        task, *below = Steps(self.connection, self.actor).family(record_id)
        if task.deleted_at is None:
            return task
        family = [task, *(step for step in below if step.deleted_at == task.deleted_at)]
        family += [parent for parent in Steps(self.connection, self.actor).above(task) if parent.deleted_at]
        leaves_list = task.list_id is not None and self._is_in_trash(task.list_id)
        for one in family:
            self.bring_back(one, {"list_id": (one.list_id, None)} if leaves_list else {})
        return task

    def finish(self, task: Task, action: str, now: datetime) -> Task:
        """Complete a task for good, and its open steps but for those that repeat."""
        steps = [step for step in self._below(task) if not (step.completed or step.deleted_at or step.repeat_rule)]
        for step in steps:
            self.change(step, "complete", {"completed": (False, True), "completed_at": (None, now)})
        self.effect = Effect(len(steps))
        return self.change(task, action, {"completed": (False, True), "completed_at": (None, now)})

    def copy_labels(self, task: Task, copy: Task) -> None:
        self._labels.copy(task, copy)

    def change(self, record: Task, action: str, changes: Changes, undoes: str | None = None) -> Task:
        """Labels and reminders follow."""
        self._counts = None
        self.effect = self.effect._replace(changed=self.effect.changed or bool(changes))
        task = super().change(record, action, changes, undoes)
        if "labels" in changes:
            self._labels.write(task, *changes["labels"])
        if not changes.keys().isdisjoint(DUE):
            Reminders(self.connection, self.actor).follow(task, action, changes)
        return task

    def implied(self, record: Task, changes: Changes) -> Changes:
        """Raises NotPossible for a start after the due date; the start of a repeat moves along with the due date."""
        edited = {name: after for name, (_, after) in changes.items()}
        if "start_on" in edited or ("due_on" in edited and not record.repeat_rule):
            start_on, due_on = edited.get("start_on", record.start_on), edited.get("due_on", record.due_on)
            task_dates.require_start_before_due(start_on, due_on, self.actor.preferences, utc_now())
        implied = task_dates.implied(record, edited, self.actor.preferences, utc_now())
        # What was edited gives way to what it implies, even to the value it had.
        given_way = {name: (getattr(record, name), value) for name, value in implied.items() if name in edited}
        return record.differences(implied) | given_way

    def undo(self, record_id: int, action: str, changes: Changes, operation: str) -> Task:
        if action == "occurrence":
            copy = self.any(record_id)
            Occurrences(self).remove_copy(copy)
            return copy
        if action == "undo" and "repeat_rule" in changes and "due_on" in changes:
            raise CannotUndo("", "Complete the task again instead.")
        return super().undo(record_id, action, changes, operation)

    def put_back(self, record: Task, values: dict[str, Any], operation: str) -> Task:
        list_id = values.get("list_id", record.list_id)
        returns = "list_id" in values or ("deleted_at" in values and values["deleted_at"] is None)
        if list_id is not None and returns and self._is_in_trash(list_id):
            raise CannotUndo("", "Its list is in the trash, so this cannot be undone.")
        if values.get("parent_id") is not None:
            Steps(self.connection, self.actor).require_parent(record, lambda: self.get(values["parent_id"]))
        if values.get("completed") and "completed_at" not in values:
            # Reopening in one statement does not read what it clears.
            completed_at = self.connection.scalar(statements.LAST_COMPLETION, self._values(record_id=record.id))
            values = {**values, "completed_at": json_value(completed_at or record.updated_at)}
        return super().put_back(record, values, operation)

    def value_of(self, record: Task, name: str) -> Any:
        return self.labels_of(record) if name == "labels" else super().value_of(record, name)

    def typed(self, name: str, value: Any) -> Any:
        return value if name == "labels" else super().typed(name, value)

    def marked(self, statement: Any, task_id: int, *, completed: bool) -> Any:
        """The row that MARK, or MARK_WITH_DETAILS, returns; None where one statement could not do it."""
        write, now = cached_logged_write(statement, table_of(Event), dialect_of(self.connection)), utc_now()
        times: Changes = {"completed_at": (None, now)} if completed else {}
        event = self._event("complete" if completed else "reopen", {"completed": (not completed, completed), **times})
        return write.run(self.connection, self._values(record_id=known_id(task_id), now=now), event)

    def _mark(self, task_id: int, due_on: date | None = None, *, completed: bool) -> TaskRow:
        row = self.marked(statements.MARK[completed], task_id, completed=completed)
        if row is None:
            return self.mark_with_others(task_id, completed=completed, due_on=due_on)
        *task, pending, done = row
        change = (1 if completed else -1) if row.parent_id is None else 0
        self._counts = Counts(all=pending + done, completed=done + change)
        self.effect = Effect(changed=True)
        return TaskRow(*task)

    def mark_with_others(self, task_id: int, *, completed: bool, due_on: date | None) -> TaskRow:
        """What one statement could not do: a repeating task, one with open steps, a step of a completed task."""
        row = self._row(task_id)
        if row.completed == completed:
            return row
        if not dialect_of(self.connection).in_transaction(self.connection):
            raise NeedsTransaction
        task, now = self.any(task_id), utc_now()
        if completed and task.repeat_rule and not task.completed:
            before = task.due_on
            moved = Occurrences(self).complete(task, now, due_on)
            self.effect = self.effect._replace(moved_on=not moved.completed and moved.due_on != before)
        elif completed and not task.completed:
            self.finish(task, "complete", now)
        elif not completed:
            self._open(task)
        row = self._row(task_id)
        self.effect = self.effect._replace(changed=row.completed == completed)
        return row

    def _open(self, task: Task) -> None:
        for one in (task, *Steps(self.connection, self.actor).above(task)):
            if one.completed and not one.deleted_at:
                self.change(one, "reopen", reopening(one))

    def _placed(self, values: dict[str, Any]) -> dict[str, Any]:
        """Where a new task stands: a step is in the list of its parent."""
        if values["parent_id"] is not None:
            parent = self.any(values["parent_id"])
            if parent.deleted_at:
                raise NotFound
            Steps(self.connection, self.actor).require_room(parent, 0)
            self.require_list(parent.list_id)
            return values | {"list_id": parent.list_id}
        self.require_list(values["list_id"])
        return values

    def require_list(self, list_id: int | None) -> None:
        """Raises NotFound unless tasks can be moved there; None is the Inbox."""
        if list_id is not None and self._is_in_trash(list_id):
            raise NotFound

    def _is_in_trash(self, list_id: int) -> bool:
        rows = self._rows(statements.LIST, list=known_id(list_id))
        if not rows:
            raise NotFound
        return rows[0].deleted_at is not None

    @property
    def _labels(self) -> TaskLabels:
        return TaskLabels(self.connection, self.actor)

    def _below(self, task: Task) -> Sequence[Task]:
        return Steps(self.connection, self.actor).below(task)

    def _row(self, task_id: int) -> TaskRow:
        rows = self._rows(statements.ONE_ROW, record_id=known_id(task_id))
        if not rows:
            raise NotFound
        return TaskRow(*rows[0])

    def search(self, query: TaskQuery) -> Search | None:
        """What narrows a statement to the words of the query; None without any."""
        return search_for(self.connection, self.actor.user_id, query.terms)

    def searched(self, search: Search | None, statement: Executable, **values: Any) -> Sequence[Any]:
        """As `_rows`; a search has a deadline, and one user may run only a few at once."""
        with limited(self.connection, self.actor.user_id) if search else nullcontext():
            return self._rows(statement, **(search.params if search else {}), **values)

    def _rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        return self.connection.execute(statement, self._values(**values)).all()

    def _values(self, **values: Any) -> dict[str, Any]:
        return {**bound_to(self.actor), **values}
