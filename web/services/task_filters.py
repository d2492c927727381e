"""Which tasks the API lists: by list, label and due date besides what the pages know, one statement for each."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, Select, String, Table, bindparam, or_, select

from web.domain.actor import Actor
from web.domain.days import passed_before, shifted
from web.domain.errors import InvalidCursor, InvalidField
from web.domain.text import search_terms
from web.domain.timestamps import utc_now
from web.models.task_body import TaskFilter
from web.models.task_query import SEARCH_LENGTH, TaskQuery
from web.services.access import USER_ID
from web.services.paging import MOST_STATEMENTS, TASKS, Narrow, bind_params
from web.services.view_statements import TASK_LABELS

_FROM, _TO = bindparam("due_from", type_=Date()), bindparam("due_to", type_=Date())
_TODAY, _CLOCK = bindparam("today", type_=Date()), bindparam("clock", type_=String())
_OF_LABEL = select(TASK_LABELS.c.task_id).where(
    TASK_LABELS.c.user_id == USER_ID, TASK_LABELS.c.label_id == bindparam("label", type_=Integer())
)
_CONDITIONS: Mapping[str, Any] = {
    "no step": TASKS.c.parent_id.is_(None),
    "inbox": TASKS.c.list_id.is_(None),
    "list": TASKS.c.list_id == bindparam("list", type_=Integer()),
    "label": TASKS.c.id.in_(_OF_LABEL),
    "due": TASKS.c.due_on.between(_FROM, _TO),
    "none": TASKS.c.due_on.is_(None),
    "overdue": ~TASKS.c.completed
    & or_(TASKS.c.due_on < _TODAY, (TASKS.c.due_on == _TODAY) & (TASKS.c.due_time < _CLOCK)),
}


class Filter(NamedTuple):
    """A view of the tasks, the conditions that narrow it, and their parameters."""

    query: TaskQuery
    conditions: frozenset[str]
    params: Mapping[str, Any]
    cursor: Mapping[str, Any]


def filter_of(wanted: TaskFilter, actor: Actor) -> Filter:
    """Raises InvalidCursor, and InvalidField for a day that there is not."""
    query = TaskQuery(
        status=wanted.status, q=search_terms(wanted.q, SEARCH_LENGTH), sort=wanted.sort, after=wanted.after
    )
    cursor = bind_params(query)
    if wanted.after and not cursor:
        raise InvalidCursor
    conditions: dict[str, Mapping[str, Any]] = {}
    if wanted.list is not None:
        conditions |= {"inbox": {}} if wanted.list == "inbox" else {"list": {"list": int(wanted.list)}}
    if wanted.label is not None:
        conditions["label"] = {"label": wanted.label}
    if wanted.due is not None:
        conditions |= _due(wanted.due, actor)
    if conditions and not query.terms:
        # Steps are found by words; otherwise they are under their task.
        conditions["no step"] = {}
    params = {name: value for values in conditions.values() for name, value in values.items()}
    return Filter(query, frozenset(conditions), params, cursor)


@lru_cache(maxsize=MOST_STATEMENTS)
def narrowed(conditions: frozenset[str], search: Narrow | None) -> Narrow | None:
    """What narrows a statement by all of these and by the search; the same function for the same ones."""
    if not conditions:
        return search
    rules = [_CONDITIONS[name] for name in sorted(conditions)]

    def narrow(tasks: Select[Any], table: Table) -> Select[Any]:
        return (search(tasks, table) if search else tasks).where(*rules)

    return narrow


def _due(due: str, actor: Actor) -> Mapping[str, Mapping[str, Any]]:
    now = actor.preferences.now(utc_now())
    today = now.date()
    if due == "none":
        return {"none": {}}
    if due == "overdue":
        return {"overdue": {"today": today, "clock": passed_before(now).isoformat("minutes")}}
    if due == "upcoming":
        return {"due": {"due_from": shifted(today, 1), "due_to": date.max}}
    first, _, last = (due, "", due) if due == "today" or ".." not in due else due.partition("..")
    return {"due": {"due_from": _day(first, today), "due_to": _day(last, today)}}


def _day(text: str, today: date) -> date:
    try:
        return today if text == "today" else date.fromisoformat(text)
    except ValueError as problem:
        raise InvalidField("due", f"There is no day {text}.") from problem
