"""Import and export over the API: what `daybook import` and `daybook export` do without a database of their own."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from web.client.connection import Connection
from web.domain.errors import CommandError
from web.domain.text import shown_line

# An import as the API answers it; docs/api.md.
Import: TypeAlias = dict[str, Any]
IMPORT = ("id", "state", "problem", "total", "done", "report")
WORKING = ("reading", "importing", "cancelling", "undoing")
# Between two looks at an import that the server works on: short at first, for small files.
FIRST_LOOK_SECONDS, LOOK_SECONDS = 0.1, 1.0


class CannotTransfer(CommandError):
    """Nothing was imported or exported. The text is one sentence that says why."""


class UnknownColumn(CannotTransfer):
    """The file has no column of that name or number."""

    exit_code = 2


class RemoteFiles:
    """All raise as `Connection`. `progress` is told how an import gets on."""

    def __init__(self, connection: Connection, progress: Callable[[Import], object] = lambda _: None) -> None:
        self._connection = connection
        self._progress = progress

    def read(self, file: Path, encoding: str = "", columns: Mapping[str, str] | None = None) -> Import:
        """Send a file, which becomes nothing yet. Raises CannotTransfer where it cannot be read.

        `columns` are fields of a task by the names of columns of the file.
        """
        with file.open("rb") as content:
            sent = self._connection.upload("/api/imports", content, IMPORT, {"file_name": file.name}).body
        run = self._worked(sent)
        if encoding and run["state"] == "unreadable":
            run = self._worked(self._post(run, "read", {"encoding": encoding}))
        if columns and (run["state"] == "ready" or columns_of(run)):
            run = self._with_columns(run, columns)
        if run["state"] != "ready":
            if run["state"] == "unreadable":
                self.cancel(run)
            raise CannotTransfer(shown_line(f"{file}: {run['problem']}"))
        return run

    def begin(self, run: Import) -> Import:
        """Import what was read, until it is done. Raises CannotTransfer where it was not."""
        run = self._worked(self._post(run, "begin"))
        if run["state"] != "done":
            raise CannotTransfer(shown_line(run["problem"] or "The import was cancelled."))
        return run

    def cancel(self, run: Import) -> None:
        self._post(run, "cancel")

    def exported(self, ending: str) -> Iterator[bytes]:
        """The parts of the file."""
        return self._connection.download(f"/api/exports/daybook.{ending}")

    def _with_columns(self, run: Import, columns: Mapping[str, str]) -> Import:
        try:
            numbers = column_numbers(columns, columns_of(run))
        except UnknownColumn:
            self.cancel(run)
            raise
        return self._worked(self._post(run, "read", {"columns": numbers}))

    def _worked(self, run: Import) -> Import:
        """The import once it waits for its user."""
        seconds = FIRST_LOOK_SECONDS
        while run["state"] in WORKING:
            self._progress(run)
            time.sleep(seconds)
            seconds = min(seconds * 1.5, LOOK_SECONDS)
            run = self._connection.get(f"/api/imports/{run['id']}", IMPORT)
        return run

    def _post(self, run: Import, action: str, body: Any = None) -> Import:
        return self._connection.post(f"/api/imports/{run['id']}/{action}", IMPORT, body).body


def columns_of(run: Import) -> Sequence[str]:
    """The names that the first row of a table has, where it was read as one."""
    columns: Sequence[str] = run["report"]["columns"] if run["report"] else ()
    return columns


def column_numbers(chosen: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """The fields of columns by their numbers from 0 on, as the API takes them.

    A column is chosen by its name, whatever its case, or by its number from 1 on. Raises UnknownColumn.
    """
    places = {name.strip().casefold(): place for place, name in reversed([*enumerate(names)])}
    fields = {str(_place(column, places)): field for column, field in chosen.items()}
    if len(fields) < len(chosen):
        raise UnknownColumn("Choose one field for each column.")
    return fields


def _place(column: str, places: Mapping[str, int]) -> int:
    known = places.get(column.strip().casefold())
    if known is None and column.isdecimal() and int(column) > 0:
        return int(column) - 1
    if known is None:
        raise UnknownColumn(shown_line(f"The file has no column “{column}”; {_named(places)}."))
    return known


def _named(places: Mapping[str, int]) -> str:
    names = ", ".join(sorted(filter(None, places), key=lambda name: places[name]))
    return f"it has {names}" if names else "give its number, from 1 on"


def told(report: dict[str, Any]) -> Iterator[str]:
    """A preview, a line for each thing."""
    counts = ", ".join(f"{name} {count:,}" for name, count in report["counts"].items() if count)
    yield f"{report['format_name']}: {counts or 'no tasks'}"
    for remark in report["remarks"]:
        lines = ", ".join(map(str, remark["lines"]))
        yield f"{remark['field']} {remark['fate']} in {remark['count']:,} (line {lines}): {remark['detail']}"
    for refused in report["refused"]:
        yield f"line {refused['line']}: {refused['detail']} {refused['text']}".rstrip()


def receipt(run: Import) -> str:
    left: int = run["report"]["counts"].get("left alone", 0)
    return f"Imported {run['done'] - left} of {run['done']} tasks; {left} were there already."
