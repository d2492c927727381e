"""Rows of the tables from what a file says of a task."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from web.domain.due import Due
from web.domain.folding import search_text
from web.domain.ordering import key_at
from web.domain.preferences import Preferences
from web.domain.zones import wall_clock, zone_named
from web.formats.fitting import kept_of
from web.formats.imported import ImportedTask
from web.models.reminder import ReminderDraft
from web.models.task import Task
from web.services.reminders import time_of
from web.services.task_dates import text_of

Row = dict[str, Any]
# So much earlier was an occurrence changed until it is linked to its repeating task.
UNLINKED = timedelta(microseconds=1)


def task_row(task: ImportedTask, preferences: Preferences, at: datetime, number: int) -> Row:
    """The columns of a task but for its owner, its list and its parent. `at` is when the import began."""
    created = min(task.created_at or at, at)
    repeat = task.repeat
    row = {
        "title": task.title,
        "description": task.note or None,
        "search_text": search_text(task.title, task.note or None),
        "idempotency_key": task.identity,
        "created_at": created,
        "updated_at": at,
        "deleted_at": None,
        "version": 1,
        "completed": task.completed,
        "completed_at": (task.completed_at or created) if task.completed else None,
        "priority": task.priority,
        "start_on": task.start_on,
        "position": key_at(at + timedelta(microseconds=number)),
        "day_position": None,
        "series_id": None,
        "repeat_rule": repeat.rule if repeat else None,
        "repeat_mode": repeat.mode if repeat else None,
        "repeat_anchor": (repeat.anchor or task.due_on) if repeat else None,
        "repeat_until": repeat.until if repeat else None,
        "repeat_left": repeat.left if repeat else None,
        **_due(task, preferences),
    }
    row |= {name: value for name, value in task.exact.items() if name in row and name != "due_at"}
    return {**row, "updated_at": row["updated_at"] - UNLINKED} if task.exact.get("series") else row


def _due(task: ImportedTask, preferences: Preferences) -> Row:
    """On the user's wall clock; a time in the user's own zone follows the user, as one that is typed."""
    due_at: datetime | None = task.exact.get("due_at")
    if due_at and task.due_zone:
        wall = wall_clock(due_at, preferences.zone)
        due = Due(wall.date(), wall.time(), task.due_zone, due_at)
    elif task.due_on and task.due_time and task.due_zone and task.due_zone != preferences.zone.key:
        due = Due.fixed(task.due_on, time.fromisoformat(task.due_time), zone_named(task.due_zone), preferences.zone)
    else:
        at = task.due_time if task.due_on else None
        return {"due_on": task.due_on, "due_time": at, "due_zone": None, "due_at": None}
    return {"due_on": due.due_on, "due_time": text_of(due.due_time), "due_zone": due.due_zone, "due_at": due.due_at}


def reminder_rows(task: ImportedTask, row: Mapping[str, Any], preferences: Preferences, now: datetime) -> Iterator[Row]:
    """The reminders of a task; one whose time is over is not sent."""
    if not task.reminders:
        # Most have none, and a Task takes half as long as all else.
        return
    of = Task(**{name: row[name] for name in ("title", "due_on", "due_time", "due_zone", "due_at")})
    for number, one in enumerate(task.reminders):
        draft = ReminderDraft(minutes_before=one.minutes_before, day_time=_day_time(one), at=one.at)
        at = one.at or time_of(of, draft, preferences)
        is_over = at is not None and at <= now and not one.key
        yield {
            "idempotency_key": one.key or str(uuid5(NAMESPACE_URL, f"{task.identity} reminder {number}")),
            "created_at": one.created_at or now,
            "updated_at": one.created_at or now,
            "minutes_before": one.minutes_before,
            "day_time": _day_time(one),
            "at": at,
            "sent_at": at if is_over else one.sent_at,
            "dismissed_at": now if is_over else one.dismissed_at,
        }


def _day_time(one: Any) -> str | None:
    """A time of day goes with whole days only."""
    return one.day_time if one.minutes_before is not None and one.minutes_before % 1440 == 0 else None


def imported_row(task: ImportedTask) -> Row:
    return {"line": task.line, "kept": kept_of(task.kept) or None}
