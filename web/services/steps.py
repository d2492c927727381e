"""Steps: the tasks below a task, up to four levels."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session

from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.domain.lengths import MOST_LEVELS
from web.models.base import table_of
from web.models.task import Task
from web.services.access import USER_ID, bound_to, locked
from web.services.record_values import known_id
from web.services.records import Service

_TASKS = table_of(Task)


def _tree() -> Any:
    """A task's steps at all depths, deleted ones too: their ids and how far below they are."""
    tree = (
        select(_TASKS.c.id, literal(1, Integer).label("depth"))
        .where(_TASKS.c.user_id == USER_ID, _TASKS.c.parent_id == bindparam("root"))
        .cte("tree", recursive=True)
    )
    below = aliased(_TASKS)
    return tree.union_all(
        select(below.c.id, tree.c.depth + 1)
        .join(tree, below.c.parent_id == tree.c.id)
        .where(below.c.user_id == USER_ID, tree.c.depth < MOST_LEVELS)
    )


_TREE = _tree()
_BELOW = select(Task, _TREE.c.depth).join(_TREE, _TREE.c.id == _TASKS.c.id).order_by(_TREE.c.depth, _TASKS.c.id)
_FAMILY = locked(Task).where(or_(_TASKS.c.id == bindparam("root"), _TASKS.c.id.in_(select(_TREE.c.id))))
_PARENT = select(Task).where(_TASKS.c.user_id == USER_ID, _TASKS.c.id == bindparam("parent"))


class Steps(Service):
    """The tree around a task of the user."""

    def below(self, task: Task) -> Sequence[Task]:
        """Every step at any depth, parents before their steps; those in the trash too."""
        return [step for step, _ in self._rows_below(task)]

    def family(self, task_id: int) -> Sequence[Task]:
        """The task and every step at any depth, to be changed; those in the trash too. Raises NotFound."""
        found = self._session.scalars(_FAMILY, {**bound_to(self.actor), "root": known_id(task_id)}).all()
        if all(task.id != task_id for task in found):
            raise NotFound
        return sorted(found, key=lambda task: (task.id != task_id, task.id))

    def height(self, task: Task) -> int:
        """How many levels of steps the task has."""
        return max((depth for step, depth in self._rows_below(task) if step.deleted_at is None), default=0)

    def above(self, task: Task) -> Sequence[Task]:
        """Its parent, the parent's parent and so on; those in the trash too."""
        found: list[Task] = []
        parent_id = task.parent_id
        while parent_id is not None and len(found) < MOST_LEVELS:
            (parent,) = self._session.scalars(_PARENT, {**bound_to(self.actor), "parent": parent_id})
            found.append(parent)
            parent_id = parent.parent_id
        return found

    def require_room(self, parent: Task, height: int) -> None:
        """Raises NotPossible where steps of that many levels do not fit below the parent."""
        if len(self.above(parent)) + 1 + height >= MOST_LEVELS:
            raise NotPossible(f"Steps can be {MOST_LEVELS - 1} levels deep.")

    def _rows_below(self, task: Task) -> Sequence[Any]:
        return self._session.execute(_BELOW, {**bound_to(self.actor), "root": task.id}).all()

    @property
    def _session(self) -> Session:
        return Session(self.connection, expire_on_commit=False, autoflush=False)

    def require_parent(self, task: Task, find: Callable[[], Task]) -> None:
        """Raises CannotUndo unless the task can be a step of the one that is found."""
        try:
            parent = find()
            self.require_room(parent, self.height(task))
        except (NotFound, NotPossible) as problem:
            raise CannotUndo("", str(problem) or "The task around it is gone, so this cannot be undone.") from problem
        if parent.id in [one.id for one in (task, *self.below(task))]:
            raise CannotUndo("", "A task cannot be a step of itself.")
