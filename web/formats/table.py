"""CSV of anything: each column is read as a field of a task, as its header says or as the user chose."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time

from web.domain.recurrence import InvalidRule
from web.domain.text import is_blank
from web.domain.zones import InvalidZone
from web.formats import csv_rows
from web.formats.csv_rows import Header, Row
from web.formats.dates import moment_of, when_of, zone_or_none
from web.formats.imported import CannotRead, ImportedList, ImportedTask, Item, RefusedRow
from web.formats.opening import Source
from web.formats.repeats import repeat_of, take_words

# The fields that a column may be, with the names that headers have for them.
FIELDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "title": ("Title", ("title", "task", "name", "content", "summary", "subject", "task name", "todo", "to do")),
    "note": ("Note", ("note", "notes", "description", "details", "body", "comment", "comments")),
    "list": ("List", ("list", "project", "list name", "project name", "folder", "category", "board")),
    "section": ("Section", ("section", "column", "column name", "heading", "section/column")),
    "labels": ("Labels", ("labels", "label", "tags", "tag", "context", "contexts", "categories")),
    "priority": ("Priority", ("priority", "importance")),
    "due": ("Due date", ("due", "due date", "deadline", "date", "due on")),
    "time": ("Due time", ("time", "due time")),
    "zone": ("Time zone", ("zone", "time zone", "timezone")),
    "start": ("Start date", ("start", "start date", "begin", "start on")),
    "repeat": ("Repeat", ("repeat", "recurrence", "rrule", "repeats", "recurring")),
    "done": ("Done", ("done", "completed", "status", "complete", "is completed", "state")),
    "completed": ("Completed at", ("completed at", "completed on", "completed date", "completion date", "done at")),
    "created": ("Created at", ("created", "created at", "created on", "creation date", "added")),
    "id": ("Id", ("id", "uid", "key", "task id")),
    "parent": ("Id of the task around it", ("parent", "parent id", "parent task", "parentid")),
    "kept": ("Text from another program", ("kept",)),
}
_DONE = frozenset(
    ("1", "true", "yes", "y", "x", "done", "completed", "complete", "closed", "finished", "checked", "✓", "ja", "oui")
)
_PRIORITIES = {
    "1": 1,
    "2": 2,
    "3": 3,
    "p1": 1,
    "p2": 2,
    "p3": 3,
    "a": 1,
    "b": 2,
    "c": 3,
    "highest": 1,
    "urgent": 1,
    "high": 1,
    "medium": 2,
    "normal": 4,
    "low": 3,
    "!!!": 1,
    "!!": 2,
    "!": 3,
}
_NO_PRIORITY = ("", "0", "4", "p4", "none", "no priority", "lowest")
_DIGITS = re.compile(r"(?P<first>[0-9]{1,4})[./-](?P<second>[0-9]{1,2})[./-](?P<third>[0-9]{2,4})")
# What Daybook writes before a cell that a spreadsheet would compute.
_GUARDED = re.compile(r"'(?=[=+\-@\t\r\n＝＋－＠])")


def guessed(header: Header) -> dict[int, str]:
    """The field of each column that its name says, the first of several."""
    found: dict[int, str] = {}
    for number, column in enumerate(header.columns):
        name = " ".join(column.casefold().replace("_", " ").split())
        known = next((one for one, (_, names) in FIELDS.items() if name in names), None)
        if known and known not in found.values():
            found[number] = known
    return found


def read_csv(source: Source, header: Header) -> Iterator[Item]:
    """Raises CannotRead where no column is the title."""
    columns = dict(source.columns) or guessed(header)
    if "title" not in columns.values():
        raise CannotRead("Say which column has the titles.", columns=header.columns)
    seen: set[str] = set()
    # By the names of cells, which `csv_rows` gives in lower case.
    names = [*csv_rows.names_of(header)]
    for row in csv_rows.rows(source, header):
        if row.is_blank:
            continue
        cells = {columns[place]: _plain(row.cells[name]) for place, name in enumerate(names) if place in columns}
        others = {
            header.columns[place] or name: row.cells[name] for place, name in enumerate(names) if place not in columns
        }
        task = _task(row, cells, source)
        for name, text in others.items():
            if text.strip():
                task.keep(name, text, "No field was chosen for this column.", name)
        for number, text in enumerate(row.more, start=len(names) + 1):
            task.keep(f"Column {number}", text, "The header has no such column.", f"column {number}")
        yield from _lists_of(row.line, cells, seen)
        yield (
            task
            if not is_blank(task.title)
            else RefusedRow(row.line, "This row has no title.", ", ".join(cells.values())[:100])
        )


def _plain(text: str) -> str:
    return _GUARDED.sub("", text, count=1)


def _lists_of(line: int, cells: Mapping[str, str], seen: set[str]) -> Iterator[ImportedList]:
    name, section = cells.get("list", "").strip(), cells.get("section", "").strip()
    for key, shown, parent in ((_key(name), name, None), (_key(name, section), section, _key(name))):
        if name and shown and key not in seen:
            seen.add(key)
            yield ImportedList(line, key, shown, parent, is_section=parent is not None)


def _key(*names: str) -> str:
    """Names of lists are the same whatever their case."""
    return "\n".join(filter(None, names)).casefold()


def _task(row: Row, cells: Mapping[str, str], source: Source) -> ImportedTask:
    task = ImportedTask(row.line, cells["title"], cells.get("id", "").strip() or f"line {row.line}")
    task.identity = cells.get("id", "").strip() or "\n".join((*row.cells.values(), *row.more))
    task.parent, task.note = cells.get("parent", "").strip() or None, cells.get("note", "")
    name, section = cells.get("list", "").strip(), cells.get("section", "").strip()
    task.list_key = _key(name, section) if name else None
    task.labels = tuple(filter(None, (one.strip().lstrip("@#") for one in re.split("[,;]", cells.get("labels", "")))))
    task.completed = cells.get("done", "").strip().casefold() in _DONE
    task.created_at, task.completed_at = (moment_of(cells.get(one, "")) for one in ("created", "completed"))
    task.completed = task.completed or task.completed_at is not None
    _take_priority(task, cells.get("priority", "").strip())
    _take_due(task, cells, source)
    if start := cells.get("start", "").strip():
        task.start_on = _day(start, source)
        if task.start_on is None:
            task.keep("start", start, "This is no date.", "start date")
    if repeat := cells.get("repeat", "").strip():
        _take_repeat(task, repeat, source)
    if kept := cells.get("kept", "").strip():
        task.kept["kept"] = kept
    return task


def _take_priority(task: ImportedTask, text: str) -> None:
    known = _PRIORITIES.get(text.casefold())
    if known:
        task.priority = known
    elif text.casefold() not in _NO_PRIORITY:
        task.keep("priority", text, "This is no priority.", "priority")


def _take_due(task: ImportedTask, cells: Mapping[str, str], source: Source) -> None:
    text, at, zone = (cells.get(name, "").strip() for name in ("due", "time", "zone"))
    if not text:
        return
    try:
        when = when_of(text, zone)
    except InvalidZone as problem:
        task.keep("zone", zone, str(problem), "due date")
        when = when_of(text)
    if when:
        task.due_on, task.due_time, task.due_zone = when
    elif day := _day(text, source):
        task.due_on = day
    elif not take_words(task, text, source.context):
        task.keep("due", text, "This is no date that Daybook reads.", "due date")
        return
    if at:
        _take_time(task, at)
    if task.due_time and zone and zone_or_none(zone):
        task.due_zone = zone


def _take_time(task: ImportedTask, text: str) -> None:
    try:
        task.due_time = time.fromisoformat(text.zfill(5)).isoformat("minutes")
    except ValueError:
        task.keep("time", text, "This is no time of day.", "due date")


def _take_repeat(task: ImportedTask, text: str, source: Source) -> None:
    try:
        if "=" in text:
            mode, _, rule = text.partition(" ") if text.startswith("completion ") else ("schedule", "", text)
            task.repeat = repeat_of(rule, task.due_on, "completion" if mode == "completion" else "schedule")
            return
    except InvalidRule as problem:
        task.keep("repeat", text, f"This repeat is kept as text. {problem}", "repeat")
        return
    words = ImportedTask(task.line, "")
    if take_words(words, text if text.startswith("every") else f"every {text}", source.context) and words.repeat:
        task.due_on, task.due_time = task.due_on or words.due_on, task.due_time or words.due_time
        task.repeat = words.repeat._replace(anchor=task.due_on)
    else:
        task.keep("repeat", text, "This repeat is kept as text: Daybook does not read its words.", "repeat")


def _day(text: str, source: Source) -> date | None:
    """27/1/2027, 27.1.2027 or 1/27/2027, in the user's order; if only the other reading is a day, that."""
    if (when := when_of(text)) is not None:
        return when.day
    found = _DIGITS.fullmatch(text)
    if not found:
        return None
    first, second, third = (int(part) for part in found.groups())
    year = third + 2000 if third < 100 else third
    readings = [(second, first), (first, second)]
    if source.context.date_order == "m/d" and "." not in text:
        readings.reverse()
    for month, day in readings:
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None
