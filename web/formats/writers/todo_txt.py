"""Writes todo.txt; `web.formats.todotxt` reads it. Notes have no place there: they are left out."""

import re
from collections.abc import Iterator
from datetime import datetime

from web.formats.imported import ImportedTask
from web.formats.todotxt import LETTERS, rec_of
from web.formats.writers import Export

_BLANKS = re.compile(r"\s+")


def write(export: Export) -> Iterator[str]:
    for task in export.tasks:
        yield _line(export, task) + "\n"


def _line(export: Export, task: ImportedTask) -> str:
    lists, _ = export.path(task)
    letter, rec = LETTERS.get(task.priority), task.kept.get("rec") or (rec_of(task.repeat) if task.repeat else None)
    parts = [
        "x" if task.completed else f"({letter})" if letter else "",
        _day(task.completed_at or task.created_at) if task.completed else "",
        _day(task.created_at),
        _BLANKS.sub(" ", task.title),
        f"+{_word(lists[-1])}" if lists else "",
        *(f"@{_word(name)}" for name in export.label_names(task)),
        f"t:{task.start_on}" if task.start_on else "",
        f"due:{task.due_on}" if task.due_on else "",
        f"rec:{rec}" if rec else "",
        f"pri:{letter}" if letter and task.completed else "",
    ]
    return " ".join(filter(None, parts))


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def _word(name: str) -> str:
    return _BLANKS.sub("_", name)
