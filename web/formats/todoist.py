"""Todoist: a CSV file for each project, and JSON as its API and its backups of everything have it.

https://developer.todoist.com/api/v1 names the fields of the JSON.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Raw, Struct, field

from web.domain.quick_add import Context
from web.domain.zones import InvalidZone
from web.formats import csv_rows
from web.formats.csv_rows import Header, Row
from web.formats.dates import When, moment_of, when_of
from web.formats.imported import ImportedLabel, ImportedList, ImportedReminder, ImportedTask, Item, RefusedRow
from web.formats.json_items import Lines, decoded, items
from web.formats.opening import Source
from web.formats.repeats import take_words

COLUMNS = ("TYPE", "CONTENT", "PRIORITY", "INDENT", "DATE")
_LABEL = re.compile(r"(?:(?<=\s)|^)@([^\s@]+)")
_FILE_NUMBER = re.compile(r"\s*\[[0-9]+\]$|\s*\([0-9]+\)$")
_ENGLISH = ("", "en")


def is_csv(source: Source) -> Header | None:
    return csv_rows.header_of(source, *COLUMNS)


def read_csv(source: Source, header: Header) -> Iterator[Item]:
    """Notes belong to the task above them; sections hold what follows."""
    project, section = _file_name(source.name), ""
    yield ImportedList(1, project, project)
    above: dict[int, str] = {}
    task: ImportedTask | None = None
    for row in csv_rows.rows(source, header):
        kind = row.cell("type").casefold()
        if kind == "note" and task:
            task.note = "\n".join(filter(None, (task.note, row.cell("content"))))
            continue
        if task:
            yield task
            task = None
        if kind == "section":
            section, above = f"{project}\n{row.cell('content')}", {}
            yield ImportedList(row.line, section, row.cell("content"), project, is_section=True)
        elif kind == "task":
            task = _csv_task(row, above, source.context)
            task.list_key = section or project
            task.identity = f"{task.list_key}\n{task.identity}"
        elif kind == "note":
            yield RefusedRow(row.line, "This comment belongs to no task.", row.cell("content"))
        elif kind != "meta" and not row.is_blank:
            yield RefusedRow(row.line, f"Todoist has no type “{kind[:30]}”.", row.cell("content"))
    if task:
        yield task


def _csv_task(row: Row, above: dict[int, str], context: Context) -> ImportedTask:
    indent = _number(row.cell("indent"), 1)
    content = row.cell("content").removeprefix("* ")
    labels = tuple(_LABEL.findall(content))
    task = ImportedTask(
        row.line, _LABEL.sub("", content).strip() or content, note=row.cell("description"), labels=labels
    )
    task.parent = next((above[level] for level in range(indent - 1, 0, -1) if level in above), None)
    for level in [level for level in above if level >= indent]:
        del above[level]
    above[indent] = task.key = f"line {row.line}"
    task.identity = "\n".join(row.cells.values())
    task.priority = _number(row.cell("priority"), 4)
    if words := row.cell("date"):
        _take_date(task, words, row.cell("date_lang"), context)
    if deadline := row.cell("deadline"):
        task.keep("deadline", deadline, "Daybook has one date, the due date.", "deadline")
    if responsible := row.cell("responsible"):
        task.keep("responsible", responsible, "Daybook has no people to assign tasks to.")
    if (duration := row.cell("duration")) and duration != "None":
        task.keep("duration", f"{duration} {row.cell('duration_unit')}".strip(), "Daybook has no durations.")
    return task


def _take_date(task: ImportedTask, words: str, language: str, context: Context) -> None:
    when = when_of(words)
    if when:
        task.due_on, task.due_time = when.day, when.at
    elif language not in _ENGLISH or not take_words(task, words, context):
        task.keep("date", words, "This date is in words that Daybook does not read.", "due date")


def _file_name(name: str) -> str:
    """Work of `Work [2204].csv`."""
    return _FILE_NUMBER.sub("", name.rpartition(".")[0] or name).strip() or "Todoist"


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 4 else default


class _File(Struct):
    items: list[Raw]
    projects: list[Raw] = field(default_factory=list)
    sections: list[Raw] = field(default_factory=list)
    labels: list[Raw] = field(default_factory=list)
    notes: list[Raw] = field(default_factory=list)
    reminders: list[Raw] = field(default_factory=list)


class _Project(Struct):
    id: str
    name: str
    parent_id: str | None = None
    inbox_project: bool = False


class _Section(Struct):
    id: str
    name: str
    project_id: str


class _Label(Struct):
    name: str


class _Due(Struct):
    date: str
    timezone: str | None = None
    string: str = ""
    lang: str = "en"
    is_recurring: bool = False


class _Note(Struct):
    item_id: str
    content: str


class _Reminder(Struct):
    item_id: str
    minute_offset: int | None = None
    due: _Due | None = None


class _Task(Struct):
    id: str
    content: str
    description: str = ""
    project_id: str | None = None
    section_id: str | None = None
    parent_id: str | None = None
    # 4 is the highest.
    priority: int = 1
    labels: list[str] = field(default_factory=list)
    due: _Due | None = None
    checked: bool = False
    completed_at: str | None = None
    added_at: str | None = None
    deadline: Any = None
    duration: Any = None
    responsible_uid: str | None = None


def read_json(source: Source) -> Iterator[Item]:
    content = source.text().encode()
    file = decoded(content, _File)
    yield from _projects(file, content)
    notes, reminders = _by_task(file.notes, _Note), _by_task(file.reminders, _Reminder)
    sections: set[str] = set()
    for line, section in items(file.sections, _Section, Lines(content)):
        if isinstance(section, _Section):
            sections.add(section.id)
            yield ImportedList(line, f"section {section.id}", section.name, section.project_id, is_section=True)
        else:
            yield section
    for line, label in items(file.labels, _Label, Lines(content)):
        yield ImportedLabel(line, label.name, label.name) if isinstance(label, _Label) else label
    for line, item in items(file.items, _Task, Lines(content)):
        if isinstance(item, RefusedRow):
            yield item
            continue
        task = _json_task(line, item, source.context)
        task.list_key = f"section {item.section_id}" if item.section_id in sections else task.list_key
        task.note = "\n".join(filter(None, (task.note, *(note.content for note in notes.get(item.id, ())))))
        for reminder in reminders.get(item.id, ()):
            _take_reminder(task, reminder)
        yield task


def _projects(file: _File, content: bytes) -> Iterator[Item]:
    for line, project in items(file.projects, _Project, Lines(content)):
        if isinstance(project, RefusedRow):
            yield project
        elif not project.inbox_project:
            yield ImportedList(line, project.id, project.name, project.parent_id)


def _by_task(elements: list[Raw], shape: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for _, one in items(elements, shape, Lines(b"")):
        if not isinstance(one, RefusedRow):
            found.setdefault(one.item_id, []).append(one)
    return found


def _json_task(line: int, item: _Task, context: Context) -> ImportedTask:
    task = ImportedTask(line, item.content.removeprefix("* "), item.id, item.parent_id, item.description)
    task.list_key, task.labels, task.priority = item.project_id, tuple(item.labels), 5 - min(max(item.priority, 1), 4)
    task.completed = item.checked
    task.completed_at, task.created_at = moment_of(item.completed_at or ""), moment_of(item.added_at or "")
    if item.due:
        _take_due(task, item.due, context)
    for name in ("deadline", "duration", "responsible_uid"):
        if value := getattr(item, name):
            task.keep(
                name, str(value.get("date", value) if isinstance(value, dict) else value), "Daybook has no such field."
            )
    return task


def _take_due(task: ImportedTask, due: _Due, context: Context) -> None:
    try:
        when: When | None = when_of(due.date, due.timezone or "")
    except InvalidZone as problem:
        task.keep("timezone", due.timezone or "", str(problem), "due date")
        when = when_of(due.date[:19])
    if when is None:
        task.keep("due", due.date, "This is no date.", "due date")
        return
    if due.is_recurring:
        _take_recurrence(task, due, when.day, context)
    task.due_on, task.due_time, task.due_zone = when


def _take_recurrence(task: ImportedTask, due: _Due, day: date, context: Context) -> None:
    """The words give the rule; the date of the file stays, and intervals count from it."""
    known = due.lang in _ENGLISH and take_words(task, due.string, context) and task.repeat
    task.start_on = None
    if known and task.repeat:
        task.repeat = task.repeat._replace(anchor=day)
    else:
        task.repeat = None
        task.keep("due string", due.string, "This repeat is kept as text: Daybook does not read its words.", "repeat")


def _take_reminder(task: ImportedTask, reminder: _Reminder) -> None:
    if reminder.minute_offset is not None and task.due_on and 0 <= reminder.minute_offset <= 40_320:
        task.reminders += (ImportedReminder(minutes_before=reminder.minute_offset),)
    elif reminder.due and (at := moment_of(reminder.due.date)):
        task.reminders += (ImportedReminder(at=at),)
    else:
        task.leave_out("reminder", "A reminder without a time, or more than four weeks before, is left out.")
