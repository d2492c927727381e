"""Vikunja: `data.json` of its export, projects with their tasks. A date of the year 1 is none."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Raw, Struct, field

from web.formats.dates import moment_of, when_at
from web.formats.imported import ImportedList, ImportedReminder, ImportedRepeat, ImportedTask, Item, RefusedRow
from web.formats.json_items import Lines, decoded, items
from web.formats.microsoft import plain_text
from web.formats.opening import Source
from web.formats.repeats import take_rule

SECONDS_A_DAY = 86_400
# 5 is the highest there, "do now"; 0 is none.
PRIORITIES = {5: 1, 4: 1, 3: 2, 2: 3, 1: 3}
MONTHLY, FROM_COMPLETION = 1, 2


class _Project(Struct):
    id: int
    title: str
    parent_project_id: int = 0
    tasks: list[Raw] = field(default_factory=list)


class _Label(Struct):
    title: str


class _Reminder(Struct):
    reminder: str = ""


class _Task(Struct):
    id: int
    title: str
    description: str = ""
    done: bool = False
    done_at: str = ""
    due_date: str = ""
    start_date: str = ""
    created: str = ""
    repeat_after: int = 0
    repeat_mode: int = 0
    priority: int = 0
    labels: list[_Label] | None = None
    reminders: list[_Reminder] | None = None
    related_tasks: dict[str, Any] | None = None
    percent_done: float = 0
    hex_color: str = ""


def read_json(source: Source) -> Iterator[Item]:
    content = source.text().encode()
    for line, project in items(decoded(content, list[Raw]), _Project, Lines(content)):
        if isinstance(project, RefusedRow):
            yield project
            continue
        parent = str(project.parent_project_id) if project.parent_project_id > 0 else None
        key = None if project.title.casefold() == "inbox" and not parent else str(project.id)
        if key:
            yield ImportedList(line, key, project.title, parent)
        for task_line, item in items(project.tasks, _Task, Lines(content)):
            yield item if isinstance(item, RefusedRow) else _task(task_line, item, key, source)


def _task(line: int, item: _Task, key: str | None, source: Source) -> ImportedTask:
    task = ImportedTask(line, item.title, str(item.id), _parent(item), plain_text(item.description), key)
    task.priority = PRIORITIES.get(item.priority, 4)
    task.labels = tuple(label.title for label in item.labels or ())
    task.completed = item.done
    task.completed_at, task.created_at = _moment(item.done_at), _moment(item.created)
    zone = source.context.zone.key
    # Vikunja keeps moments; the user's clock shows them.
    if when := when_at(_moment(item.due_date), zone):
        task.due_on, task.due_time = when.day, when.at
    if begins := when_at(_moment(item.start_date), zone):
        task.start_on = begins.day
    _take_repeat(task, item)
    task.reminders = tuple(
        ImportedReminder(at=at) for one in item.reminders or () if (at := _moment(one.reminder)) is not None
    )
    if item.percent_done and not item.done:
        task.keep("percent_done", f"{item.percent_done:g}", "Daybook knows done and not done.", "progress")
    return task


def _moment(text: str) -> datetime | None:
    at = moment_of(text) if text else None
    return at if at and at.year > 1 else None


def _parent(item: _Task) -> str | None:
    parents = (item.related_tasks or {}).get("parenttask") or []
    first = parents[0] if isinstance(parents, list) and parents else None
    return str(first["id"]) if isinstance(first, dict) and "id" in first else None


def _take_repeat(task: ImportedTask, item: _Task) -> None:
    if item.repeat_mode == MONTHLY:
        take_rule(task, "FREQ=MONTHLY", "repeat_mode")
    elif item.repeat_after:
        _take_interval(task, item)


def _take_interval(task: ImportedTask, item: _Task) -> None:
    days, rest = divmod(item.repeat_after, SECONDS_A_DAY)
    if rest or days < 1:
        text = f"{item.repeat_after} seconds"
        task.keep("repeat_after", text, "Daybook repeats by days, not by hours or seconds.", "repeat")
        return
    take_rule(task, f"FREQ=DAILY;INTERVAL={days}", "repeat_after")
    if task.repeat and item.repeat_mode == FROM_COMPLETION:
        task.repeat = ImportedRepeat(task.repeat.rule, "completion", anchor=task.due_on)
