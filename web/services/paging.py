"""Views of a user's tasks: one page of one, and how many it holds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    select,
    true,
    tuple_,
)

from web.db.ddl import sort_text
from web.db.types import UtcDateTime
from web.domain.timestamps import iso, read_iso
from web.models.base import LARGEST_ID, table_of
from web.models.list import List
from web.models.list_counts import ListCounts
from web.models.task import Task, TaskRow
from web.models.task_counts import TaskCounts
from web.models.task_query import STATUSES, TaskQuery
from web.services.access import USER_ID, readable

# The tables, not the models: rows to look at cost a third of what entities do.
TASKS, COUNTS = table_of(Task), table_of(TaskCounts)
LISTS, LIST_COUNTS = table_of(List), table_of(ListCounts)
ROW = [TASKS.c[name] for name in TaskRow._fields]
# Beyond it a search says "1,000+".
MOST = 1000
# Bound, so that the generic plan assumes a tenth of the tasks and walks an index in order. With the
# number in its text it may sort all of them, which is as good for most people and takes 53 ms for 100,000 tasks.
SIZE = bindparam("size", type_=Integer)
# 4 sorts, 3 statuses, with and without a cursor, for each database's ways to search, and for the filters of the API
# that are in use.
MOST_STATEMENTS = 400
_ARCHIVED = select(LISTS.c.id).where(LISTS.c.user_id == USER_ID, LISTS.c.archived_at.is_not(None))
# Tasks of archived lists are in no view but that of their list. PostgreSQL expects it of half of the rows, so it still
# scans an index in order; of a correlated subquery it would expect that hardly a row is left.
NOT_ARCHIVED = TASKS.c.list_id.in_(_ARCHIVED).is_not(true())
Narrow: TypeAlias = Callable[[Select[Any], Table], Select[Any]]


def _kept(*names: str) -> Any:
    """The counts of the user as the triggers keep them, and those of archived lists with a minus."""
    total = select(*(COUNTS.c[name] for name in names)).where(COUNTS.c.user_id == USER_ID)
    archived = select(*((-LIST_COUNTS.c[name]).label(name) for name in names)).where(
        LIST_COUNTS.c.user_id == USER_ID, LIST_COUNTS.c.list_id.in_(_ARCHIVED)
    )
    return total.union_all(archived).subquery("kept")


def kept(name: str) -> Any:
    """How many tasks of the user are `pending` or `completed`, without steps and archived lists: a scalar."""
    numbers = _kept(name)
    return select(cast(func.sum(numbers.c[name]), BigInteger)).scalar_subquery()


@dataclass(frozen=True)
class Counts:
    """How many tasks a view holds, by status; those of a search beyond `most` are more than that, by how
    much is not counted."""

    all: int
    completed: int
    most: int | None = None

    @property
    def pending(self) -> int:
        return self.all - self.completed

    @property
    def filters(self) -> list[tuple[str, str, str]]:
        """Status, its label and its number in words, in the order they are shown."""
        return [(status, label, self.in_words(status)) for status, label in STATUSES.items()]

    def in_words(self, status: str) -> str:
        number: int = getattr(self, status)
        return f"{number:,}" if self.most is None or number <= self.most else f"{self.most:,}+"


@dataclass(frozen=True)
class Listing:
    """One page of tasks, where the next one begins (`None` on the last), and how many the view holds."""

    tasks: Sequence[TaskRow]
    next: str | None
    counts: Counts


@dataclass(frozen=True)
class _Order:
    """A sort as a keyset: its key, its direction, and its key as text in an address and back."""

    key: ColumnElement[Any]
    falling: bool
    write: Callable[[TaskRow], str]
    read: Callable[[str], Any]
    # The key of the place where the page before ended.
    place: ColumnElement[Any]

    def by(self, *keys: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        return [key.desc() if self.falling else key.asc() for key in keys]

    @property
    def labelled(self) -> ColumnElement[Any]:
        return self.key.label("sort_key")

    def page(self, tasks: Select[Any], *keys: ColumnElement[Any]) -> Select[Any]:
        """The first SIZE of them."""
        return tasks.order_by(*self.by(*keys)).limit(SIZE)

    def past(self, key: ColumnElement[Any], number: ColumnElement[Any]) -> ColumnElement[bool]:
        """What comes after the place that `read_cursor` gives."""
        here, place = tuple_(key, number), tuple_(self.place, bindparam("after_id", type_=TASKS.c.id.type))
        return here < place if self.falling else here > place

    def read_cursor(self, cursor: str) -> dict[str, Any]:
        """The values for `past`; none where the cursor is not one of ours."""
        written, _, number = cursor.rpartition("~")
        try:
            return {"after_key": self.read(written), "after_id": _id(number)}
        except (ValueError, OverflowError):
            return {}

    def cursor(self, task: TaskRow) -> str:
        return f"{self.write(task)}~{task.id}"


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST_ID):
        raise ValueError(text)
    return int(text)


def _by_moment(key: ColumnElement[Any], *, falling: bool) -> _Order:
    place = bindparam("after_key", type_=UtcDateTime())
    return _Order(key, falling, lambda task: iso(getattr(task, key.name)), read_iso, place)


_ORDERS = {
    "newest": _by_moment(TASKS.c.created_at, falling=True),
    "oldest": _by_moment(TASKS.c.created_at, falling=False),
    "updated": _by_moment(TASKS.c.updated_at, falling=True),
    # The database makes the key on both sides: its lower() need not be Python's.
    "title": _Order(
        sort_text(TASKS.c.title),
        False,
        lambda task: task.title,
        str,
        sort_text(bindparam("after_key", type_=String())),
    ),
}


@lru_cache(maxsize=MOST_STATEMENTS)
def page_of(sort: str, status: str, onward: bool, narrow: Narrow | None = None, archived: bool = False) -> Select[Any]:
    """One page and how many there are, in one statement: at least one row, `all` and `completed` before the task's own.

    By keyset: page 1,000 costs what page 1 costs. Built once for each kind of view, and filled in by `bind_params` and
    the parameters of the search, which `narrow` is a part of. `archived` includes the tasks of archived lists.
    """
    if narrow:
        return _page_of_search(_ORDERS[sort], status, onward, narrow, archived)
    order = _ORDERS[sort]
    tasks = _of_status(readable(Task, *ROW, order.labelled), TASKS.c.completed, status)
    tasks = tasks.where(TASKS.c.parent_id.is_(None), NOT_ARCHIVED)
    if onward:
        tasks = tasks.where(order.past(order.key, TASKS.c.id))
    whole = _whole(counts_of(), order.page(tasks, order.key, TASKS.c.id), order)
    # Elsewhere the best plan depends on how many of the user's tasks are completed.
    has_an_index = status == "pending" or (status == "all" and order.key is TASKS.c.created_at)
    return whole.execution_options(prepare=True) if has_an_index else whole


def _page_of_search(order: _Order, status: str, onward: bool, narrow: Narrow, archived: bool) -> Select[Any]:
    """All matches are found once, by id and place in the order; counts and page come from these."""
    found = _found(narrow, order.labelled, archived=archived)
    matches = _of_status(select(found.c.id, found.c.sort_key), found.c.completed, status)
    if onward:
        matches = matches.where(order.past(found.c.sort_key, found.c.id))
    first = order.page(matches, found.c.sort_key, found.c.id).subquery("first")
    page = select(*ROW, first.c.sort_key).join(first, first.c.id == TASKS.c.id)
    return _whole(_counted(found), page, order)


def _of_status(tasks: Select[Any], completed: ColumnElement[bool], status: str) -> Select[Any]:
    """As the indexes of open and of completed tasks spell it, which SQLite compares by their text."""
    return tasks if status == "all" else tasks.where(completed if status == "completed" else ~completed)


def _whole(counts: Select[Any], page: Select[Any], order: _Order) -> Select[Any]:
    """The counts, and beside them the page. Ordered once more, because a join promises no order; it is one page."""
    total, rows = counts.subquery("counts"), page.subquery("page")
    columns = (*total.c, *(rows.c[name] for name in TaskRow._fields))
    return select(*columns).join(rows, true(), isouter=True).order_by(*order.by(rows.c.sort_key, rows.c.id))


@lru_cache(maxsize=MOST_STATEMENTS)
def counts_of(narrow: Narrow | None = None) -> Select[Any]:
    """How many tasks there are by status: one row, `all` and `completed`. Without a search, as kept."""
    if narrow:
        return _counted(_found(narrow))
    numbers = _kept("pending", "completed")
    # A sum is a row even for a user without counts.
    pending, done = (cast(func.coalesce(func.sum(number), 0), Integer) for number in numbers.c)
    totals: list[Any] = [(pending + done).label("all"), done.label("completed")]
    return select(*totals).execution_options(prepare=True)


def _found(narrow: Narrow, *columns: Any, archived: bool = False) -> CTE:
    """All matches of a search."""
    tasks = readable(Task, TASKS.c.id, TASKS.c.completed, *columns)
    return narrow(tasks if archived else tasks.where(NOT_ARCHIVED), TASKS).cte("found")


def _counted(found: CTE) -> Select[Any]:
    completed = func.count().filter(found.c.completed).label("completed")
    counts: list[Any] = [func.count().label("all"), completed]
    return select(*counts).select_from(found)


def bind_params(query: TaskQuery) -> dict[str, Any]:
    """What `page_of` needs to know of the view: the place that it goes on from."""
    return _ORDERS[query.sort].read_cursor(query.after) if query.after else {}


def listing_of(rows: Sequence[Any], query: TaskQuery, size: int) -> Listing:
    """What the rows of `page_of`, asked for one more than `size`, say."""
    counts = counts_from(rows[0], query)
    if rows[0].id is None:
        return Listing([], None, counts)
    tasks = [TaskRow(*row[2:]) for row in rows[:size]]
    more = len(rows) > size
    return Listing(tasks, _ORDERS[query.sort].cursor(tasks[-1]) if more else None, counts)


def counts_from(row: Sequence[Any], query: TaskQuery) -> Counts:
    """What the row of `counts_of`, or the first of `page_of`, says."""
    return Counts(row[0], row[1], MOST if query.terms else None)
