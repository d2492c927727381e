"""Microsoft To Do, as Microsoft Graph gives it: it has no file export of its own.

https://learn.microsoft.com/graph/api/resources/todotask. A file holds the tasks of one list (`value`), or several lists
with their `tasks`. A due date is a day, whatever its time says.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from msgspec import Raw, Struct, field

from web.domain.recurrence import InvalidRule
from web.formats.dates import day_of, moment_of
from web.formats.imported import ImportedList, ImportedReminder, ImportedTask, Item, RefusedRow
from web.formats.json_items import Lines, decoded, items, text_of
from web.formats.opening import Source
from web.formats.repeats import take_rule

PRIORITIES = {"high": 1, "low": 3}
_TAG = re.compile(r"<(?:br|/p|/div|/li)\s*/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_FREQUENCIES = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "absoluteMonthly": "MONTHLY",
    "relativeMonthly": "MONTHLY",
    "absoluteYearly": "YEARLY",
    "relativeYearly": "YEARLY",
}
_INDEXES = {"first": "1", "second": "2", "third": "3", "fourth": "4", "last": "-1"}


class _File(Struct):
    value: list[Raw] = field(default_factory=list)
    lists: list[Raw] = field(default_factory=list)
    # The name of the list that `value` belongs to.
    display_name: str = field(name="displayName", default="")


class _List(Struct):
    display_name: str = field(name="displayName")
    tasks: list[Raw] = field(default_factory=list)
    id: str = ""


class _Body(Struct):
    content: str = ""
    content_type: str = field(name="contentType", default="text")


class _DateTime(Struct):
    date_time: str = field(name="dateTime")
    time_zone: str = field(name="timeZone", default="UTC")


class _Step(Struct):
    display_name: str = field(name="displayName")
    is_checked: bool = field(name="isChecked", default=False)
    id: str = ""


class _Task(Struct):
    title: str
    id: str = ""
    body: _Body | None = None
    importance: str = "normal"
    status: str = "notStarted"
    categories: list[str] = field(default_factory=list)
    due: _DateTime | None = field(name="dueDateTime", default=None)
    start: _DateTime | None = field(name="startDateTime", default=None)
    reminder: _DateTime | None = field(name="reminderDateTime", default=None)
    completed: _DateTime | None = field(name="completedDateTime", default=None)
    created_at: str = field(name="createdDateTime", default="")
    recurrence: Any = None
    steps: list[_Step] = field(name="checklistItems", default_factory=list)


def read_json(source: Source) -> Iterator[Item]:
    content = source.text().encode()
    file, lines = decoded(content, _File), Lines(content)
    for number, (line, one) in enumerate(items(file.lists or _of_lists(file.value), _List, lines), start=1):
        if isinstance(one, RefusedRow):
            yield one
            continue
        key = one.id or f"list {number}"
        yield ImportedList(line, key, one.display_name)
        yield from _tasks(one.tasks, key, content)
    if not file.lists and not _of_lists(file.value):
        if file.display_name:
            yield ImportedList(1, file.display_name, file.display_name)
        yield from _tasks(file.value, file.display_name or None, content)


def _of_lists(elements: list[Raw]) -> list[Raw]:
    return elements if elements and b'"tasks"' in bytes(elements[0])[:100_000] else []


def _tasks(elements: list[Raw], key: str | None, content: bytes) -> Iterator[Item]:
    for line, item in items(elements, _Task, Lines(content)):
        if isinstance(item, RefusedRow):
            yield item
            continue
        task = _task(line, item)
        task.list_key = key
        yield task
        for number, step in enumerate(item.steps, start=1):
            step_key = step.id or f"{task.key} step {number}"
            made = ImportedTask(line, step.display_name, step_key, parent=task.key, completed=step.is_checked)
            made.list_key = key
            yield made


def _task(line: int, item: _Task) -> ImportedTask:
    task = ImportedTask(line, item.title, item.id or f"line {line}", note=_note(item.body))
    task.identity = item.id or f"{item.title}\n{item.created_at}"
    task.priority, task.labels = PRIORITIES.get(item.importance, 4), tuple(item.categories)
    task.completed = item.status == "completed"
    task.created_at = moment_of(item.created_at)
    task.completed_at = moment_of(item.completed.date_time) if item.completed else None
    task.due_on = day_of(item.due.date_time) if item.due else None
    task.start_on = day_of(item.start.date_time) if item.start else None
    if item.due and task.due_on is None:
        task.keep("dueDateTime", item.due.date_time, "This is no date.", "due date")
    if item.recurrence:
        _take_recurrence(task, item.recurrence)
    if item.reminder:
        _take_reminder(task, item.reminder)
    return task


def _note(body: _Body | None) -> str:
    if body is None or body.content_type != "html":
        return body.content if body else ""
    return plain_text(body.content)


def plain_text(html: str) -> str:
    """The text of simple HTML, a line for each paragraph; it is never shown as HTML."""
    return unescape(_ANY_TAG.sub("", _TAG.sub("\n", html))).strip()


def _take_reminder(task: ImportedTask, reminder: _DateTime) -> None:
    at = moment_of(reminder.date_time) if reminder.time_zone in ("UTC", "Etc/GMT") else None
    if at:
        task.reminders = (ImportedReminder(at=at),)
    else:
        words = f"{reminder.date_time} {reminder.time_zone}"
        task.keep("reminderDateTime", words, "The time zone of this reminder is not UTC.", "reminder")


def _take_recurrence(task: ImportedTask, recurrence: Any) -> None:
    try:
        rule = _rule(recurrence["pattern"], recurrence.get("range") or {})
    except (InvalidRule, KeyError, TypeError, AttributeError):
        task.keep("recurrence", text_of(recurrence), "This repeat is kept as text.", "repeat")
        return
    take_rule(task, rule, "recurrence")


def _rule(pattern: Any, ends: Any) -> str:
    kind = pattern["type"]
    days = ",".join(day[:2].upper() for day in pattern.get("daysOfWeek") or ())
    parts = [f"FREQ={_FREQUENCIES[kind]}", f"INTERVAL={pattern.get('interval') or 1}"]
    if kind.endswith("Yearly"):
        parts.append(f"BYMONTH={pattern['month']}")
    if kind.startswith("absolute"):
        parts.append(f"BYMONTHDAY={pattern['dayOfMonth']}")
    elif kind.startswith("relative"):
        parts += [f"BYDAY={days}", f"BYSETPOS={_INDEXES[pattern.get('index', 'first')]}"]
    elif kind == "weekly":
        parts += [f"BYDAY={days}", f"WKST={pattern.get('firstDayOfWeek', 'monday')[:2].upper()}"]
    if ends.get("type") == "endDate":
        parts.append(f"UNTIL={ends['endDate'].replace('-', '')}")
    elif ends.get("type") == "numbered":
        parts.append(f"COUNT={ends['numberOfOccurrences']}")
    return ";".join(parts)
