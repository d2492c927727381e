"""The title: what is left of a line when the parts that were read are cut out of it."""

import re
from collections.abc import Collection, Sequence
from unicodedata import category

_OPENING, _CLOSING = ("(", "["), (")", "]")
_ATTACHED = (",", ".", ";", ":", "!", "?", *_CLOSING)
_LOOSE_START = re.compile(r"^[\s,;:.–—-]+")
_LOOSE_END = " \t,;:–—-"
_BREAKS = str.maketrans(dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029", " "))


def one_line(text: str) -> str:
    """The text with line breaks and tabs as spaces, each character in its place."""
    return text.translate(_BREAKS)


def cut(line: str, cuts: Sequence[tuple[int, int]], escapes: Collection[int]) -> str:
    """The line without the cuts, which are in order, and without the backslashes at `escapes`.

    Spaces, brackets and commas that are left without their words go too.
    """
    edges = [0, *(edge for span in cuts for edge in span), len(line)]
    segments = [_without(line, start, end, escapes) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    title = segments[0]
    for segment in segments[1:]:
        title = _joined(title, segment)
    if cuts and not segments[0].strip():
        title = _LOOSE_START.sub("", title)
    if cuts and not segments[-1].strip():
        title = title.rstrip(_LOOSE_END)
    return title.strip()


def is_visible(title: str) -> bool:
    """Whether the title has a letter, digit or symbol, and not only punctuation."""
    return any(category(character)[0] in "LNS" for character in title)


def _without(line: str, start: int, end: int, escapes: Collection[int]) -> str:
    return "".join(line[index] for index in range(start, end) if index not in escapes)


def _joined(before: str, after: str) -> str:
    """Both with one space between them where words meet."""
    before, after = before.rstrip(), after.lstrip()
    if before.endswith(_OPENING) and after.startswith(_CLOSING):
        return _joined(before[:-1], after[1:])
    if before.endswith(",") and after.startswith(_ATTACHED):
        before = before[:-1]
    return before + after if not before or not after or after.startswith(_ATTACHED) else f"{before} {after}"
