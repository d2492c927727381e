"""TickTick: a CSV file of everything, with lines of its own before the header.

An all-day date is midnight of the task's time zone, written in UTC.
"""

from collections.abc import Iterator

from web.domain.zones import InvalidZone
from web.formats import csv_rows
from web.formats.csv_rows import Header, Row
from web.formats.dates import When, moment_of, when_at, when_of, zone_or_none
from web.formats.imported import ImportedList, ImportedTask, Item, RefusedRow
from web.formats.opening import Source
from web.formats.repeats import take_rule

COLUMNS = ("List Name", "Title", "Status", "Is All Day", "taskId")
PRIORITIES = {"5": 1, "3": 2, "1": 3}
INBOX = "inbox"
# What an empty checklist item begins with in the text of a checklist.
_CHECKLIST = {"▫": "- [ ] ", "▪": "- [x] "}


def is_csv(source: Source) -> Header | None:
    return csv_rows.header_of(source, *COLUMNS)


def read_csv(source: Source, header: Header) -> Iterator[Item]:
    lists: set[str] = set()
    for row in csv_rows.rows(source, header):
        if row.is_blank:
            continue
        if not row.cell("title", "content", "taskid"):
            yield RefusedRow(row.line, "This row has no title.", ", ".join(filter(None, row.cells.values()))[:100])
            continue
        key = None
        for made in _lists_of(row):
            key = made.key
            if made.key not in lists:
                lists.add(made.key)
                yield made
        task = _task(row)
        task.list_key = key
        yield task


def _lists_of(row: Row) -> Iterator[ImportedList]:
    """The folder, the list in it, and the column of its board; tasks of the Inbox have none."""
    path: list[str] = []
    names = (row.cell("folder name"), row.cell("list name"), row.cell("column name"))
    if names[1].casefold() in ("", INBOX):
        return
    for place, name in enumerate(names):
        if name:
            # Names of lists are the same whatever their case.
            parent = "\n".join(path) or None
            path.append(name.casefold())
            yield ImportedList(row.line, "\n".join(path), name, parent, is_section=place == 2)


def _task(row: Row) -> ImportedTask:
    task = ImportedTask(row.line, row.cell("title"), row.cell("taskid"), row.cell("parentid") or None)
    task.identity = task.key or "\n".join(row.cells.values())
    task.note = _content(row.cells.get("content", ""), is_checklist=row.cell("is check list") == "Y")
    task.labels = tuple(filter(None, (name.strip() for name in row.cell("tags").split(","))))
    task.priority = PRIORITIES.get(row.cell("priority"), 4)
    task.completed = row.cell("status") in ("1", "2")
    task.completed_at = moment_of(row.cell("completed time"))
    task.created_at = moment_of(row.cell("created time"))
    _take_dates(task, row)
    if rule := row.cell("repeat"):
        take_rule(task, rule, "Repeat")
    if reminder := row.cell("reminder"):
        task.keep("Reminder", reminder, "TickTick’s reminders are kept as text.", "reminder")
    return task


def _content(text: str, *, is_checklist: bool) -> str:
    if is_checklist:
        for mark, written in _CHECKLIST.items():
            text = text.replace(mark, written)
    return text


def _take_dates(task: ImportedTask, row: Row) -> None:
    due, start = row.cell("due date"), row.cell("start date")
    when = _when(task, row, due) if due else None
    begins = _when(task, row, start) if start else None
    if when is None and begins:
        # A task with one date has it as its start.
        when, begins = begins, None
    if when:
        task.due_on, task.due_time, task.due_zone = when
    if begins and when and begins.day < when.day:
        task.start_on = begins.day


def _when(task: ImportedTask, row: Row, text: str) -> When | None:
    zone = row.cell("timezone")
    if zone and zone_or_none(zone) is None:
        task.keep("Timezone", zone, f"There is no time zone “{zone[:30]}”, so its dates are those of UTC.", "due date")
        zone = ""
    try:
        when = when_at(moment_of(text), zone or "UTC") if moment_of(text) else when_of(text)
    except InvalidZone:
        when = None
    if when is None:
        task.keep("Date", text, "This is no date.", "due date")
        return None
    is_all_day = row.cell("is all day").casefold() == "true"
    is_floating = row.cell("is floating").casefold() == "true"
    if is_all_day:
        return When(when.day)
    return When(when.day, when.at, None if is_floating or not zone else zone)
