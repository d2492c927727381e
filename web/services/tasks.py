"""What one person can do with their tasks. All queries on tasks live here."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, delete, func, literal, or_, tuple_
from sqlmodel import Session, col, select

from web.database import insert_once, sort_text
from web.models.moments import Moment, iso, now, read_iso
from web.models.task import Task, TaskDraft
from web.models.task_query import STATUSES, TaskQuery
from web.services.errors import NotFound

PAGE_SIZE = 50
KEPT_AFTER_DELETE = timedelta(days=30)
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Listing:
    """One page of tasks, and where the next one begins (`None` on the last)."""

    tasks: Sequence[Task]
    next: str | None


@dataclass(frozen=True)
class Counts:
    """How many tasks a view holds, by status."""

    all: int
    completed: int

    @property
    def pending(self) -> int:
        return self.all - self.completed

    @property
    def filters(self) -> list[tuple[str, str, int]]:
        """Status, its label and its number, in the order they are shown."""
        return [(status, label, getattr(self, status)) for status, label in STATUSES.items()]


class StaleEdit(Exception):
    """The task changed since the form was opened; `task` is how it reads now."""

    def __init__(self, task: Task) -> None:
        super().__init__(f"task {task.id} is at version {task.version}")
        self.task = task


@dataclass(frozen=True)
class _Order:
    """A sort as a keyset: its key column, its direction, and its key as text in an address and back."""

    key: SQLColumnExpression[Any]
    falling: bool
    write: Callable[[Task], str]
    read: Callable[[str], Any]

    def by(self) -> list[ColumnElement[Any]]:
        keys: tuple[SQLColumnExpression[Any], ...] = (self.key, col(Task.id))
        return [key.desc() if self.falling else key.asc() for key in keys]

    def past(self, cursor: str) -> ColumnElement[bool] | None:
        """What comes after the cursor; None where it is not one of ours."""
        written, _, number = cursor.rpartition("~")
        try:
            place = tuple_(self.read(written), _id(number))
        except (ValueError, OverflowError):
            return None
        here = tuple_(self.key, col(Task.id))
        return here < place if self.falling else here > place

    def cursor(self, task: Task) -> str:
        return f"{self.write(task)}~{task.id}"


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_ID):
        raise ValueError(text)
    return int(text)


def _moment(text: str) -> ColumnElement[datetime]:
    # With its type: a bare value would be written as SQLAlchemy's own DateTime writes it.
    return literal(read_iso(text), Moment())


_created, _updated = col(Task.created_at), col(Task.updated_at)
_ORDERS = {
    "newest": _Order(_created, True, lambda task: iso(task.created_at), _moment),
    "oldest": _Order(_created, False, lambda task: iso(task.created_at), _moment),
    "updated": _Order(_updated, True, lambda task: iso(task.updated_at), _moment),
    # The database makes the key on both sides: its lower() need not be Python's.
    "title": _Order(
        sort_text(col(Task.title)), False, lambda task: task.title, lambda title: sort_text(literal(title))
    ),
}


class Tasks:
    """One person's tasks. Whoever holds it can reach nobody else's: every query starts from `mine`."""

    def __init__(self, session: Session, user_id: str) -> None:
        self.session = session
        self.user_id = user_id

    def mine(self, *columns: Any) -> Select[Any]:
        """What this person owns and has not deleted."""
        return self._owned(*columns).where(col(Task.deleted_at).is_(None))

    def list(self, query: TaskQuery, size: int = PAGE_SIZE) -> Listing:
        """One page of the view, by keyset: page 1,000 costs what page 1 costs."""
        order = _ORDERS[query.sort]
        wanted = self.mine(Task).where(*_matching(query), *_with_status(query.status))
        if query.after and (past := order.past(query.after)) is not None:
            wanted = wanted.where(past)
        found = self.session.scalars(wanted.order_by(*order.by()).limit(size + 1)).all()
        page = found[:size]
        return Listing(page, order.cursor(page[-1]) if len(found) > size else None)

    def counts(self, query: TaskQuery) -> Counts:
        """How many tasks match the view's words, by status, in one statement."""
        completed = func.count().filter(col(Task.completed))
        row = self.session.execute(self.mine(func.count(), completed).where(*_matching(query))).one()
        return Counts(*row)

    def get(self, task_id: int) -> Task:
        """Raises NotFound for a missing, a deleted and a stranger's task alike."""
        return self._one(self.mine(Task), task_id)

    def add(self, draft: TaskDraft, op: str) -> Task:
        """A new task; the same words with the same `op` (a UUID) again give the task they made the first time.

        Other words are another act: whoever saw no answer may write something else into the form and send it.
        """
        op = str(uuid5(UUID(op), f"{draft.title}\n{draft.description or ''}"))
        task = Task(user_id=self.user_id, title=draft.title, description=draft.description, op=op)
        made = insert_once(self.session, task, conflict=("user_id", "op"))
        return made or self.session.scalars(self._owned(Task).where(col(Task.op) == op)).one()

    def edit(self, task_id: int, draft: TaskDraft, version: int) -> Task:
        """Raises StaleEdit when the task is past `version`, unless it already reads as the draft does."""
        task = self._take(self.mine(Task), task_id)
        if task.version != version and not task.says(draft):
            raise StaleEdit(task)
        task.rewrite(draft)
        return task

    def complete(self, task_id: int) -> Task:
        task = self._take(self.mine(Task), task_id)
        task.complete()
        return task

    def reopen(self, task_id: int) -> Task:
        task = self._take(self.mine(Task), task_id)
        task.reopen()
        return task

    def delete(self, task_id: int) -> Task:
        """Put aside for 30 days; deleting it twice is no news."""
        task = self._take(self._owned(Task), task_id)
        task.delete()
        return task

    def deleted(self, task_id: int) -> Task | None:
        """A task that can still be brought back, or none."""
        try:
            task = self._one(self._owned(Task), task_id)
        except NotFound:
            return None
        return task if task.deleted_at else None

    def restore(self, task_id: int) -> Task:
        """Bring a deleted task back with everything it had; one that is here already just stays."""
        task = self._take(self._owned(Task), task_id)
        task.restore()
        return task

    def _owned(self, *columns: Any) -> Select[Any]:
        owned: Select[Any] = select(*columns).where(col(Task.user_id) == self.user_id)
        return owned

    def _take(self, tasks: Select[Any], task_id: int) -> Task:
        """For changing: others wait until this request is through."""
        return self._one(tasks.with_for_update(), task_id)

    def _one(self, tasks: Select[Any], task_id: int) -> Task:
        if not 0 < task_id <= LARGEST_ID:
            raise NotFound
        task: Task | None = self.session.scalars(tasks.where(col(Task.id) == task_id)).one_or_none()
        if task is None:
            raise NotFound
        return task


def purge(session: Session) -> int:
    """Remove for good what was deleted more than 30 days ago, of everybody; how many."""
    long_ago = col(Task.deleted_at) < now() - KEPT_AFTER_DELETE
    return session.connection().execute(delete(Task).where(long_ago)).rowcount


def _with_status(status: str) -> list[ColumnElement[bool]]:
    return [] if status == "all" else [col(Task.completed).is_(status == "completed")]


def _matching(query: TaskQuery) -> list[ColumnElement[bool]]:
    """Every word somewhere in the title or the description, whatever its case."""
    texts = func.lower(col(Task.title)), func.lower(col(Task.description))
    return [or_(*(text.contains(_lowered(word), escape="/") for text in texts)) for word in query.words]


def _lowered(word: str) -> ColumnElement[str]:
    """Letter for letter, and in lower case as the database makes it on the other side: its lower() need not be ours."""
    return func.lower(re.sub(r"[/%_]", r"/\g<0>", word))
