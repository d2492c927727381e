"""The reminders that a user's page shows: due ones of open tasks, until the user puts them away."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from web.db.types import UtcDateTime
from web.domain.reminder_words import message_words
from web.domain.text import shown_line
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.reminder import Reminder
from web.models.task import Task
from web.services.access import USER_ID, bound_to
from web.services.records import Service
from web.services.reminder_queue import IS_OPEN, TASK_OF_REMINDER
from web.services.task_dates import clock_of

# Older ones are out of date; the count of what a look goes through stays small.
SHOWN_FOR = timedelta(days=30)
MOST_SHOWN = 3
# Of one task there may be several.
_MOST_READ = 30
_REMINDERS, _TASKS = table_of(Reminder), table_of(Task)
_IS_SHOWN = (
    _REMINDERS.c.user_id == USER_ID,
    _REMINDERS.c.dismissed_at.is_(None),
    _REMINDERS.c.deleted_at.is_(None),
    _REMINDERS.c.at > bindparam("shown_since", type_=UtcDateTime()),
    *IS_OPEN,
)
# Walks the index of what is shown up to the first one, instead of aggregating.
NEXT_SHOWN = (
    select(_REMINDERS.c.at)
    .join(_TASKS, TASK_OF_REMINDER)
    .where(*_IS_SHOWN)
    .order_by(_REMINDERS.c.at)
    .limit(1)
    .scalar_subquery()
)
_DUE = (
    select(
        *(_REMINDERS.c[name] for name in ("id", "at", "task_id")),
        *(_TASKS.c[name] for name in ("title", "due_on", "due_time", "repeat_rule")),
    )
    .join(_TASKS, TASK_OF_REMINDER)
    .where(*_IS_SHOWN, _REMINDERS.c.at <= bindparam("now", type_=UtcDateTime()))
    .order_by(_REMINDERS.c.at, _REMINDERS.c.id)
    .limit(_MOST_READ)
)


class DueReminder(NamedTuple):
    """`occurrence` is the due date of a repeating task: what is done about this reminder is about no later one."""

    id: int
    task_id: int
    title: str
    words: str
    occurrence: date | None


def shown_times() -> dict[str, datetime]:
    """The parameters of NEXT_SHOWN beside the user."""
    return {"shown_since": utc_now() - SHOWN_FOR}


class DueReminders(Service):
    def all(self) -> Sequence[DueReminder]:
        """Of each task its latest one, at most MOST_SHOWN: the others come when these are put away."""
        rows = self.connection.execute(_DUE, {**bound_to(self.actor), **shown_times(), "now": utc_now()}).all()
        latest = {row.task_id: row for row in rows}
        return [self._shown(row) for row in list(latest.values())[:MOST_SHOWN]]

    def _shown(self, row: Any) -> DueReminder:
        preferences = self.actor.preferences
        wall, now = preferences.now(row.at), preferences.now(utc_now())
        words = message_words(row.due_on, clock_of(row.due_time), wall, now, preferences)
        occurrence = row.due_on if row.repeat_rule else None
        return DueReminder(row.id, row.task_id, shown_line(row.title), words, occurrence)
