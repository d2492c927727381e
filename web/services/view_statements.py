"""The statements of the views, each built once. A view is a UNION ALL of parts, each limited and numbered."""

from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    UnaryExpression,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from web.db.one_of import one_of_few
from web.db.types import UtcDateTime
from web.models.base import table_of
from web.models.label import Label
from web.models.list import List
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.services.access import USER_ID, including_deleted, readable
from web.services.paging import LISTS, NOT_ARCHIVED, ROW, TASKS

TASK_LABELS, LABELS = table_of(TaskLabel), table_of(Label)
MOST_OF_A_DAY = 200
TODAY, _DAY = bindparam("today", type_=Date()), bindparam("day", type_=Date())
_FROM, _TO = bindparam("begins", type_=UtcDateTime()), bindparam("ends", type_=UtcDateTime())
_LIST, _LABEL = bindparam("list", type_=Integer()), bindparam("label", type_=Integer())
# Rows of one kind on a day's page.
_MOST = bindparam("most", type_=Integer())
_SIZE, _OFFSET = bindparam("size", type_=Integer()), bindparam("offset", type_=Integer())
# The order by hand on a day; until a task is moved there, that of its list.
DAY_KEY = func.coalesce(TASKS.c.day_position, TASKS.c.position)
_IN_DAY = (TASKS.c.due_on, TASKS.c.due_time.is_(None), TASKS.c.due_time, DAY_KEY, TASKS.c.id)


def _open(*conditions: Any) -> Select[Any]:
    return readable(Task, *ROW).where(~TASKS.c.completed, *conditions)


def _done(*conditions: Any) -> Select[Any]:
    return readable(Task, *ROW).where(TASKS.c.completed, TASKS.c.parent_id.is_(None), *conditions)


def _part(name: str, rows: Select[Any], *order: Any, size: Any = _MOST, offset: Any = None) -> Select[Any]:
    """A part of a view: its first rows, each with its number; UNION ALL promises no order."""
    keys = [(getattr(one, "element", one), isinstance(one, UnaryExpression) and one.modifier) for one in order]
    labelled = [key.label(f"key_{number}") for number, (key, _) in enumerate(keys)]
    chosen = rows.add_columns(*labelled).order_by(*order).limit(size)
    if offset is not None:
        chosen = chosen.offset(offset)
    first = chosen.subquery(name)
    again = [
        first.c[label.name].desc() if falls else first.c[label.name]
        for label, (_, falls) in zip(labelled, keys, strict=True)
    ]
    number = func.row_number().over(order_by=again)
    return select(literal(name, String()).label("part"), number.label("number"), *(first.c[one.name] for one in ROW))


def _view(*parts: Select[Any], prepare: bool = True) -> Any:
    view = union_all(*parts)
    return view.order_by(view.selected_columns[0], view.selected_columns[1]).execution_options(prepare=prepare)


_DONE_IN_SPAN = (TASKS.c.completed_at >= _FROM, TASKS.c.completed_at < _TO)
_LATEST = (TASKS.c.completed_at.desc(), TASKS.c.id.desc())
_BY_HAND = (TASKS.c.position, TASKS.c.id)
_BY_HAND_ON_DAY = (DAY_KEY, TASKS.c.id)
RESTS = TASKS.c.start_on > TODAY
_DONE_ON_DAY = _part("done", _done(NOT_ARCHIVED, *_DONE_IN_SPAN), *_LATEST)
_STARTED = _part(
    "started",
    _open(NOT_ARCHIVED, TASKS.c.start_on <= TODAY, or_(TASKS.c.due_on.is_(None), TASKS.c.due_on > TODAY)),
    *(TASKS.c.start_on, TASKS.c.id),
)

OF_TODAY = _view(
    _part("due", _open(NOT_ARCHIVED, TASKS.c.due_on <= TODAY), *_IN_DAY),
    _STARTED,
    _DONE_ON_DAY,
)
OPEN_TODAY = _view(
    _part("overdue", _open(NOT_ARCHIVED, TASKS.c.due_on < TODAY), *_IN_DAY),
    _part("due", _open(NOT_ARCHIVED, TASKS.c.due_on == TODAY), *_IN_DAY),
    _STARTED,
)
OF_DAY = _view(
    _part("due", _open(NOT_ARCHIVED, TASKS.c.due_on == _DAY, RESTS.is_not(true())), *_IN_DAY),
    _part("started", _open(NOT_ARCHIVED, TASKS.c.start_on == _DAY, RESTS), *_BY_HAND_ON_DAY),
    _DONE_ON_DAY,
)
TO_COME = _view(
    _part("due", _open(NOT_ARCHIVED, TASKS.c.due_on > TODAY, RESTS.is_not(true())), *_IN_DAY),
    _part("started", _open(NOT_ARCHIVED, RESTS), TASKS.c.start_on, *_BY_HAND_ON_DAY),
)
_TOP = TASKS.c.parent_id.is_(None)
OF_INBOX = _view(
    # By the list too, although there is none: PostgreSQL takes no order from an index where a column IS NULL.
    _part("open", _open(_TOP, TASKS.c.list_id.is_(None)), TASKS.c.list_id, *_BY_HAND, size=_SIZE, offset=_OFFSET),
    _part("done", _done(TASKS.c.list_id.is_(None), *_DONE_IN_SPAN), *_LATEST),
)
# The list and its sections, as one IN: of `list_id = … OR list_id IN (…)` SQLite would read all tasks with a list.
_IS_SECTION = and_(LISTS.c.parent_id == _LIST, LISTS.c.is_section, LISTS.c.deleted_at.is_(None))
_IN_LIST = one_of_few(
    TASKS.c.list_id, select(LISTS.c.id).where(LISTS.c.user_id == USER_ID, or_(LISTS.c.id == _LIST, _IS_SECTION))
)
_LIST_POSITION = select(LISTS.c.position).where(LISTS.c.id == TASKS.c.list_id).scalar_subquery()
OF_LIST = _view(
    _part(
        "open",
        # Every position: it makes SQLite prefer the index of open tasks to that of all tasks of a list.
        _open(_TOP, _IN_LIST, TASKS.c.position >= ""),
        *(TASKS.c.list_id != _LIST, _LIST_POSITION, TASKS.c.list_id, *_BY_HAND),
        size=_SIZE,
        offset=_OFFSET,
    ),
    _part("done", _done(_IN_LIST, *_DONE_IN_SPAN), *_LATEST),
    # Planned for each list: a generic plan expects one task of a list, and takes the index of all.
    prepare=False,
)
_LABELLED = TASKS.c.id.in_(
    select(TASK_LABELS.c.task_id).where(TASK_LABELS.c.user_id == USER_ID, TASK_LABELS.c.label_id == _LABEL)
)
OF_LABEL = _view(
    _part(
        "open",
        _open(NOT_ARCHIVED, _LABELLED),
        *(TASKS.c.due_on.is_(None), *_IN_DAY),
        size=_SIZE,
        offset=_OFFSET,
    ),
    _part("done", _done(NOT_ARCHIVED, _LABELLED, *_DONE_IN_SPAN), *_LATEST),
)
LABEL_COUNTS = (
    select(TASK_LABELS.c.label_id, func.count())
    .join(TASKS, TASKS.c.id == TASK_LABELS.c.task_id)
    .where(TASK_LABELS.c.user_id == USER_ID, TASKS.c.deleted_at.is_(None), ~TASKS.c.completed, NOT_ARCHIVED)
    .group_by(TASK_LABELS.c.label_id)
)
DONE = _done(NOT_ARCHIVED).order_by(*_LATEST).limit(_SIZE).execution_options(prepare=True)
_PLACE = tuple_(bindparam("after_at", type_=UtcDateTime()), bindparam("after_id", type_=TASKS.c.id.type))
DONE_ON = DONE.where(tuple_(TASKS.c.completed_at, TASKS.c.id) < _PLACE)
STEPS = readable(Task, *ROW).where(TASKS.c.parent_id == bindparam("parent")).order_by(*_BY_HAND)
OCCURRENCES = _done(TASKS.c.series_id == bindparam("series")).order_by(*_LATEST).limit(MOST_OF_A_DAY)
_PARENT, _AROUND = TASKS.alias("parent"), LISTS.alias("around")
# What came into the trash with a list or a task stands under that.
_DELETED_LISTS = (
    including_deleted(List, literal("lists").label("noun"), LISTS.c.id, LISTS.c.name, LISTS.c.deleted_at)
    .join(_AROUND, _AROUND.c.id == LISTS.c.parent_id, isouter=True)
    .where(LISTS.c.deleted_at.is_not(None), _AROUND.c.deleted_at.is_distinct_from(LISTS.c.deleted_at))
)
_DELETED_LABELS = including_deleted(
    Label, literal("labels").label("noun"), LABELS.c.id, LABELS.c.name, LABELS.c.deleted_at
).where(LABELS.c.deleted_at.is_not(None))
_DELETED_OTHERS = union_all(_DELETED_LISTS, _DELETED_LABELS).subquery("deleted")
DELETED_OTHERS = (
    select(_DELETED_OTHERS.c.noun, _DELETED_OTHERS.c.id, _DELETED_OTHERS.c.name)
    .order_by(_DELETED_OTHERS.c.deleted_at.desc(), _DELETED_OTHERS.c.id.desc())
    .limit(_MOST)
)
DELETED = (
    including_deleted(Task, *ROW)
    .join(_PARENT, _PARENT.c.id == TASKS.c.parent_id, isouter=True)
    .join(LISTS, LISTS.c.id == TASKS.c.list_id, isouter=True)
    .where(
        TASKS.c.deleted_at.is_not(None),
        _PARENT.c.deleted_at.is_distinct_from(TASKS.c.deleted_at),
        LISTS.c.deleted_at.is_distinct_from(TASKS.c.deleted_at),
    )
    .order_by(TASKS.c.deleted_at.desc(), TASKS.c.id.desc())
    .limit(_MOST)
)
