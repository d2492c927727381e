"""Google Tasks: `Tasks.json` of Google Takeout. A due date is a day, written as midnight in UTC."""

from collections.abc import Iterator

from msgspec import Raw, Struct, field

from web.formats.dates import day_of, moment_of
from web.formats.imported import ImportedList, ImportedTask, Item, RefusedRow
from web.formats.json_items import Lines, decoded, items
from web.formats.opening import Source

# How Google names the list that every account has.
INBOX = ("My Tasks",)


class _File(Struct):
    items: list[Raw] = field(default_factory=list)


class _List(Struct):
    title: str = ""
    id: str = ""
    items: list[Raw] = field(default_factory=list)


class _Task(Struct):
    title: str = ""
    id: str = ""
    notes: str = ""
    status: str = "needsAction"
    due: str = ""
    completed: str = ""
    created: str = ""
    updated: str = ""
    parent: str | None = None
    deleted: bool = False


def read_json(source: Source) -> Iterator[Item]:
    content = source.text().encode()
    lines = Lines(content)
    for number, (line, one) in enumerate(items(decoded(content, _File).items, _List, lines), start=1):
        if isinstance(one, RefusedRow):
            yield one
            continue
        key = None if one.title in ("", *INBOX) else one.id or f"list {number}"
        if key:
            yield ImportedList(line, key, one.title)
        for task_line, item in items(one.items, _Task, Lines(content)):
            yield item if isinstance(item, RefusedRow) else _task(task_line, item, key)


def _task(line: int, item: _Task, key: str | None) -> Item:
    if item.deleted:
        return RefusedRow(line, "This task is deleted.", item.title)
    task = ImportedTask(line, item.title, item.id or f"line {line}", item.parent, item.notes, key)
    task.identity = item.id or f"{key}\n{item.title}\n{item.created or item.updated}\n{item.due}"
    task.completed = item.status == "completed"
    task.completed_at, task.created_at = moment_of(item.completed), moment_of(item.created or item.updated)
    task.due_on = day_of(item.due) if item.due else None
    if item.due and task.due_on is None:
        task.keep("due", item.due, "This is no date.", "due date")
    return task
