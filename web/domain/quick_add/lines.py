"""Reads several lines: one task a line, steps by indentation, bullets and checkboxes taken off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from web.domain.quick_add.line import read
from web.domain.quick_add.reading import Context, Reading

MOST_LINES = 200
# Tasks have four levels; deeper steps become steps of the fourth level's parent.
DEEPEST_LEVEL = 3
TAB_WIDTH = 4
# One space more is a slip; two are a step.
LEAST_INDENT = 2
_BREAK = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_INDENT = re.compile(r"[^\S\n]*")
_BULLET = re.compile(r"(?:[-*+•◦▪▫‣⁃·–—]|[0-9]{1,3}[.)])(?:\s+|$)")
_CHECKBOX = re.compile(r"(?:\[(?P<mark>[ xX]?)\](?:\s+|$)|(?P<empty>[☐□])\s*|(?P<full>[☑☒✓✔✅])\ufe0f?\s*)")
_RULE = re.compile(r"([-*_=])(?:\s*\1){2,}\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """A task of several. `level` is 0 for a task, 1 for its step, and at most one more than the line before.

    `text` is what was read: the line without its indentation, bullet and checkbox.
    """

    reading: Reading
    level: int
    is_done: bool
    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The tasks in order, and how many lines were left out because they were too many."""

    lines: tuple[Line, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Item:
    width: int
    text: str
    is_done: bool


def read_lines(text: str, context: Context) -> Lines:
    """Reads at most 200 lines that are not blank, each by itself. A preset date is for tasks, not for their steps."""
    items = list(_items(text))
    steps = context.without_preset_date()
    lines = [
        Line(read(item.text, steps if level else context), level, item.is_done, item.text)
        for item, level in zip(items[:MOST_LINES], _levels(items[:MOST_LINES]), strict=True)
    ]
    return Lines(tuple(lines), max(0, len(items) - MOST_LINES))


def _items(text: str) -> Iterator[_Item]:
    for line in _BREAK.split(text):
        item = _item(line)
        if item.text and not _RULE.fullmatch(line.strip()):
            yield item


def _item(line: str) -> _Item:
    """A bullet indents what follows it, so that a list under a plain line is its steps."""
    indent = _INDENT.match(line)
    width = len((indent.group() if indent else "").expandtabs(TAB_WIDTH))
    rest = line.strip()
    bare = _without(_BULLET, rest)
    box = _CHECKBOX.match(bare)
    is_done = bool(box and (box["full"] or (box["mark"] or "").lower() == "x"))
    bare = bare[box.end() :].strip() if box else bare
    return _Item(width + LEAST_INDENT if bare != rest else width, bare, is_done)


def _without(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.match(text)
    return text[match.end() :].strip() if match else text


def _levels(items: list[_Item]) -> Iterator[int]:
    """The depth of each line: a line that stands further right than another is its step, by however much."""
    parents: list[int] = []
    for item in items:
        while parents and item.width < parents[-1] + LEAST_INDENT:
            parents.pop()
        yield min(len(parents), DEEPEST_LEVEL)
        parents.append(item.width)
