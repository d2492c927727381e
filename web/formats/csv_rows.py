"""Rows of a CSV file, each with the line that it begins on. Separators are found by the header."""

import csv
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple, Self

from web.formats.imported import CannotRead
from web.formats.opening import Source

SEPARATORS = ",;\t|"
# Lines before the header, as TickTick writes them.
MOST_PREFACE = 20
LARGEST_FIELD = 131_072
# What a person can choose the fields of. Reading a row takes time for each of its columns with each of the others.
MOST_COLUMNS = 400
# Characters of a row with all its lines, and of the name of a column.
LARGEST_ROW, LONGEST_NAME = 1_000_000, 100


class Row(NamedTuple):
    """The cells of a row by the name of their column; `more` are those beyond the last column."""

    line: int
    cells: dict[str, str]
    more: Sequence[str] = ()

    def cell(self, *names: str) -> str:
        """The first of these columns that is not empty, trimmed."""
        return next((text for name in names if (text := self.cells.get(name, "").strip())), "")

    @property
    def is_blank(self) -> bool:
        return not any(text.strip() for text in (*self.cells.values(), *self.more))


class Header(NamedTuple):
    """The names of the columns as written, the separator, and how many rows stand before and with them."""

    columns: Sequence[str]
    separator: str
    rows: int

    def has(self, *names: str) -> bool:
        return {name.casefold() for name in names} <= {name.strip().casefold() for name in self.columns}


def header_of(source: Source, *names: str) -> Header | None:
    """The header of these columns among others, in the first rows."""
    for separator in SEPARATORS:
        found = _header(source, separator, names)
        if found:
            return found
    return None


def first_row(source: Source) -> Header | None:
    """The first row as a header, with the separator that gives it the most columns; None for a single column."""
    found = [header for separator in SEPARATORS if (header := _header(source, separator, ()))]
    widest = max(found, key=lambda header: len(header.columns), default=None)
    return widest if widest and len(widest.columns) > 1 else None


def single_column(source: Source) -> Header | None:
    """The first row as the header of a table without separators."""
    return _header(source, ",", ())


def rows(source: Source, header: Header) -> Iterator[Row]:
    """The rows below the header. Names of columns are compared in lower case. Raises CannotRead with the line."""
    names = names_of(header)
    for number, (line, cells) in enumerate(_cells(source, header.separator), start=1):
        if number > header.rows:
            padded = [*cells, *[""] * (len(names) - len(cells))]
            yield Row(line, dict(zip(names, padded, strict=False)), cells[len(names) :])


def names_of(header: Header) -> list[str]:
    """The names of cells, in the order of the columns: in lower case, each once."""
    names: list[str] = []
    for number, name in enumerate(header.columns, start=1):
        key = name.strip().casefold()
        names.append(f"column {number}" if not key or key in names else key)
    return names


def _header(source: Source, separator: str, names: Sequence[str]) -> Header | None:
    try:
        for number, (_, cells) in enumerate(_cells(source, separator), start=1):
            header = Header([cell[:LONGEST_NAME] for cell in cells], separator, number)
            if header.has(*names) and any(cells):
                return header
            if number >= MOST_PREFACE:
                return None
    except CannotRead:
        return None
    return None


def _cells(source: Source, separator: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LARGEST_FIELD)
    with source.lines(newline="") as text:
        lines = _Lines(text)
        reader = csv.reader(lines, strict=True, delimiter=separator)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooLong) as problem:
                raise CannotRead(_sentence(problem), line) from problem
            if len(cells) > MOST_COLUMNS:
                raise CannotRead(f"This row has more than {MOST_COLUMNS} columns.", line)
            yield line, cells
            lines.begin_row()


class _TooLong(Exception):
    pass


class _Lines:
    """The lines of a text, a row of which may have several: no more of a row is read than LARGEST_ROW."""

    def __init__(self, text: IO[str]) -> None:
        self._text = text
        self.begin_row()

    def begin_row(self) -> None:
        self._left = LARGEST_ROW

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._left + 1)
        if not line:
            raise StopIteration
        self._left -= len(line)
        if self._left < 0:
            raise _TooLong
        return line


def _sentence(problem: Exception) -> str:
    """csv says it in its own words, in English."""
    if isinstance(problem, _TooLong):
        return f"This row has more than {LARGEST_ROW:,} characters."
    words = str(problem)
    if "unexpected end" in words:
        return "A quotation that begins here does not end."
    if "field larger" in words:
        return f"A cell has more than {LARGEST_FIELD:,} characters."
    return "Quotation marks are not doubled in this row."
