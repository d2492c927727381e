"""Writes iCalendar (RFC 5545): a VTODO for each task; `web.formats.ics` reads it.

A time follows the clock of its reader unless it is fixed to a zone; that is written in UTC, so no VTIMEZONE is needed.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Alarm, Todo
from icalendar.parser import Contentline
from icalendar.prop import vRecur

from web.formats.imported import ImportedTask
from web.formats.writers import Export, kept_words

_HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Daybook//Daybook//EN\r\n"
_PRIORITIES = {1: 1, 2: 5, 3: 9}
_PROPERTY = re.compile(r"X-[A-Z0-9-]+|RRULE")


def write(export: Export) -> Iterator[str]:
    yield _HEAD
    for task in export.tasks:
        yield _vtodo(export, task)
    yield "END:VCALENDAR\r\n"


def _vtodo(export: Export, task: ImportedTask) -> str:
    todo = Todo()
    todo.add("uid", task.key)
    todo.add("summary", task.title)
    todo.add("dtstamp", task.exact["updated_at"])
    todo.add("created", task.created_at or task.exact["updated_at"])
    if task.note:
        todo.add("description", task.note)
    if labels := export.label_names(task):
        todo.add("categories", labels)
    if task.priority in _PRIORITIES:
        todo.add("priority", _PRIORITIES[task.priority])
    if task.completed:
        todo.add("status", "COMPLETED")
        todo.add("completed", task.completed_at or task.exact["updated_at"])
    if task.parent:
        todo.add("related-to", task.parent)
    lists, _ = export.path(task)
    if lists:
        todo.add("x-daybook-list", " / ".join(lists))
    _add_dates(todo, task)
    for alarm in _alarms(task):
        todo.add_component(alarm)
    return _with_kept(todo.to_ical().decode(), task)


def _add_dates(todo: Todo, task: ImportedTask) -> None:
    due = _due(task)
    if due is not None:
        todo.add("due", due)
    # A rule counts from DTSTART.
    start = due if task.repeat else task.start_on
    if start is not None:
        todo.add("dtstart", start)
    if task.repeat and due is not None:
        until = f";UNTIL={_until(task.repeat.until, due)}" if task.repeat.until else ""
        todo.add("rrule", vRecur.from_ical(task.repeat.rule + until))
        if task.repeat.mode == "completion":
            todo.add("x-daybook-repeat", "completion")


def _due(task: ImportedTask) -> date | datetime | None:
    if task.due_on is None or task.due_time is None:
        return task.due_on
    fixed: datetime | None = task.exact["due_at"]
    return fixed.astimezone(UTC) if fixed else datetime.combine(task.due_on, time.fromisoformat(task.due_time))


def _until(last: date, due: date | datetime) -> str:
    """The end of the last day, in the kind that DTSTART has."""
    if not isinstance(due, datetime):
        return f"{last:%Y%m%d}"
    return f"{last:%Y%m%d}T235959{'Z' if due.tzinfo else ''}"


def _alarms(task: ImportedTask) -> Iterator[Any]:
    for one in task.reminders:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", task.title)
        if one.minutes_before is not None and one.day_time is None and task.due_on:
            alarm.add("trigger", timedelta(minutes=-one.minutes_before), parameters={"RELATED": "END"})
        elif one.at:
            alarm.add("trigger", one.at, parameters={"VALUE": "DATE-TIME"})
        else:
            continue
        yield alarm


def _with_kept(written: str, task: ImportedTask) -> str:
    """Properties that came from iCalendar as they were; other texts in one of ours."""
    lines = []
    others = ImportedTask(0, "")
    for name, text in task.kept.items():
        if _PROPERTY.fullmatch(name) and text.isprintable() and not (name == "RRULE" and task.repeat):
            lines.append(_folded(f"{name}:{text}"))
        else:
            others.kept[name] = text
    for words in kept_words(others):
        escaped = words.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")
        lines.append(_folded(f"X-DAYBOOK-KEPT:{escaped}"))
    return written.replace("END:VTODO\r\n", "".join(f"{line}\r\n" for line in lines) + "END:VTODO\r\n")


def _folded(line: str) -> str:
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded.decode()
