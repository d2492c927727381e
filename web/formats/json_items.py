"""Elements of JSON arrays, decoded one at a time, each with the line that it begins on."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Raw

from web.formats.imported import CannotRead, RefusedRow

Shape = TypeVar("Shape")


class Lines:
    """Finds the line of one element after another, in the order in which they stand."""

    def __init__(self, content: bytes) -> None:
        self._content, self._place, self._line = content, 0, 1

    def of(self, element: bytes) -> int:
        place = self._content.find(element, self._place)
        if place < 0:
            # It stands before the last one.
            self._place, self._line = 0, 1
            place = max(self._content.find(element), 0)
        self._line += self._content.count(b"\n", self._place, place)
        self._place = place
        return self._line


def decoded(content: bytes, shape: type[Shape]) -> Shape:
    """The document. Raises CannotRead with the line of the first error."""
    try:
        return msgspec.json.decode(content, type=shape, strict=False)
    except msgspec.ValidationError as problem:
        raise CannotRead(f"This is not the file that it seems to be: {_words(problem)}.") from problem
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        raise CannotRead("This is not JSON: the file may be cut off or damaged.", _line_of_error(content)) from problem


def items(elements: Sequence[Raw], shape: type[Shape], lines: Lines) -> Iterator[tuple[int, Shape | RefusedRow]]:
    """Each element with its line; one of another shape is refused."""
    for element in elements:
        raw = bytes(element)
        line = lines.of(raw)
        try:
            yield line, msgspec.json.decode(raw, type=shape, strict=False)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
            yield line, RefusedRow(line, f"This entry cannot be read: {_words(problem)}.")


def text_of(value: Any) -> str:
    """A value of a field that has no place in Daybook, as text on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _words(problem: Exception) -> str:
    """Those of msgspec, without its regular expressions."""
    words = re.sub("Expected `str` matching regex '.*'", "A text is not written as it must be", str(problem))
    return words.replace("`", "").rstrip(".")


def _line_of_error(content: bytes) -> int:
    try:
        json.loads(content)
    except json.JSONDecodeError as problem:
        return problem.lineno
    except (ValueError, RecursionError):
        return 0
    return 0
