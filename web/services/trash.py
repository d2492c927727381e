"""Deleting for good what is in the trash."""

from typing import Any

from sqlalchemy import bindparam, delete

from web.domain.errors import NotFound
from web.models.base import Record, table_of
from web.models.label import Label
from web.models.list import List
from web.models.task import Task
from web.services.access import USER_ID, bound_to
from web.services.record_values import known_id
from web.services.records import Service

_NUMBER: Any = bindparam("record_id")


def _removal(model: type[Record]) -> Any:
    table = table_of(model)
    return delete(table).where(table.c.user_id == USER_ID, table.c.id == _NUMBER, table.c.deleted_at.is_not(None))


_REMOVE_TASK, _REMOVE_LIST, _REMOVE_LABEL = _removal(Task), _removal(List), _removal(Label)
_TASKS = table_of(Task)
# The tasks that went into the trash with their list; the database would leave them without one.
_REMOVE_TASKS_OF = delete(_TASKS).where(
    _TASKS.c.user_id == USER_ID, _TASKS.c.list_id == _NUMBER, _TASKS.c.deleted_at.is_not(None)
)


class Trash(Service):
    """What is removed cannot be brought back; its history stays, without it."""

    def remove_task(self, task_id: int) -> None:
        """With its steps. Raises NotFound unless it is in the trash."""
        self._remove(_REMOVE_TASK, task_id)

    def remove_list(self, list_id: int) -> None:
        """With the lists and the deleted tasks in it. Raises NotFound unless it is in the trash."""
        self.connection.execute(_REMOVE_TASKS_OF, self._values(list_id))
        self._remove(_REMOVE_LIST, list_id)

    def remove_label(self, label_id: int) -> None:
        """From the tasks that have it too. Raises NotFound unless it is in the trash."""
        self._remove(_REMOVE_LABEL, label_id)

    def _remove(self, statement: Any, record_id: int) -> None:
        if self.connection.execute(statement, self._values(record_id)).rowcount == 0:
            raise NotFound

    def _values(self, record_id: int) -> dict[str, Any]:
        return {**bound_to(self.actor), "record_id": known_id(record_id)}
