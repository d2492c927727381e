"""Which labels a task has: rows beside the task, not columns of it."""

from collections.abc import Collection, Sequence
from typing import Any

from web.models.base import LARGEST_ID
from web.models.task import Task
from web.services import task_statements as statements
from web.services.access import bound_to
from web.services.records import Service


class TaskLabels(Service):
    def of(self, task: Task) -> Sequence[int]:
        """The ids of its labels, in order."""
        return [*self.connection.scalars(statements.LABELS_OF, self._values(record_id=task.id))]

    def known(self, label_ids: Collection[int]) -> Sequence[int]:
        """Those that are labels of this user, in order; one that is gone meanwhile is left out."""
        if not (ids := possible(label_ids)):
            return []
        return [*self.connection.scalars(statements.KNOWN_LABELS, self._values(label_ids=ids))]

    def write(self, task: Task, before: Sequence[int], after: Sequence[int]) -> None:
        """Labels that are gone meanwhile are left out."""
        removed, added = sorted(set(before) - set(after)), sorted(set(after) - set(before))
        if removed:
            self.connection.execute(statements.REMOVE_LABELS, self._values(record_id=task.id, label_ids=removed))
        if added:
            self.connection.execute(statements.ADD_LABELS, self._values(record_id=task.id, label_ids=added))

    def copy(self, task: Task, copy: Task) -> None:
        self.connection.execute(statements.COPY_LABELS, self._values(record_id=task.id, copy_id=copy.id))

    def _values(self, **values: Any) -> dict[str, Any]:
        return {**bound_to(self.actor), **values}


def possible(ids: Collection[int]) -> Sequence[int]:
    """In order, without those that no record can have."""
    return sorted(record_id for record_id in ids if 0 < record_id <= LARGEST_ID)
