"""Finds the tokens of a line: the marks, dates, times and repeats between the words of the title.

One pass from the left finds what could be read; one pass from the right decides what is read, since a weak date counts
only at the end of the line and of several dates the last. Both take time in proportion to the line.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from functools import cached_property
from typing import Literal

from web.domain.quick_add import marks
from web.domain.quick_add.date_phrases import continued, date_at
from web.domain.quick_add.dates import FoundDate
from web.domain.quick_add.folding import BEFORE, SEPARATOR
from web.domain.quick_add.marks import Names
from web.domain.quick_add.reading import Context, Kind
from web.domain.quick_add.repeats import FoundRepeat, repeat_at
from web.domain.quick_add.times import FoundTime, time_after, time_at

_START = re.compile(rf"{BEFORE}(?P<escape>\\?)(?=[a-z0-9+#@!/])")
_START_DATE = re.compile(r"start(?:ing)? +")
_BETWEEN = re.compile(r"[ ,;.!?()\[\]]*")
# Words that a date at the end of the line belongs to: the title would stop in the middle of a phrase.
_DETERMINERS = "the a an my your our his her their its each every"
_PREPOSITIONS = "from since last until till like before after between to through past than about of with except"
# What a date behind these words says is not when the task is due: before 24 dec, not today, 24 and 25 dec.
_BINDING_ALL = frozenset(f"{_PREPOSITIONS} no not and or &".split())
_BINDING = _BINDING_ALL | frozenset(_DETERMINERS.split())
_LONGEST_BINDING_WORD = max(map(len, _BINDING))
_RANGE_BEFORE = re.compile(r"[0-9](?:st|nd|rd|th)? +- +")


@dataclass(frozen=True, slots=True)
class Token:
    """What could be read from `start` to `end` of the line. A weak one is read only at the end of the line.

    `date_alone` is the same date without the time beside it; `is_new` says that a list is to be made. A token that is
    not clear may mean several days or none: it is text, and no part of it is read otherwise.
    """

    kind: Kind | Literal["new_list"]
    start: int
    end: int
    strong: bool = True
    name: str = ""
    priority: int = 0
    day: date | None = None
    at: time | None = None
    part: str = ""
    repeat: FoundRepeat | None = None
    date_alone: "Token | None" = None
    is_new: bool = False
    is_clear: bool = True


@dataclass(frozen=True, slots=True)
class Scan:
    """The tokens of a line in order, and the backslashes that kept words as text."""

    tokens: list[Token]
    escapes: list[int]


class Scanner:
    """Finds tokens in one line. `text` is the folded and protected `line`."""

    def __init__(self, line: str, text: str, context: Context) -> None:
        self.line, self.text, self.context = line, text, context
        self.has_title = False
        self.finders: tuple[Callable[[int], Token | None], ...] = (
            self._repeat,
            self._start_date,
            self._date,
            self._time,
            self._priority,
            self._list,
            self._label,
        )

    @cached_property
    def lists(self) -> Names:
        return Names(self.context.lists)

    @cached_property
    def labels(self) -> Names:
        return Names(self.context.labels)

    def scan(self) -> Scan:
        tokens: list[Token] = []
        escapes: list[int] = []
        position = 0
        while match := _START.search(self.text, position):
            self.has_title = self.has_title or bool(self.text[position : match.start()].strip())
            token = self._at(match.end()) or (self._note(match.end()) if match["escape"] else None)
            position = token.end if token else match.end() + 1
            if token and match["escape"]:
                escapes.append(match.start())
            elif token and (read := self._unless_text(token, tokens)):
                tokens.append(read)
                position = read.end
                self.has_title = self.has_title or not read.is_clear
                continue
            self.has_title = True
        return Scan(tokens, escapes)

    def _at(self, position: int) -> Token | None:
        for find in self.finders:
            token = find(position)
            if token:
                return token
        return None

    def _repeat(self, position: int) -> Token | None:
        found = repeat_at(self.text, position, self.context)
        if not found:
            return None
        is_clear = found.is_clear and found.is_possible(self.context.today)
        return Token("repeat", position, found.end, found.strong, at=found.at, repeat=found, is_clear=is_clear)

    def _start_date(self, position: int) -> Token | None:
        """`start monday` after the title; at its beginning, start is what to do."""
        word = _START_DATE.match(self.text, position) if self.has_title else None
        found = date_at(self.text, word.end(), self.context) if word else None
        if not found or self._word_before(position) in _BINDING:
            return None
        return Token("start", position, found.end, day=found.day, is_clear=found.is_clear)

    def _date(self, position: int) -> Token | None:
        found = date_at(self.text, position, self.context)
        if not found:
            return None
        alone = _due(position, found)
        named = time_after(self.text, found.end, found.part) if found.at is None or found.part else None
        return self._with_time(alone, found, named) if named else alone

    def _with_time(self, alone: Token, found: FoundDate, named: FoundTime) -> Token:
        """A weekday with a clock time is read anywhere: fri 5pm."""
        more = continued(found, self.text, named.end, self.context)
        if more is not found:
            return replace(_due(alone.start, more), at=named.at)
        strong = alone.strong or (found.has_weekday and named.is_clock)
        return replace(alone, end=named.end, strong=strong, at=named.at, date_alone=alone)

    def _time(self, position: int) -> Token | None:
        named = time_at(self.text, position)
        if not named:
            return None
        separator = SEPARATOR.match(self.text, named.end)
        found = date_at(self.text, separator.end(), self.context) if separator else None
        if not separator or not found or (found.at and not found.part):
            return Token("time", position, named.end, named.strong, at=named.at)
        named = time_at(self.text, position, found.part) or named
        alone = _due(separator.end(), found)
        return replace(alone, start=position, at=named.at, date_alone=alone)

    def _priority(self, position: int) -> Token | None:
        if self.text[position] == "!" and not self._is_after_space(position):
            return None
        found = marks.priority_at(self.text, position)
        return found and Token("priority", position, found[0], priority=found[1])

    def _list(self, position: int) -> Token | None:
        if self.text[position] != "#" or not self._is_after_space(position):
            return None
        # With a plus the list is made where there is none; without it the name of no list is text.
        makes = self.text.startswith("+", position + 1)
        known = marks.known_name_at(self.line, self.text, position + makes, self.lists)
        if known:
            return Token("list", position, known[0], name=known[1])
        new = marks.new_name_at(self.line, self.text, position + makes)
        return new and Token("list" if makes else "new_list", position, new[0], name=new[1], is_new=makes)

    def _label(self, position: int) -> Token | None:
        if self.text[position] != "@" or not self._is_after_space(position):
            return None
        found = marks.known_name_at(self.line, self.text, position, self.labels)
        found = found or marks.new_name_at(self.line, self.text, position)
        return found and Token("label", position, found[0], name=found[1])

    def _note(self, position: int) -> Token | None:
        return Token("description", position, position + 2) if self.text.startswith("//", position) else None

    def _is_after_space(self, position: int) -> bool:
        return position == 0 or self.text[position - 1] in " \\"

    def _unless_text(self, token: Token, before: list[Token]) -> Token | None:
        """The token, or what of it is read: a token may have the form of one and be text all the same."""
        if self._is_time_of_start(token, before):
            return None
        if not self._is_bound(token):
            return token
        if token.date_alone and token.date_alone.start > token.start:
            # From 9am tuesday 1 dec: only the time is bound.
            return token.date_alone
        # Before 24 dec: a day that the task is not due on.
        return replace(token, is_clear=False) if token.kind == "due" and token.strong else None

    def _is_time_of_start(self, token: Token, before: list[Token]) -> bool:
        """A start date takes no time; `start monday 9am` leaves it in the title."""
        if token.kind != "time" or not before or before[-1].kind != "start":
            return False
        return SEPARATOR.fullmatch(self.text, before[-1].end, token.start) is not None

    def _is_bound(self, token: Token) -> bool:
        """Whether the word before makes it a part of the title: notes from monday, the weekend."""
        if token.kind not in ("due", "time", "repeat"):
            return False
        if self.text[token.start].isdigit() and self._follows_range(token.start):
            return True
        binding = _BINDING if token.kind == "due" or not token.strong else _BINDING_ALL
        return self._word_before(token.start) in binding

    def _word_before(self, position: int) -> str:
        """The whole word before a position, if it is short enough to bind."""
        words = self.text[max(0, position - _LONGEST_BINDING_WORD - 2) : position].split()
        return words[-1] if words else ""

    def _follows_range(self, position: int) -> bool:
        """Whether a number and a dash stand before it: 24 - 27 dec."""
        return bool(_RANGE_BEFORE.search(self.text, max(0, position - len("31st  -  ")), position))


def _due(start: int, found: FoundDate) -> Token:
    strong = found.strong or not found.is_clear
    return Token("due", start, found.end, strong, day=found.day, at=found.at, part=found.part, is_clear=found.is_clear)


def chosen(tokens: list[Token], text: str) -> list[Token]:
    """What is read: of several dates, times and repeats the last, of lists and priorities the first."""
    candidates = list(_first_of(tokens, ("list", "priority")))
    timed = (token for token in tokens if token.repeat and token.at and token.strong and token.is_clear)
    taken = {"time"} if any(timed) else set()
    kept: list[Token] = []
    nearest, at_end = len(text), True
    for token in reversed(candidates):
        at_end = at_end and bool(_BETWEEN.fullmatch(text, token.end, nearest))
        nearest = token.start
        read = _read_as(token, taken) if token.is_clear and (token.strong or at_end) else None
        if read:
            kept.append(read)
            taken |= _takes(read)
        at_end = at_end and read == token
    return _without_text_of_dates(kept[::-1], tokens)


def _without_text_of_dates(kept: list[Token], tokens: list[Token]) -> list[Token]:
    """Without a date, what would be due today although the line names another day that is text.

    A time alone is none of today then (meet sat with Bob at 5pm), nor is a repeat beside a date that is not clear
    (rent 2nd tuesday every month).
    """
    if any(token.kind == "due" for token in kept):
        return kept
    unclear = any(not token.is_clear for token in tokens)
    names_day = unclear or any(token.kind in ("due", "start") for token in tokens)
    is_repeated = not unclear and any(token.kind == "repeat" for token in kept)
    left_out = {"repeat"} if unclear else set()
    left_out |= {"time"} if names_day and not is_repeated else set()
    return [token for token in kept if token.kind not in left_out]


def _first_of(tokens: list[Token], kinds: tuple[Kind, ...]) -> Iterator[Token]:
    seen: set[str] = set()
    for token in tokens:
        if token.kind not in kinds or token.kind not in seen:
            yield token
        seen.add(token.kind)


def _read_as(token: Token, taken: set[str]) -> Token | None:
    """The token, its date alone where a later time counts, or None where a later one of its kind does."""
    if token.kind in taken:
        return None
    if token.kind != "due" or not token.at or "time" not in taken:
        return token
    # A part of the day goes with a time elsewhere: tonight, at 9.
    return token.date_alone or (token if token.part else None)


def _takes(token: Token) -> set[str]:
    """The kinds of which no further token is read."""
    if token.kind == "label" or token.kind == "new_list":
        return set()
    return {token.kind, "time"} if token.at else {token.kind}
