"""Writes CSV for spreadsheets; `web.formats.table` reads it again.

A cell that a spreadsheet would compute begins with an apostrophe: https://owasp.org/www-community/attacks/CSV_Injection.
"""

import csv
import io
from collections.abc import Iterator

from web.formats.imported import ImportedTask
from web.formats.writers import Export, kept_words

COLUMNS = (
    *("Title", "Note", "List", "Section", "Labels", "Priority", "Start date", "Due date", "Due time", "Time zone"),
    *("Repeat", "Done", "Completed at", "Created at", "Id", "Parent", "Kept"),
)
# The last four are full-width, which spreadsheets set to Japanese take for the first ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(export: Export) -> Iterator[str]:
    # Excel takes a file without the mark for Windows-1252.
    yield "\ufeff" + _row(COLUMNS)
    for task in export.tasks:
        yield _row([neutral(cell) for cell in _cells(export, task)])


def neutral(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def repeat_text(task: ImportedTask) -> str:
    """The rule with its end, after `completion ` where it counts from that."""
    if task.repeat is None:
        return ""
    until = f";UNTIL={task.repeat.until:%Y%m%d}" if task.repeat.until else ""
    return f"{'completion ' if task.repeat.mode == 'completion' else ''}{task.repeat.rule}{until}"


def _cells(export: Export, task: ImportedTask) -> list[str]:
    lists, section = export.path(task)
    return [
        task.title,
        task.note,
        " / ".join(lists),
        section,
        ", ".join(export.label_names(task)),
        str(task.priority) if task.priority < 4 else "",
        task.start_on.isoformat() if task.start_on else "",
        task.due_on.isoformat() if task.due_on else "",
        task.due_time or "",
        task.due_zone or "",
        repeat_text(task),
        "yes" if task.completed else "",
        task.completed_at.isoformat() if task.completed_at else "",
        task.created_at.isoformat() if task.created_at else "",
        task.key,
        task.parent or "",
        "\n".join(kept_words(task)),
    ]


def _row(cells: object) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)  # type: ignore[arg-type]
    return line.getvalue()
