"""A search: where the search index is asked, and where walking is the shorter way."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Join,
    Select,
    String,
    bindparam,
    case,
    column,
    exists,
    func,
    literal_column,
    not_,
    select,
    table,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from web.db.search_sqlite import match_query, rowid_range
from web.models.task import Task
from web.models.task_counts import TaskCounts
from web.services.access import USER_ID, table_of

# Of one status: so many are read sooner than a search index is asked, whatever they say.
FEW = 500
# They are not counted further, which would take longer than the walk that it is compared with.
MOST_SHOWN = 20_000

TASKS, COUNTS = table_of(Task), table_of(TaskCounts)

Matching = Callable[[Any], list[ColumnElement[bool]]]

_INDEX, _DUE = table("task_words", column("rowid")), table("task_words_due", column("user_id"), column("task_id"))
_FIRST, _LAST = bindparam("first_place", type_=BigInteger), bindparam("last_place", type_=BigInteger)
_SHOWN = (
    literal_column("task_words").op("MATCH")(bindparam("match_query", type_=String())),
    _INDEX.c.rowid.between(_FIRST, _LAST),
)


class _First(Join):
    """A join whose left side is read first, whatever SQLite guesses: nobody ever tells it how many there are."""

    inherit_cache = True


@compiles(_First)
def _first(join: Any, compiler: SQLCompiler, **options: Any) -> str:
    left, right, on = (compiler.process(part, **options) for part in (join.left, join.right, join.onclause))
    return f"{left} CROSS JOIN {right} ON {on}"


def match_params(user_id: str, words: list[str]) -> dict[str, Any]:
    """The values that ask the index; none where it cannot help."""
    first, last = rowid_range(user_id)
    asking = match_query(words)
    return {"match_query": asking, "first_place": first, "last_place": last} if asking else {}


def cheaper_plan() -> CTE:
    """One row: whether to walk through the pending, and through the completed, since the index would show more."""
    some = select(literal_column("1", Integer)).select_from(_INDEX).where(*_SHOWN).limit(MOST_SHOWN).subquery()
    shown = select(select(func.count().label("number")).select_from(some).cte("shown").c.number).scalar_subquery()
    numbers = (COUNTS.c.pending, COUNTS.c.completed)
    walk = (case((number <= FEW, true()), else_=number <= shown).label(number.name) for number in numbers)
    return select(*walk).where(COUNTS.c.user_id == USER_ID).cte("walk")


def search_plan(matching: Select[Any], walk: CTE, most: int, *, completed: bool) -> list[Select[Any]]:
    """`most` of the tasks of one status, by the way that is shorter; the others give none."""
    walks: ColumnElement[bool] = select(walk.c.completed if completed else walk.c.pending).scalar_subquery()
    of_status = matching.where(TASKS.c.completed.is_(completed))
    shown = of_status.select_from(_First(_INDEX, TASKS, TASKS.c.id == _INDEX.c.rowid - _FIRST)).where(*_SHOWN)
    due = of_status.select_from(_First(_DUE, TASKS, TASKS.c.id == _DUE.c.task_id)).where(_DUE.c.user_id == USER_ID)
    is_due = exists().where(_DUE.c.user_id == USER_ID, _DUE.c.task_id == TASKS.c.id)
    first, others = limit(most, walks), limit(most, not_(walks))
    return [of_status.limit(first), shown.where(not_(is_due)).limit(others), due.limit(others)]


def scan_or_index(tasks: Select[Any], matching: Matching, most: int, *, completed: bool) -> list[Select[Any]]:
    """The same for PostgreSQL, which plans without knowing that somebody has three pending tasks and 99,997 others.

    Few are read first, by an index in order, and asked afterwards; otherwise it chooses.
    """
    kept = select(COUNTS.c.completed if completed else COUNTS.c.pending).where(COUNTS.c.user_id == USER_ID)
    are_few = kept.scalar_subquery() <= FEW
    of_status = tasks.where(TASKS.c.completed.is_(completed))
    few = of_status.order_by(TASKS.c.created_at.desc()).limit(limit(FEW, are_few)).subquery()
    return [
        select(few).where(*matching(few.c)),
        of_status.where(*matching(TASKS.c)).limit(case((are_few, 0), else_=most)),
    ]


def limit(most: Any, wanted: ColumnElement[bool]) -> ColumnElement[int]:
    """As many, or none: where a condition holds a SELECT, SQLite asks it of each row, and a limit only once."""
    return case((wanted, most), else_=0)
