"""Views of a person's tasks: one page of one, and how many it holds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, cast, func, or_, select, true, tuple_

from web.database import sort_text
from web.models.moments import Moment, iso, read_iso
from web.models.task import TaskRow
from web.models.task_query import STATUSES, TaskQuery
from web.services.mine import COUNTS, PERSON, ROW, TASKS, mine

PAGE_SIZE = 50
LARGEST_ID = 2**31 - 1


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

    def past(self) -> ColumnElement[bool]:
        """What comes after the place that `read_cursor` gives."""
        here, place = tuple_(self.key, TASKS.c.id), tuple_(self.place, bindparam("after_id", type_=Integer))
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
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_ID):
        raise ValueError(text)
    return int(text)


def _by_moment(key: ColumnElement[Any], *, falling: bool) -> _Order:
    place = bindparam("after_key", type_=Moment())
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
def page_of(sort: str, status: str, words: int, onward: bool) -> Select[Any]:
    """One page and how many there are, in one statement: at least one row, `all` and `completed` before the task's own.

    By keyset: page 1,000 costs what page 1 costs. Built once for each kind of view, and filled in by `values_of`.
    """
    order = _ORDERS[sort]
    wanted = mine(*ROW, order.key.label("sort_key")).where(*_matching(words))
    if status != "all":
        wanted = wanted.where(TASKS.c.completed.is_(status == "completed"))
    if onward:
        wanted = wanted.where(order.past())
    page = wanted.order_by(*order.by(order.key, TASKS.c.id)).limit(bindparam("size", type_=Integer)).subquery("page")
    counts = counts_of(words).subquery("counts")
    columns = (*counts.c, *(page.c[name] for name in TaskRow._fields))
    # Ordered once more, because a join promises no order; it is one page.
    return select(*columns).join(page, true(), isouter=True).order_by(*order.by(page.c.sort_key, page.c.id))


@cache
def counts_of(words: int) -> Select[Any]:
    """How many tasks match that many words, by status: one row, `all` and `completed`. Without words, as kept."""
    if not words:
        kept = COUNTS.c.pending + COUNTS.c.completed, COUNTS.c.completed
        # A sum is a row even where nobody has counted yet.
        every, done = (cast(func.coalesce(func.sum(number), 0), Integer) for number in kept)
        totals: list[Any] = [every.label("all"), done.label("completed")]
        return select(*totals).where(COUNTS.c.user_id == PERSON)
    completed = func.count().filter(TASKS.c.completed)
    return mine(func.count().label("all"), completed.label("completed")).where(*_matching(words))


def values_of(query: TaskQuery) -> dict[str, Any]:
    """What the statements above need to know of the view: its words, and the place that it goes on from."""
    # Letter for letter: what means more in LIKE is escaped.
    words = {f"word_{number}": re.sub(r"[/%_]", r"/\g<0>", word) for number, word in enumerate(query.words)}
    return words | (_ORDERS[query.sort].read_cursor(query.after) if query.after else {})


def listing_of(rows: Sequence[Any], query: TaskQuery, size: int) -> Listing:
    """What the rows of `page_of`, asked for one more than `size`, say."""
    counts = Counts(*rows[0][:2])
    if rows[0].id is None:
        return Listing([], None, counts)
    tasks = [TaskRow(*row[2:]) for row in rows[:size]]
    more = len(rows) > size
    return Listing(tasks, _ORDERS[query.sort].cursor(tasks[-1]) if more else None, counts)


def _matching(words: int) -> list[ColumnElement[bool]]:
    """Every word somewhere in the title or the description, whatever its case."""
    texts = func.lower(TASKS.c.title), func.lower(TASKS.c.description)
    # In lower case as the database makes it on the other side: its lower() need not be ours.
    given = [func.lower(bindparam(f"word_{number}", type_=String())) for number in range(words)]
    return [or_(*(text.contains(word, escape="/") for text in texts)) for word in given]
