"""Order by hand on the page of a day: tasks with a time come first, by it, then the others as the user puts them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, String, and_, bindparam, or_, select, true, update

from web.domain.errors import NotFound, NotPossible
from web.domain.ordering import InvalidPosition, key_between, keys_between, needs_renumbering
from web.domain.timestamps import utc_now
from web.models.task import Task
from web.models.task_drafts import DueDraft, StartDraft
from web.services.access import USER_ID, bound_to, lock_owner
from web.services.ordering import Direction, next_to
from web.services.paging import NOT_ARCHIVED, TASKS
from web.services.records import Service
from web.services.tasks import Tasks
from web.services.view_statements import DAY_KEY, RESTS, TODAY

HAS_TIME = "Tasks with a time come first, in the order of their times."
NOT_THERE = "It is no longer on this day."
_DAY, _NEAR = bindparam("day", type_=Date()), bindparam("near", type_=TASKS.c.id.type)
# The open tasks of a day's page, and the neighbour that was named, in any state.
_ON_DAY = (
    select(TASKS.c.id, DAY_KEY, TASKS.c.due_time, and_(RESTS, _DAY > TODAY))
    .where(
        TASKS.c.user_id == USER_ID,
        NOT_ARCHIVED,
        or_(and_(TASKS.c.deleted_at.is_(None), ~TASKS.c.completed), TASKS.c.id == _NEAR),
        or_(
            and_(TASKS.c.due_on == _DAY, or_(RESTS.is_not(true()), _DAY <= TODAY)),
            and_(TASKS.c.start_on == _DAY, RESTS),
        ),
    )
    .order_by(DAY_KEY, TASKS.c.id)
)
_RENUMBER = (
    update(TASKS)
    .where(TASKS.c.user_id == USER_ID, TASKS.c.id == bindparam("task"))
    .values(day_position=bindparam("new_position", type_=String()))
)


class _Row(NamedTuple):
    """A task of a day's page. One that rests is shown on its start date, behind those that are due."""

    id: int
    key: str
    due_time: str | None
    rests: bool | None

    @property
    def group(self) -> int:
        """What is ordered together, in the order of the page: by time, due on the day, begun on the day."""
        return 2 if self.rests else int(self.due_time is None)


class DayOrdering(Service):
    """Moves tasks on the page of a day, which has an order of its own beside those of the lists.

    Neighbours are named by id: their keys are read while no other move of the user runs.
    """

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self.tasks = Tasks(*service)

    def move(self, task_id: int, day: date, *, after: int | None = None, before: int | None = None) -> Task:
        """Behind or before another task of the day; without either, at the end.

        A task of another day becomes due on this one, at its time; of one that rests the start date moves. Raises
        NotPossible for a task that keeps its place by its time.
        """
        task = self._locked(task_id)
        if self._day_of(task) != day:
            task = self._brought(task, day)
        elif self._group_of(task) == 0:
            raise NotPossible(HAS_TIME)
        return task if self._group_of(task) == 0 else self._put(task, day, after, before)

    def nudge(self, task_id: int, day: date, direction: Direction) -> Task:
        """One up or down, or to an end; nothing where it stands there already. Raises NotPossible as `move`."""
        task = self._locked(task_id)
        if self._day_of(task) != day:
            raise NotPossible(NOT_THERE)
        if self._group_of(task) == 0:
            raise NotPossible(HAS_TIME)
        goes = next_to([row.id for row in self._rows_beside(task, day)], task.id, direction)
        return self._put(task, day, *goes) if goes else task

    def put_below(self, task: Task, above: Task) -> Task:
        """Behind another task, where both are on one day and the task has no time."""
        day = self._day_of(task)
        if day is None or day != self._day_of(above) or self._group_of(task) == 0:
            return task
        return self._put(task, day, above.id, None)

    def day_of(self, task: Task) -> date | None:
        """The day whose page shows it as open and can order it; None for one that is ordered by its date alone."""
        day = self._day_of(task)
        return day if day and day >= self._today and self._group_of(task) else None

    def _locked(self, task_id: int) -> Task:
        lock_owner(self.connection, self.actor)
        task = self.tasks.any(task_id)
        if task.deleted_at:
            raise NotFound
        return task

    @property
    def _today(self) -> date:
        return self.actor.preferences.today(utc_now())

    def _rests(self, task: Task) -> bool:
        today = self._today
        begins_later = task.start_on is not None and task.start_on > today
        return begins_later and (task.due_on is None or task.due_on > today)

    def _day_of(self, task: Task) -> date | None:
        return task.start_on if self._rests(task) else task.due_on

    def _group_of(self, task: Task) -> int:
        return _Row(task.id or 0, "", task.due_time, self._rests(task)).group

    def _brought(self, task: Task, day: date) -> Task:
        draft = (
            StartDraft(start_on=day)
            if self._rests(task) and day > self._today
            else DueDraft(due_on=day, due_time=task.due_time, due_zone=task.due_zone)
        )
        return self.tasks.edit(task.id or 0, draft, task.version)

    def _rows_beside(self, task: Task, day: date, near: int | None = None) -> Sequence[_Row]:
        """In order, those that share its order, the task itself among them."""
        return [row for row in self._rows(day, near) if row.group == self._group_of(task)]

    def _rows(self, day: date, near: int | None = None) -> Sequence[_Row]:
        values = {**bound_to(self.actor), "day": day, "today": self._today, "near": near}
        return [_Row(*row) for row in self.connection.execute(_ON_DAY, values)]

    def _put(self, task: Task, day: date, after: int | None, before: int | None) -> Task:
        near = after if after is not None else before
        try:
            key = self._key(task, day, after, before)
        except InvalidPosition:
            task = self._renumber(task, day, near)
            key = self._key(task, day, after, before)
        moved = self.tasks.change(task, "move", task.differences({"day_position": key}))
        return self._renumber(moved, day, near) if needs_renumbering(key) else moved

    def _key(self, task: Task, day: date, after: int | None, before: int | None) -> str:
        near, group = after if after is not None else before, self._group_of(task)
        rows = [row for row in self._rows(day, near) if row.id != task.id]
        place, keys = _place(rows, group, after, before), [row.key for row in rows if row.group == group]
        return key_between(keys[place - 1] if place else None, keys[place] if place < len(keys) else None)

    def _renumber(self, task: Task, day: date, near: int | None) -> Task:
        """Short keys in the same order for the task and those beside it; no change of any."""
        rows = self._rows_beside(task, day, near)
        keys = keys_between(None, None, len(rows))
        values = [
            {**bound_to(self.actor), "task": row.id, "new_position": key} for row, key in zip(rows, keys, strict=True)
        ]
        if values:
            self.connection.execute(_RENUMBER, values)
        # Read again: the session of `tasks` has the row as it was.
        return Tasks(self.connection, self.actor).any(task.id or 0)


def _place(rows: Sequence[_Row], group: int, after: int | None, before: int | None) -> int:
    """How many tasks of the group stand before it. Next to a task of another group it is the end on that side."""
    ids = [row.id for row in rows if row.group == group]
    if after in ids:
        return ids.index(after) + 1
    if before in ids:
        return ids.index(before)
    near = next((row for row in rows if row.id in (after, before)), None)
    return 0 if near and near.group < group else len(ids)
