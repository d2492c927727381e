"""What one user can do with their tasks."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Boolean, Connection, Executable, Select, bindparam, case, delete, update
from sqlmodel import Session

from web.db.search import Search
from web.db.types import UtcDateTime
from web.db.upsert import insert_once
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskDraft, TaskRow
from web.models.task_query import TaskQuery
from web.services.access import ROW, TASKS, USER_ID, including_deleted, readable
from web.services.paging import (
    LARGEST_ID,
    PAGE_SIZE,
    Counts,
    Listing,
    bind_params,
    counts_from,
    counts_of,
    listing_of,
    page_of,
)
from web.services.search import limited, search_for

KEPT_AFTER_DELETE = timedelta(days=30)


class StaleEdit(Exception):
    """The task changed since the form was opened; `task` is how it reads now."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"task {task.id} is at version {task.version}")
        self.task = task


# Only one that is not so yet: completing twice keeps the first time, a double click is no news. A clock may step back:
# a moment that stays is moved by the database.
_COMPLETED, _NOW = bindparam("completed", type_=Boolean), bindparam("now", type_=UtcDateTime())
_MARK = (
    update(TASKS)
    .where(TASKS.c.user_id == USER_ID, TASKS.c.id == bindparam("number"), TASKS.c.deleted_at.is_(None))
    .where(TASKS.c.completed != _COMPLETED)
    .values(
        completed=_COMPLETED,
        version=TASKS.c.version + 1,
        updated_at=case((TASKS.c.updated_at < _NOW, _NOW), else_=TASKS.c.updated_at),
    )
    .returning(*ROW)
    .execution_options(prepare=True)
)
_ROW = readable(*ROW).where(TASKS.c.id == bindparam("number"))


class Tasks:
    """One user's tasks. Whoever holds it can reach nobody else's: every query starts from whose they are."""

    def __init__(self, connection: Connection, user_id: str) -> None:
        self.connection = connection
        self.user_id = user_id

    def list(self, query: TaskQuery, size: int = PAGE_SIZE) -> Listing:
        """One page of the view, and how many it holds."""
        search, cursor = search_for(self.connection, self.user_id, query.terms), bind_params(query)
        page = page_of(query.sort, query.status, bool(cursor), search.narrow if search else None)
        return listing_of(self._searched(search, page, size=size + 1, **cursor), query, size)

    def counts(self, query: TaskQuery) -> Counts:
        """How many tasks match the view's words, by status."""
        search = search_for(self.connection, self.user_id, query.terms)
        return counts_from(self._searched(search, counts_of(search.narrow if search else None))[0], query)

    def get(self, task_id: int) -> Task:
        """Raises NotFound for a missing, a deleted and another user's task alike."""
        return self._one(readable(Task), task_id)

    def add(self, draft: TaskDraft, op: str) -> Task:
        """A new task; the same words with the same `op` (a UUID) again give the task they made the first time.

        Other words are another action: whoever saw no answer may write something else into the form and send it.
        """
        op = str(uuid5(UUID(op), f"{draft.title}\n{draft.description or ''}"))
        task = Task(user_id=self.user_id, title=draft.title, description=draft.description, op=op)
        made = insert_once(self._session, task, conflict=("user_id", "op"))
        return (
            made or self._session.scalars(including_deleted(Task).where(TASKS.c.op == op), {"user": self.user_id}).one()
        )

    def edit(self, task_id: int, draft: TaskDraft, version: int) -> Task:
        """Raises StaleEdit when the task is past `version`, unless it already reads as the draft does."""
        task = self._take(readable(Task), task_id)
        if task.version != version and not task.says(draft):
            raise StaleEdit(task)
        task.rewrite(draft)
        return self._written(task)

    def complete(self, task_id: int) -> TaskRow:
        return self._mark(task_id, completed=True)

    def reopen(self, task_id: int) -> TaskRow:
        return self._mark(task_id, completed=False)

    def delete(self, task_id: int) -> Task:
        """Put aside for 30 days; deleting it twice is no news."""
        task = self._take(including_deleted(Task), task_id)
        task.delete()
        return self._written(task)

    def deleted(self, task_id: int) -> Task | None:
        """A task that can still be brought back, or none."""
        try:
            task = self._one(including_deleted(Task), task_id)
        except NotFound:
            return None
        return task if task.deleted_at else None

    def restore(self, task_id: int) -> Task:
        """Bring a deleted task back with everything it had; one that is here already just stays."""
        task = self._take(including_deleted(Task), task_id)
        task.restore()
        return self._written(task)

    def _searched(self, search: Search | None, statement: Executable, **values: Any) -> Sequence[Any]:
        """As `_rows`; a search has a deadline, and one user may run only a few at once."""
        with limited(self.connection, self.user_id) if search else nullcontext():
            return self._rows(statement, **(search.params if search else {}), **values)

    def _mark(self, task_id: int, *, completed: bool) -> TaskRow:
        """The most frequent change of all, in one statement; a second one where there was nothing to change."""
        number = _known(task_id)
        rows = self._rows(_MARK, number=number, completed=completed, now=utc_now()) or self._rows(_ROW, number=number)
        if not rows:
            raise NotFound
        return TaskRow(*rows[0])

    def _rows(self, statement: Executable, **values: Any) -> Sequence[Any]:
        """What a statement finds or changes among what is this user's."""
        return self.connection.execute(statement, {"user": self.user_id, **values}).all()

    @cached_property
    def _session(self) -> Session:
        """For tasks as entities, in the connection's own transaction; what is only looked at needs none."""
        return Session(self.connection, expire_on_commit=False)

    def _written(self, task: Task) -> Task:
        self._session.flush()
        return task

    def _take(self, tasks: Select[Any], task_id: int) -> Task:
        """For changing: others wait until this request is through."""
        return self._one(tasks.with_for_update(), task_id)

    def _one(self, tasks: Select[Any], task_id: int) -> Task:
        wanted = tasks.where(TASKS.c.id == _known(task_id))
        task: Task | None = self._session.scalars(wanted, {"user": self.user_id}).one_or_none()
        if task is None:
            raise NotFound
        return task


def purge(session: Session) -> int:
    """Remove for good what was deleted more than 30 days ago, of everybody; how many."""
    long_ago = TASKS.c.deleted_at < utc_now() - KEPT_AFTER_DELETE
    return session.connection().execute(delete(TASKS).where(long_ago)).rowcount


def _known(task_id: int) -> int:
    """A number that a task may have; raises NotFound for any other."""
    if not 0 < task_id <= LARGEST_ID:
        raise NotFound
    return task_id
