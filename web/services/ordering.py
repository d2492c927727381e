"""Order by hand: tasks in their list and among the steps of a task; and which list or task they are in."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import String, and_, bindparam, func, literal, or_, select, tuple_, update
from sqlmodel import Session

from web.domain.errors import NotFound, NotPossible
from web.domain.ordering import InvalidPosition, key_at, key_between, keys_between, needs_renumbering
from web.domain.timestamps import utc_now
from web.models.base import Changes, table_of
from web.models.task import Task
from web.services.access import USER_ID, bound_to, lock_owner
from web.services.record_values import known_id
from web.services.records import Service
from web.services.steps import Steps
from web.services.tasks import Tasks

Direction = Literal["up", "down", "top", "bottom"]
Neighbours = tuple[str | None, str | None]
NextTo = tuple[int | None, int | None]
_TASKS = table_of(Task)
_ID: Any = bindparam("task")
_RENUMBER = (
    update(_TASKS)
    .where(_TASKS.c.user_id == USER_ID, _TASKS.c.id == _ID)
    .values(position=bindparam("new_position", type_=String()))
)


class Place(NamedTuple):
    """Where a task stands among the open tasks around it: "3 of 12"."""

    number: int
    total: int


class _Siblings(NamedTuple):
    """The open tasks that are ordered together: those of a list or the Inbox, or the steps of a task."""

    list_id: int | None
    parent_id: int | None

    def select(self, *columns: Any, also: int | None = None) -> Any:
        """`also` is a task among them that is completed or deleted."""
        is_open = and_(_TASKS.c.deleted_at.is_(None), ~_TASKS.c.completed)
        found = select(*columns).where(
            _TASKS.c.user_id == USER_ID, is_open if also is None else or_(is_open, _TASKS.c.id == also)
        )
        if self.parent_id is not None:
            return found.where(_TASKS.c.parent_id == self.parent_id)
        in_list = _TASKS.c.list_id.is_(None) if self.list_id is None else _TASKS.c.list_id == self.list_id
        return found.where(in_list, _TASKS.c.parent_id.is_(None))

    def order(self, *, falling: bool = False) -> list[Any]:
        """As in the index: by list or parent first, although all have the same."""
        first = _TASKS.c.list_id if self.parent_id is None else _TASKS.c.parent_id
        return [key.desc() if falling else key.asc() for key in (first, _TASKS.c.position, _TASKS.c.id)]

    @classmethod
    def of(cls, task: Task) -> "_Siblings":
        return cls(task.list_id, task.parent_id)


class Ordering(Service):
    """Moves tasks. Neighbours are named by id: their keys are read again while no other move of the user runs."""

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self.tasks = Tasks(*service)

    def move(self, task_id: int, *, after: int | None = None, before: int | None = None) -> Task:
        """Behind or before another task of its list, or of its parent; without either at the end.

        Next to where a neighbour stood that is completed or deleted meanwhile.
        """
        task = self._locked(task_id)
        return self._put(task, _Siblings.of(task), after, before, {})

    def nudge(self, task_id: int, direction: Direction) -> Task:
        """One up or down, or to an end; nothing where it stands there already."""
        task = self._locked(task_id)
        siblings = _Siblings.of(task)
        ids = [*self._scalars(siblings.select(_TASKS.c.id).order_by(*siblings.order()))]
        goes = next_to(ids, task.id, direction)
        return self._put(task, siblings, *goes, {}) if goes else task

    def to_list(
        self, task_id: int, list_id: int | None, *, after: int | None = None, before: int | None = None
    ) -> Task:
        """Into a list, a section or the Inbox (None), with its steps; a step leaves its task. Raises NotFound."""
        task = self._locked(task_id)
        self.tasks.require_list(list_id)
        if task.list_id == list_id and task.parent_id is None and after is None and before is None:
            return task
        moved = self._put(task, _Siblings(list_id, None), after, before, {"list_id": list_id, "parent_id": None})
        self._take_steps_along(moved)
        return moved

    def to_parent(self, task_id: int, parent_id: int) -> Task:
        """Make it the last step of another task, with its steps. Raises NotPossible for a circle or a fifth level."""
        task, parent = self._locked(task_id), self.tasks.get(parent_id)
        steps = Steps(self.connection, self.actor)
        if task.parent_id == parent.id:
            return task
        if task.id in (parent.id, *(one.id for one in steps.above(parent))):
            raise NotPossible("A task cannot be a step of itself.")
        steps.require_room(parent, steps.height(task))
        place = {"list_id": parent.list_id, "parent_id": parent.id}
        moved = self._put(task, _Siblings(parent.list_id, parent.id), None, None, place)
        self._take_steps_along(moved)
        return moved

    def indent(self, task_id: int) -> Task:
        """Make it a step of the task above it. Raises NotPossible for the first one."""
        task = self._locked(task_id)
        above = self._neighbour(_Siblings.of(task), task, following=False)
        if above is None:
            raise NotPossible("There is no task above it.")
        return self.to_parent(task_id, above.id)

    def outdent(self, task_id: int) -> Task:
        """Behind the task that it is a step of, one level up. Raises NotPossible for a task that is no step."""
        task = self._locked(task_id)
        if task.parent_id is None:
            raise NotPossible("It is not a step.")
        parent = self.tasks.any(task.parent_id)
        return self._put(task, _Siblings.of(parent), parent.id, None, {"parent_id": parent.parent_id})

    def place_in_list(self, task: Task) -> Place:
        """Its number among its open siblings, and how many there are. One statement."""
        siblings = _Siblings.of(task)
        before = tuple_(_TASKS.c.position, _TASKS.c.id) <= tuple_(literal(task.position), literal(task.id))
        counts: Any = siblings.select(func.count().filter(before), func.count())
        return Place(*self.connection.execute(counts, bound_to(self.actor)).one())

    def _locked(self, task_id: int) -> Task:
        lock_owner(self.connection, self.actor)
        task = self.tasks.any(task_id)
        if task.deleted_at:
            raise NotFound
        return task

    def _put(
        self, task: Task, siblings: _Siblings, after: int | None, before: int | None, place: dict[str, Any]
    ) -> Task:
        try:
            key = _key(*self._around(task, siblings, after, before))
        except InvalidPosition:
            self._renumber(siblings, after if after is not None else before)
            # Read again, for Undo: the session of `tasks` has the row as it was.
            task = Tasks(self.connection, self.actor).any(task.id or 0)
            key = _key(*self._around(task, siblings, after, before))
        moved = self.tasks.change(task, "move", task.differences({**place, "position": key}))
        if needs_renumbering(key):
            self._renumber(siblings)
        return moved

    def _around(self, task: Task, siblings: _Siblings, after: int | None, before: int | None) -> Neighbours:
        """The keys between which the task goes."""
        anchor = self._anchor(siblings, after if after is not None else before)
        if anchor is None or anchor.id == task.id:
            ends = _but(siblings.select(_TASKS.c.position), task).order_by(*siblings.order(falling=True)).limit(1)
            return self._scalars(ends).one_or_none(), None
        other = self._neighbour(siblings, anchor, following=after is not None, but=task)
        beyond = other.position if other else None
        return (anchor.position, beyond) if after is not None else (beyond, anchor.position)

    def _anchor(self, siblings: _Siblings, task_id: int | None) -> Any:
        """The task that was named, in any state, as long as it is in that list."""
        if task_id is None:
            return None
        named = select(_TASKS.c.id, _TASKS.c.position, _TASKS.c.list_id, _TASKS.c.parent_id).where(
            _TASKS.c.user_id == USER_ID, _TASKS.c.id == _ID
        )
        row = self.connection.execute(named, {**bound_to(self.actor), "task": known_id(task_id)}).one_or_none()
        if row is None:
            raise NotFound
        return row if _Siblings(row.list_id, row.parent_id) == siblings else None

    def _neighbour(self, siblings: _Siblings, task: Any, *, following: bool, but: Task | None = None) -> Any:
        place, here = tuple_(_TASKS.c.position, _TASKS.c.id), tuple_(literal(task.position), literal(task.id))
        found = siblings.select(_TASKS.c.id, _TASKS.c.position).where(place > here if following else place < here)
        ordered = _but(found, but).order_by(*siblings.order(falling=not following)).limit(1)
        return self.connection.execute(ordered, bound_to(self.actor)).one_or_none()

    def _renumber(self, siblings: _Siblings, also: int | None = None) -> None:
        """Short keys in the same order; no change of any task."""
        ids = self._scalars(siblings.select(_TASKS.c.id, also=also).order_by(*siblings.order())).all()
        keys = keys_between(None, None, len(ids))
        values = [
            {**bound_to(self.actor), "task": one, "new_position": key} for one, key in zip(ids, keys, strict=True)
        ]
        if values:
            self.connection.execute(_RENUMBER, values)

    def _take_steps_along(self, task: Task) -> None:
        for step in Steps(self.connection, self.actor).below(task):
            changes: Changes = step.differences({"list_id": task.list_id})
            self.tasks.change(step, "move", changes)

    def _scalars(self, statement: Any) -> Any:
        return Session(self.connection).scalars(statement, bound_to(self.actor))


def next_to(ids: Sequence[int | None], task_id: int | None, direction: Direction) -> NextTo | None:
    """Which task it goes after, or before, to be one further or at an end; None where it stands there already."""
    place = ids.index(task_id) if task_id in ids else len(ids)
    others = [one for one in ids if one != task_id]
    at = {"up": place - 1, "down": place + 1, "top": 0, "bottom": len(others)}[direction]
    if at == place or not 0 <= at <= len(others):
        return None
    return (None, others[at]) if at < len(others) else (others[-1], None)


def _but(statement: Any, task: Task | None) -> Any:
    return statement if task is None else statement.where(_TASKS.c.id != task.id)


def _key(low: str | None, high: str | None) -> str:
    """At the end of a list it is the time, as for a task that is added."""
    now = key_at(utc_now())
    return now if high is None and (low is None or low < now) else key_between(low, high)
