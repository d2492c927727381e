"""Writes Markdown to read and to print: a heading for each list, a checkbox for each task. It is not read again."""

import re
from collections.abc import Iterator

from web.formats.imported import ImportedTask
from web.formats.writers import Export, kept_words
from web.formats.writers.table_csv import repeat_text

# What would be markup at the beginning of a title, or in it.
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~])")
_PRIORITIES = {1: "!!!", 2: "!!", 3: "!"}


def write(export: Export) -> Iterator[str]:
    heading: tuple[str, ...] | None = None
    for task in export.tasks:
        names, section = export.path(task)
        here = (*(names or ["Inbox"]), *filter(None, [section]))
        if here != heading and task.level == 0:
            yield from _headings(heading or (), here)
            heading = here
        yield from _task(export, task)


def _headings(before: tuple[str, ...], here: tuple[str, ...]) -> Iterator[str]:
    """Those that differ from the one before: # Work, ## Clients."""
    same = 0
    while same < min(len(before), len(here)) and before[same] == here[same]:
        same += 1
    same = min(same, len(here) - 1)
    for level in range(same, len(here)):
        yield f"{chr(10) if before and level == same else ''}{'#' * (level + 1)} {_escaped(here[level])}\n\n"


def _task(export: Export, task: ImportedTask) -> Iterator[str]:
    indent = "    " * task.level
    facts = [
        _PRIORITIES.get(task.priority, ""),
        f"due {task.due_on} {task.due_time or ''}".strip() if task.due_on else "",
        f"start {task.start_on}" if task.start_on else "",
        f"repeats {repeat_text(task)}" if task.repeat else "",
        *(f"@{name}" for name in export.label_names(task)),
    ]
    told = ", ".join(filter(None, facts))
    title = _escaped(f"{task.title} ({told})" if told else task.title)
    yield f"{indent}- [{'x' if task.completed else ' '}] {title}\n"
    for line in (*task.note.splitlines(), *(line for words in kept_words(task) for line in words.splitlines())):
        yield f"{indent}    {line}\n" if line.strip() else "\n"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)
