"""The statements of the task service, each built once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    select,
)

from web.db.ddl import later
from web.db.types import UtcDateTime
from web.models.base import table_of
from web.models.event import Event
from web.models.label import Label
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.services.access import USER_ID, readable, writable
from web.services.paging import LISTS, ROW, TASKS, kept
from web.services.record_statements import delete_of

_NOW = bindparam("now", type_=UtcDateTime())
_ID: Any = bindparam("record_id")
_STEPS, _PARENT = TASKS.alias("steps"), TASKS.alias("parent")
LABELS, TASK_LABELS, EVENTS = table_of(Label), table_of(TaskLabel), table_of(Event)

_HAS_OPEN_STEPS = exists().where(
    _STEPS.c.user_id == USER_ID,
    _STEPS.c.parent_id == TASKS.c.id,
    ~_STEPS.c.completed,
    _STEPS.c.deleted_at.is_(None),
)
# By the id that is given: SQLAlchemy leaves out the tables' names where SQLite returns this from an UPDATE.
_STEPS_OF = (_STEPS.c.user_id == USER_ID, _STEPS.c.parent_id == _ID, _STEPS.c.deleted_at.is_(None))
_HAS_STEPS = exists().where(*_STEPS_OF)
_IS_OF_COMPLETED = exists().where(_PARENT.c.user_id == USER_ID, _PARENT.c.id == TASKS.c.parent_id, _PARENT.c.completed)

# The counts before the statement: triggers change them at its end.
_COUNTS = [kept(name).label(f"{name}_before") for name in ("pending", "completed")]
_LABEL_IDS = select(LABELS.c.id).where(LABELS.c.user_id == USER_ID, LABELS.c.deleted_at.is_(None))
# With the comma as a parameter, SQLAlchemy builds the text of the statement again for each request, which takes a sixth
# of Daybook's CPU time for the statement.
_COMMA: Any = literal_column("','")
# What programs read of a task besides its columns; the ids of labels with commas between them. Without joins: on SQLite
# the names of tables are left out here, too.
_DETAILS = [
    select(func.aggregate_strings(cast(TASK_LABELS.c.label_id, String), _COMMA))
    .where(TASK_LABELS.c.user_id == USER_ID, TASK_LABELS.c.task_id == _ID, TASK_LABELS.c.label_id.in_(_LABEL_IDS))
    .scalar_subquery()
    .label("label_ids"),
    select(func.count()).select_from(_STEPS).where(*_STEPS_OF).scalar_subquery().label("steps"),
    select(func.count())
    .select_from(_STEPS)
    .where(*_STEPS_OF, _STEPS.c.completed)
    .scalar_subquery()
    .label("steps_done"),
]


def _mark(*conditions: ColumnElement[bool], completed: bool, also: Sequence[Any]) -> Any:
    """Completing and reopening, where nothing else has to change with it.

    Only a task that is not so yet: completing twice keeps the first time. `also` is returned beside the row.
    """
    return (
        writable(Task)
        .where(
            TASKS.c.id == _ID,
            TASKS.c.deleted_at.is_(None),
            ~TASKS.c.completed if completed else TASKS.c.completed,
            *conditions,
        )
        .values(
            completed=completed,
            completed_at=_NOW if completed else null(),
            version=TASKS.c.version + 1,
            updated_at=later(TASKS.c.updated_at, _NOW),
        )
        .returning(*ROW, *also)
    )


# A task that repeats moves on, and one with open steps takes them along: not in one statement.
_completing = partial(_mark, TASKS.c.repeat_rule.is_(None), ~_HAS_OPEN_STEPS, completed=True)
# A step of a completed task opens that task too.
_reopening = partial(_mark, ~_IS_OF_COMPLETED, completed=False)
# By whether the task is to be completed; with the counts for pages, with its details for programs.
MARK = {True: _completing(also=_COUNTS), False: _reopening(also=_COUNTS)}
MARK_WITH_DETAILS = {True: _completing(also=_DETAILS), False: _reopening(also=_DETAILS)}
ONE_ROW = readable(Task, *ROW).where(TASKS.c.id == _ID)
DELETE = delete_of(Task).returning(_HAS_STEPS.label("has_steps"))
LAST_COMPLETION = (
    select(EVENTS.c.created_at)
    .where(EVENTS.c.user_id == USER_ID, EVENTS.c.subject == str(Task.__tablename__), EVENTS.c.subject_id == _ID)
    .where(EVENTS.c.action.in_(("complete", "occurrence", "add")))
    .order_by(EVENTS.c.id.desc())
    .limit(1)
)

# Locked against its deletion, which would not see what is put into it meanwhile.
LIST = (
    select(LISTS.c.deleted_at)
    .where(LISTS.c.user_id == USER_ID, LISTS.c.id == bindparam("list"))
    .with_for_update(read=True)
)

LABELS_OF = (
    select(TASK_LABELS.c.label_id)
    .where(TASK_LABELS.c.user_id == USER_ID, TASK_LABELS.c.task_id == _ID)
    .order_by(TASK_LABELS.c.label_id)
)
_ARE_KNOWN_LABELS = (
    LABELS.c.user_id == USER_ID,
    LABELS.c.deleted_at.is_(None),
    LABELS.c.id.in_(bindparam("label_ids", expanding=True)),
)
KNOWN_LABELS = select(LABELS.c.id).where(*_ARE_KNOWN_LABELS).order_by(LABELS.c.id)
ADD_LABELS = insert(TASK_LABELS).from_select(
    ["user_id", "task_id", "label_id"], select(LABELS.c.user_id, _ID, LABELS.c.id).where(*_ARE_KNOWN_LABELS)
)
REMOVE_LABELS = delete(TASK_LABELS).where(
    TASK_LABELS.c.user_id == USER_ID,
    TASK_LABELS.c.task_id == _ID,
    TASK_LABELS.c.label_id.in_(bindparam("label_ids", expanding=True)),
)
COPY_LABELS = insert(TASK_LABELS).from_select(
    ["user_id", "task_id", "label_id"],
    select(TASK_LABELS.c.user_id, bindparam("copy_id", type_=TASKS.c.id.type), TASK_LABELS.c.label_id).where(
        TASK_LABELS.c.user_id == USER_ID, TASK_LABELS.c.task_id == _ID
    ),
)
