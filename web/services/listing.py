"""Views of a user's tasks: one page of one, and how many it holds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from web.db.ddl import sort_text
from web.db.types import UtcDateTime
from web.domain.timestamps import iso, read_iso
from web.models.base import LARGEST_ID
from web.models.task import Task, TaskRow
from web.models.task_counts import TaskCounts
from web.models.task_query import STATUSES, TaskQuery
from web.services.access import USER_ID, readable, table_of
from web.services.search import cheaper_plan, limit, scan_or_index, search_plan

# The tables, not the models: rows to look at cost a third of what entities do.
TASKS, COUNTS = table_of(Task), table_of(TaskCounts)
ROW = [TASKS.c[name] for name in TaskRow._fields]
# Beyond it a search says "1,000+".
MOST = 1000
# Bound, so that one plan for everybody is made as if for a tenth of their tasks, and walks an index in order. With the
# number in its text it may sort all of them, which is as good for most people and takes 53 ms for 100,000 tasks.
SIZE = bindparam("size", type_=Integer)


@dataclass(frozen=True)
class Counts:
    """How many tasks a view holds, by status; those of a search beyond `most` are more than that, by how
    much nobody counted."""

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

    def page(self, tasks: Select[Any], *keys: ColumnElement[Any], size: ColumnElement[int] = SIZE) -> Select[Any]:
        """The first of them; a part of its own, so that it can stand beside another."""
        return select(tasks.order_by(*self.by(*keys)).limit(size).subquery())

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


@cache
def page_of(sort: str, status: str, words: int, onward: bool, indexed: bool = False) -> Select[Any]:
    """One page and how many there are, in one statement: at least one row, `all` and `completed` before the task's own.

    By keyset: page 1,000 costs what page 1 costs. Built once for each kind of view, and filled in by `values_of` and,
    where it asks SQLite's search index (`indexed`), by `search.match_params`.
    """
    order, statuses = _ORDERS[sort], [True, False] if status == "all" else [status == "completed"]
    everything = readable(Task, *ROW, order.key.label("sort_key")).where(*_matching(words))
    if len(statuses) == 1:
        everything = everything.where(TASKS.c.completed.is_(statuses[0]))
    if onward:
        everything = everything.where(order.past(order.key, TASKS.c.id))
    if words:
        found = _found(sort, words, indexed)
        few = select(found).where(found.c.completed.in_(statuses))
        if onward:
            few = few.where(order.past(found.c.sort_key, found.c.id))
        are_few = and_(*(_number(found, completed) <= MOST for completed in statuses))
        if indexed:
            met = order.page(everything, order.key, TASKS.c.id, size=limit(SIZE, not_(are_few)))
        else:
            met = order.page(everything.where(not_(are_few)), order.key, TASKS.c.id)
        parts = [order.page(few.where(are_few), found.c.sort_key, found.c.id), met]
        page, counts = union_all(*parts).subquery("page"), _counted(found).subquery("counts")
    else:
        page = order.page(everything, order.key, TASKS.c.id).subquery("page")
        counts = counts_of(words).subquery("counts")
    columns = (*counts.c, *(page.c[name] for name in TaskRow._fields))
    # Ordered once more, because a join promises no order; it is one page.
    whole = select(*columns).join(page, true(), isouter=True).order_by(*order.by(page.c.sort_key, page.c.id))
    # Elsewhere how best to go about it depends on the words, or on how many of somebody's tasks are pending.
    has_an_index = not words and (status == "all" or order.key is TASKS.c.created_at)
    return whole.execution_options(prepare=True) if has_an_index else whole


@cache
def counts_of(words: int, indexed: bool = False) -> Select[Any]:
    """How many tasks match that many words, by status: one row, `all` and `completed`. Without words, as kept."""
    if words:
        return _counted(_found("newest", words, indexed))
    kept = COUNTS.c.pending + COUNTS.c.completed, COUNTS.c.completed
    # A sum is a row even where nobody has counted yet.
    every, done = (cast(func.coalesce(func.sum(number), 0), Integer) for number in kept)
    totals: list[Any] = [every.label("all"), done.label("completed")]
    return select(*totals).where(COUNTS.c.user_id == USER_ID).execution_options(prepare=True)


def _found(sort: str, words: int, indexed: bool) -> CTE:
    """What matches, in no order, and of each status no more than it takes to know that there are more than MOST.

    So the database may take it from the search index, and nobody waits for tens of thousands to be counted. A word
    that so many tasks hold is soon met by walking through them in order.
    """
    tasks = readable(Task, *ROW, _ORDERS[sort].key.label("sort_key"))
    if indexed:
        way = partial(search_plan, tasks.where(*_matching(words)), cheaper_plan(), MOST + 1)
    else:
        way = partial(scan_or_index, tasks, partial(_matching, words), MOST + 1)
    parts = [part for completed in (False, True) for part in way(completed=completed)]
    return union_all(*(select(part.subquery()) for part in parts)).cte("found")


def _number(found: CTE, completed: bool) -> ColumnElement[Any]:
    return select(func.count()).select_from(found).where(found.c.completed.is_(completed)).scalar_subquery()


def _counted(found: CTE) -> Select[Any]:
    completed = func.count().filter(found.c.completed).label("completed")
    counts: list[Any] = [func.count().label("all"), completed]
    return select(*counts).select_from(found)


def values_of(query: TaskQuery) -> dict[str, Any]:
    """What the statements above need to know of the view: its words, and the place that it goes on from."""
    # Letter for letter: what means more in LIKE is escaped.
    words = {f"word_{number}": re.sub(r"[/%_]", r"/\g<0>", word) for number, word in enumerate(query.terms)}
    return words | (_ORDERS[query.sort].read_cursor(query.after) if query.after else {})


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


def _matching(words: int, columns: Any = TASKS.c) -> list[ColumnElement[bool]]:
    """Every word somewhere in the title or the description, whatever its case."""
    texts = func.lower(columns.title), func.lower(columns.description)
    # In lower case as the database makes it on the other side: its lower() need not be ours.
    given = [func.lower(bindparam(f"word_{number}", type_=String())) for number in range(words)]
    return [or_(*(text.contains(word, escape="/") for text in texts)) for word in given]
