"""What a user can do with tasks, beside what they can do with any record."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Boolean, Executable, bindparam, case, select

from web.db.dialects import dialect_of
from web.db.search import Search
from web.db.types import UtcDateTime
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.models.event import Event
from web.models.task import Task, TaskRow
from web.models.task_query import TaskQuery
from web.services.access import USER_ID, bound_to, readable, table_of, writable
from web.services.paging import (
    COUNTS,
    ROW,
    TASKS,
    Counts,
    Listing,
    bind_params,
    counts_from,
    counts_of,
    listing_of,
    page_of,
)
from web.services.records import Records, cached_logged_write, known_id
from web.services.search import limited, search_for

_COMPLETED, _NOW = bindparam("new_completed", type_=Boolean), bindparam("now", type_=UtcDateTime())
_ID: Any = bindparam("record_id")
_IS_KNOWN = TASKS.c.id == _ID
# Only a task that is not so yet: completing twice keeps the first time. The clock may step back: then the database
# moves `updated_at`. The counts are those before this statement: triggers change them at its end.
_MARK = (
    writable(Task)
    .where(_IS_KNOWN, TASKS.c.deleted_at.is_(None), TASKS.c.completed != _COMPLETED)
    .values(
        completed=_COMPLETED,
        version=TASKS.c.version + 1,
        updated_at=case((TASKS.c.updated_at < _NOW, _NOW), else_=TASKS.c.updated_at),
    )
    .returning(
        *ROW,
        *(
            select(COUNTS.c[name]).where(COUNTS.c.user_id == USER_ID).scalar_subquery().label(f"{name}_before")
            for name in ("pending", "completed")
        ),
    )
)
_ROW = readable(Task, *ROW).where(_IS_KNOWN)


class Tasks(Records[Task]):
    """One user's tasks. Its holder can reach no other user's: every query starts from the owner."""

    model = Task
    # The counts after a change of this unit of work, where the change itself told them.
    _counts: Counts | None = None

    def list(self, query: TaskQuery, size: int | None = None) -> Listing:
        """One page of the view, and how many tasks it holds."""
        size = size or query.size
        search, cursor = self._search(query), bind_params(query)
        page = page_of(query.sort, query.status, bool(cursor), search.narrow if search else None)
        return listing_of(self._searched(search, page, size=size + 1, **cursor), query, size)

    def counts(self, query: TaskQuery) -> Counts:
        """How many tasks match the view's search, by status."""
        if self._counts and not query.terms:
            return self._counts
        search = self._search(query)
        return counts_from(self._searched(search, counts_of(search.narrow if search else None))[0], query)

    def complete(self, task_id: int) -> TaskRow:
        """Idempotent. One round trip on PostgreSQL: the change, its event and the counts."""
        return self._mark(task_id, "complete", completed=True)

    def reopen(self, task_id: int) -> TaskRow:
        """Idempotent. One round trip on PostgreSQL."""
        return self._mark(task_id, "reopen", completed=False)

    def _mark(self, task_id: int, action: str, *, completed: bool) -> TaskRow:
        write = cached_logged_write(_MARK, table_of(Event), dialect_of(self.connection))
        values = {**bound_to(self.actor), "record_id": known_id(task_id), "new_completed": completed, "now": utc_now()}
        row = write.run(self.connection, values, self._event(action, {"completed": (not completed, completed)}))
        if row is None:
            return self._unchanged(task_id)
        *task, pending, done = row
        self._counts = Counts(all=pending + done, completed=done + (1 if completed else -1))
        return TaskRow(*task)

    def _unchanged(self, task_id: int) -> TaskRow:
        rows = self._rows(_ROW, record_id=known_id(task_id))
        if not rows:
            raise NotFound
        return TaskRow(*rows[0])

    def _search(self, query: TaskQuery) -> Search | None:
        return search_for(self.connection, self.actor.user_id, query.terms)

    def _searched(self, search: Search | None, statement: Executable, **values: Any) -> Sequence[Any]:
        """As `_rows`; a search has a deadline, and one user may run only a few at once."""
        with limited(self.connection, self.actor.user_id) if search else nullcontext():
            return self._rows(statement, **(search.params if search else {}), **values)

    def _rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        return self.connection.execute(statement, {**bound_to(self.actor), **values}).all()
