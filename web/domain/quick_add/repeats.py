"""Repeats in a line: every other monday, every! 3 days, monthly on the 15th at 9 until 20 dec."""

import re
from dataclasses import dataclass, replace
from datetime import date, time

from web.domain.quick_add.dates import date_at, later
from web.domain.quick_add.folding import AFTER
from web.domain.quick_add.patterns import Pattern, pattern_at, regular_pattern
from web.domain.quick_add.reading import Context
from web.domain.quick_add.times import FoundTime, time_after
from web.domain.quick_add.vocabulary import NUMBER, number
from web.domain.recurrence import Rule
from web.domain.repeating import Mode, check

_EVERY = re.compile(r"(?:every|ev|each)(?P<completion>!)? +")
_REGULAR = re.compile(rf"(daily|weekly|monthly|yearly){AFTER}")
_START = re.compile(r" *,? +(?:starting|from) +")
_UNTIL = re.compile(r" *,? +(?:until|till|ending) +")
_FOR = re.compile(rf" *,? +for +(?P<count>{NUMBER}) +(?P<unit>time|day|week|month)s?{AFTER}")


@dataclass(frozen=True, slots=True)
class FoundRepeat:
    """A repeat that ends at `end`: its pattern, and what was said about time, first and last day."""

    end: int
    pattern: Pattern
    mode: Mode
    strong: bool
    at: time | None = None
    start: date | None = None
    until: date | None = None
    lasting: tuple[int, str] | None = None
    times: int | None = None

    def first_date(self, start: date, today: date) -> tuple[Rule, date, date]:
        """The rule, the date its intervals count from, and the first date from today on. Raises ValueError."""
        rule = Rule.parse(self.pattern.rule_text(start, plain=self.mode == "completion"))
        anchor = rule.begin(start)
        first = anchor and rule.first(anchor, max(anchor, today))
        if not anchor or not first:
            raise ValueError("The rule gives no date.")
        return rule, anchor, first

    def is_possible(self, today: date) -> bool:
        """Whether the rule is accepted and does not end before it begins."""
        try:
            rule, anchor, first = self.first_date(self.start or today, today)
            if self.mode == "schedule":  # From completion the check is slow: it is left to the one repeat that is read.
                check(rule, self.mode, anchor)
            last = self.last_day(first)
        except (ValueError, OverflowError):
            return False
        return last is None or last >= first

    def last_day(self, first: date) -> date | None:
        """The last day, included: `for 2 weeks` ends the day before two weeks are over."""
        if not self.lasting:
            return self.until
        return date.fromordinal(later(first, *self.lasting).toordinal() - 1)


def repeat_at(text: str, position: int, context: Context) -> FoundRepeat | None:
    """The repeat that begins at the position, possible or not."""
    found = _pattern_at(text, position, context)
    return _with_ending(found, text, context) if found else None


def _pattern_at(text: str, position: int, context: Context) -> FoundRepeat | None:
    regular = _REGULAR.match(text, position)
    if regular:
        end, pattern = regular_pattern(regular[1], text, regular.end(), context.week_start)
        return FoundRepeat(end, pattern, "schedule", strong=False)
    every = _EVERY.match(text, position)
    found = pattern_at(text, every.end(), context.week_start) if every else None
    if not every or not found:
        return None
    end, pattern = found
    return FoundRepeat(end, pattern, "completion" if every["completion"] else "schedule", strong=True)


def _with_ending(found: FoundRepeat, text: str, context: Context) -> FoundRepeat:
    """With the time, start and end that follow the pattern, each once and in any order."""
    while True:
        longer = (
            _with_time(found, text)
            or _with_start(found, text, context)
            or _with_until(found, text, context)
            or _with_count(found, text)
        )
        if not longer:
            return found
        found = longer


def _with_time(found: FoundRepeat, text: str) -> FoundRepeat | None:
    named: FoundTime | None = time_after(text, found.end) if found.at is None else None
    return replace(found, end=named.end, at=named.at) if named else None


def _with_start(found: FoundRepeat, text: str, context: Context) -> FoundRepeat | None:
    word = _START.match(text, found.end) if found.start is None else None
    day = date_at(text, word.end(), context) if word else None
    return replace(found, end=day.end, start=day.day) if day and day.at is None else None


def _with_until(found: FoundRepeat, text: str, context: Context) -> FoundRepeat | None:
    ended = found.until or found.lasting or found.times
    word = _UNTIL.match(text, found.end) if not ended else None
    day = date_at(text, word.end(), context) if word else None
    if word and day and found.start and day.day < found.start:
        # Without a year, the end is the first such day after the start.
        day = date_at(text, word.end(), context.on(found.start))
    return replace(found, end=day.end, until=day.day) if day and day.at is None else None


def _with_count(found: FoundRepeat, text: str) -> FoundRepeat | None:
    ended = found.until or found.lasting or found.times
    match = _FOR.match(text, found.end) if not ended else None
    count = number(match["count"]) if match else 0
    if not match or count < 1:
        return None
    if match["unit"] == "time":
        return replace(found, end=match.end(), times=count)
    return replace(found, end=match.end(), lasting=(count, match["unit"]))
