"""Which format a file is in, by its content."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from web.formats import csv_rows, daybook, google, microsoft, table, ticktick, todoist, todotxt, vikunja
from web.formats.csv_rows import Header
from web.formats.imported import CannotRead, Item
from web.formats.opening import Source

# Characters that show what a document is.
START = 4_000
NAMES: Mapping[str, str] = {
    "daybook": "Daybook",
    "todoist": "Todoist",
    "ticktick": "TickTick",
    "microsoft": "Microsoft To Do",
    "google": "Google Tasks",
    "vikunja": "Vikunja",
    "icalendar": "iCalendar",
    "csv": "CSV",
    "todotxt": "todo.txt",
}
_JSON = {
    "daybook": (daybook.read_json, re.compile(r'"format"\s*:\s*"daybook"')),
    "google": (google.read_json, re.compile(r'"kind"\s*:\s*"tasks#')),
    "microsoft": (
        microsoft.read_json,
        re.compile(r'"(@odata\.context|importance|dueDateTime|wellknownListName|checklistItems)"'),
    ),
    "todoist": (todoist.read_json, re.compile(r'"(project_id|added_at|item_order|child_order|checked|items)"')),
}


class Detected(NamedTuple):
    """A format, how to read it, and the header where it is a table."""

    name: str
    read: Callable[[Source], Iterator[Item]]
    header: Header | None = None


def detected(source: Source) -> Detected:
    """Raises CannotRead for what is none of the formats."""
    with source.lines() as lines:
        start = lines.read(START)
    beginning = start.lstrip("\ufeff \t\r\n")
    if beginning.startswith(("{", "[")):
        return _json(beginning)
    if re.search(r"^BEGIN:(VCALENDAR|VTODO)\s*$", start, re.MULTILINE | re.IGNORECASE):
        # The calendars' library takes longer to import than all other formats.
        from web.formats import ics

        return Detected("icalendar", ics.read_text)
    if header := todoist.is_csv(source):
        return Detected("todoist", partial(todoist.read_csv, header=header), header)
    if header := ticktick.is_csv(source):
        return Detected("ticktick", partial(ticktick.read_csv, header=header), header)
    return _table_or_lines(source)


def _json(beginning: str) -> Detected:
    if beginning.startswith("["):
        return Detected("vikunja", vikunja.read_json)
    for name, (read, pattern) in _JSON.items():
        if pattern.search(beginning):
            return Detected(name, read)
    raise CannotRead("This is JSON, but none that Daybook knows.")


def _table_or_lines(source: Source) -> Detected:
    """A first row that names a title, or a file called .csv, is a table; anything else has a task on each line."""
    header = csv_rows.first_row(source) or _single_column(source)
    is_named = source.name.lower().endswith((".csv", ".tsv"))
    if header and (is_named or "title" in table.guessed(header).values() or source.columns):
        return Detected("csv", partial(table.read_csv, header=header), header)
    if is_named:
        # Says what is wrong with it.
        for _ in csv_rows.rows(source, Header((), ",", 0)):
            pass
    return Detected("todotxt", todotxt.read_text)


def _single_column(source: Source) -> Header | None:
    header = csv_rows.single_column(source)
    return header if header and source.name.lower().endswith(".csv") else None
