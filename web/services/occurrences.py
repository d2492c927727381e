"""Completing and skipping an occurrence of a repeating task: one row lives on, what was completed becomes a copy."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import bindparam, delete, exists, select

from web.domain import repeating
from web.domain.errors import CannotUndo
from web.domain.repeating import Completion
from web.models.base import Changes, table_of
from web.models.event import Event
from web.models.task import Task
from web.services.access import USER_ID, bound_to
from web.services.record_values import json_value
from web.services.records import Service
from web.services.steps import Steps
from web.services.task_dates import moved_to, repeat_of

if TYPE_CHECKING:
    from web.services.tasks import Tasks

_TASKS, _EVENTS = table_of(Task), table_of(Event)
# What the copy has of the task.
COPIED = (
    *("title", "description", "list_id", "priority", "position"),
    *("start_on", "due_on", "due_time", "due_zone", "due_at"),
)
_HAS_RUN = select(
    exists().where(
        _EVENTS.c.user_id == USER_ID,
        _EVENTS.c.operation == bindparam("operation"),
        _EVENTS.c.subject == str(Task.__tablename__),
        _EVENTS.c.subject_id == bindparam("record_id"),
    )
)
_REMOVE = delete(_TASKS).where(_TASKS.c.user_id == USER_ID, _TASKS.c.id == bindparam("record_id"))


class Effect(NamedTuple):
    """What the last change did beside the task itself: how many steps went along, and whether a repeat moved on.

    `changed` says whether anything was written; of adding a `NewTask`, completing and reopening whether the task was
    not so before.
    """

    steps: int = 0
    moved_on: bool = False
    changed: bool = False


class Occurrences(Service):
    """Works on a task that `tasks`, the service it belongs to, has locked."""

    def __init__(self, tasks: "Tasks") -> None:
        super().__init__(tasks.connection, tasks.actor)
        self.tasks = tasks

    def complete(self, task: Task, now: datetime, due_on: date | None = None) -> Task:
        """The task on its next date, or completed for good where there is none.

        Nothing happens where it is no longer due on `due_on`, or where the operation has done so already: a form that
        is sent twice completes one occurrence.
        """
        if self._is_over(task, due_on):
            return task
        completion = repeating.complete(repeat_of(task, self.actor.preferences), now)
        if completion.next is not None:
            self._copy(task, now)
        return self._move(task, "complete", completion, now)

    def skip(self, task: Task, now: datetime, due_on: date | None = None) -> Task:
        """As completing, without a copy."""
        if self._is_over(task, due_on):
            return task
        return self._move(task, "skip", repeating.skip(repeat_of(task, self.actor.preferences), now), now)

    def remove_copy(self, copy: Task) -> None:
        """Take back a completed occurrence, for good. Raises CannotUndo where it has changed since."""
        since = self.tasks.changed_since(copy, 1)
        # It follows from `completed`.
        since.pop("completed_at", None)
        if copy.deleted_at or any(json_value(self.tasks.value_of(copy, name)) != was for name, was in since.items()):
            raise CannotUndo("", "The completed task has changed since, so this cannot be undone.")
        self.connection.execute(_REMOVE, {**bound_to(self.actor), "record_id": copy.id})

    def _is_over(self, task: Task, due_on: date | None) -> bool:
        if due_on is not None and task.due_on != due_on:
            return True
        values = {**bound_to(self.actor), "operation": self.actor.operation, "record_id": task.id}
        return bool(self.connection.scalar(_HAS_RUN, values))

    def _copy(self, task: Task, now: datetime) -> None:
        values = {name: getattr(task, name) for name in COPIED}
        values |= {"completed": True, "completed_at": now, "series_id": task.id}
        steps = self._steps(task)
        done = sum(step.completed for step in steps)
        noted = {"steps": (done, len(steps))} if steps else {}
        key = str(uuid5(NAMESPACE_URL, f"{self.actor.operation} {task.id} {task.due_on}"))
        copy, is_new = self.tasks.insert(values, key, "occurrence", noted)
        if is_new:
            self.tasks.copy_labels(task, copy)

    def _move(self, task: Task, action: str, completion: Completion, now: datetime) -> Task:
        if completion.next is None:
            return self.tasks.finish(task, action, now)
        self._reopen_steps(task)
        values = moved_to(completion.next, task, self.actor.preferences)
        # The rule stands in the event, so that an undo is refused once it is another one.
        changes = {**task.differences(values), "repeat_rule": (task.repeat_rule, task.repeat_rule)}
        return self.tasks.change(task, action, changes)

    def _reopen_steps(self, task: Task) -> None:
        for step in Steps(self.connection, self.actor).below(task):
            if step.completed and not step.deleted_at:
                self.tasks.change(
                    step, "reopen", {"completed": (True, False), "completed_at": (step.completed_at, None)}
                )

    def _steps(self, task: Task) -> Sequence[Task]:
        below = Steps(self.connection, self.actor).below(task)
        return [step for step in below if step.parent_id == task.id and not step.deleted_at]


def reopening(task: Task) -> Changes:
    """What reopening a completed task changes."""
    return {"completed": (True, False), "completed_at": (task.completed_at, None)}
