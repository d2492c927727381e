"""What quick add would read from a line: chips for its parts, and suggestions for a name that is being typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from web.domain.days import day_words
from web.domain.due_words import due_words, start_after_due
from web.domain.quick_add import Reading, Span
from web.domain.quick_add.marks import written
from web.domain.rule_words import shown_repeat
from web.domain.timestamps import utc_now
from web.models.label import Label, name_key
from web.models.list import List
from web.models.task_drafts import QuickLine
from web.services.quick_lines import QuickLines, named
from web.services.records import Service

MOST_SUGGESTIONS = 5
# What begins the name of a list: `#`, and `#+` where it is to be made.
_MARK = re.compile(r"^#\+?")
_BEGUN = re.compile(r"(?:^|\s)(?P<words>(?P<mark>[#@])\"?(?P<name>[^\s\"#@][^\"#@]{0,30}|))$")


class Chip(NamedTuple):
    """A part of a line that is not title: what it means, its words, and the words that keep it as text.

    `nth` says how often the same words stand before it in the line. One that is wrong says why the task is refused.
    An offer is the other way round: a part of the title, and in `plain` the words that would make a list of it. With
    `preset` it is no part of the line: the field that the page fills in.
    """

    meaning: str
    words: str
    plain: str
    is_new: bool = False
    is_offer: bool = False
    is_wrong: bool = False
    preset: str = ""
    nth: int = 0

    def kept_in(self, line: str) -> str:
        """The line with these words as text."""
        parts = line.split(self.words)
        before, after = parts[: self.nth + 1], parts[self.nth + 1 :]
        return f"{self.words.join(before)}{self.plain}{self.words.join(after)}"


class Suggestion(NamedTuple):
    """The words at the end of the line, and what they may become."""

    words: str
    whole: str


class QuickPreview(Service):
    """Says what a line means without changing anything."""

    def __init__(self, *service: Any) -> None:
        super().__init__(*service)
        self._lines = QuickLines(*service)

    def preview(self, line: QuickLine) -> Sequence[Chip]:
        """What would be read from the line, part by part."""
        lists, labels = self._lines.lists(line.title), self._lines.labels(line.title)
        reading = self._lines.read(line, lists, labels)
        chips = [
            self.kept(chip, span, line.title, lists, labels)
            for span, chip in zip(reading.spans, self.said(reading, labels), strict=True)
        ]
        presets = self._presets_of(line, reading) if line.title.strip() else ()
        offered = self._lines.may_be_made(reading.unknown_list)
        return [*chips, *presets, *([_offer(line.title, offered)] if offered else [])]

    def note_of(self, line: QuickLine) -> str:
        """The note that the line itself says."""
        lists, labels = self._lines.lists(line.title), self._lines.labels(line.title)
        return self._lines.read(line, lists, labels).description or ""

    def said(self, reading: Reading, labels: Mapping[str, int]) -> Sequence[Chip]:
        """What each part of a line means, in the order of its spans; `plain` only of a list that is to be made."""
        return [self._said(span, reading, labels) for span in reading.spans]

    def _said(self, span: Span, reading: Reading, labels: Mapping[str, int]) -> Chip:
        makes_list = span.kind == "list" and reading.makes_list
        is_new = makes_list or (span.kind == "label" and named(span.value, labels) is None)
        is_wrong = span.kind == "start" and reading.starts_after_due
        plain = _MARK.sub("#", span.words) if makes_list else ""
        return Chip(self._meaning(span, reading), span.words, plain, is_new, is_wrong=is_wrong)

    def _presets_of(self, line: QuickLine, reading: Reading) -> Iterator[Chip]:
        place = self._lines.list_at(line.list_id) if line.list_id and not reading.list else None
        label = self._lines.label_at(line.label_id) if line.label_id else None
        return self.presets(reading, place, label)

    def presets(self, reading: Reading, place: List | None, label: Label | None) -> Iterator[Chip]:
        """What the page fills in: day and list unless the line says others, the label beside those of the line."""
        if "due_on" in reading.preset and not _says_due(reading):
            yield _preset(f"Due {self._due(reading)}", "due_on")
        if place and not reading.list:
            yield _preset(f"{'Section' if place.is_section else 'List'} {place.name}", "list_id")
        if label and label.name_key not in map(name_key, reading.labels):
            yield _preset(f"Label {label.name}", "label_id")

    def _meaning(self, span: Span, reading: Reading) -> str:
        """Due Sat 28 Nov, 10:00; List Garden; every Mon."""
        match span.kind:
            case "due" | "time":
                return f"Due {self._due(reading)}"
            case "start" if reading.start_on and reading.due_on and reading.starts_after_due:
                preferences = self.actor.preferences
                today, order = preferences.today(utc_now()), preferences.date_order
                return start_after_due(reading.start_on, reading.due_on, today, order)
            case "start" if reading.start_on:
                return f"Start {self._day(reading.start_on)}"
            case "repeat":
                words = shown_repeat(reading.repeat_rule, reading.repeat_mode)
                first = f", first {self._due(reading)}" if not _says_due(reading) else ""
                return f"{words[:1].upper()}{words[1:]}{first}{self._end(reading)}"
            case "priority":
                return f"Priority {span.value}"
            case "description":
                return "Note"
        return f"{span.kind.capitalize()} {span.value}"

    def _end(self, reading: Reading) -> str:
        if reading.until:
            return f", until {self._day(reading.until)}"
        return f", {reading.times} times" if reading.times else ""

    def _day(self, day: date) -> str:
        preferences = self.actor.preferences
        return day_words(day, preferences.today(utc_now()), preferences.date_order)

    def _due(self, reading: Reading) -> str:
        preferences = self.actor.preferences
        if reading.due_on is None:
            return ""
        now = preferences.now(utc_now())
        return due_words(reading.due_on, reading.due_time, now, preferences)

    def kept(self, chip: Chip, span: Span, line: str, lists: Mapping[str, int], labels: Mapping[str, int]) -> Chip:
        """With what keeps the part of the line as text."""
        return chip._replace(plain=chip.plain or self._plain(line, span, lists, labels), nth=_nth(line, span))

    def _plain(self, line: str, span: Span, lists: Mapping[str, int], labels: Mapping[str, int]) -> str:
        """The words of a part of the line as text: with a backslash, or in quotes where that does not do."""
        before, after = line[: span.offset], line[span.offset + span.length :]
        escaped = f"\\{span.words}"
        reading = self._lines.read(QuickLine(title=f"{before}{escaped}{after}"), lists, labels)
        is_text = span.words in reading.title and escaped not in reading.title
        return escaped if is_text else f'"{span.words}"'

    def suggestions(self, line: str) -> Sequence[Suggestion]:
        """The lists or labels whose name begins as the `#…` or `@…` at the end of the line."""
        begun = _BEGUN.search(line)
        if begun is None:
            return ()
        mark, start = begun["mark"], begun["name"].casefold()
        names = self._lines.lists("#") if mark == "#" else self._lines.labels("@")
        found = sorted(name for name in names if name.casefold().startswith(start) and name.casefold() != start)
        return [Suggestion(begun["words"], f"{written(mark, name)} ") for name in found[:MOST_SUGGESTIONS]]


def _says_due(reading: Reading) -> bool:
    """Whether a part of the line says the due date."""
    return any(span.kind in ("due", "time") for span in reading.spans)


def _preset(meaning: str, field: str) -> Chip:
    return Chip(meaning, "", "", preset=field)


def _offer(line: str, span: Span) -> Chip:
    plain = _MARK.sub("#+", span.words)
    return Chip(f"New list {span.value}", span.words, plain, is_new=True, is_offer=True, nth=_nth(line, span))


def _nth(line: str, span: Span) -> int:
    """How often the words of a part stand before it in the line."""
    return line[: span.offset].count(span.words)
