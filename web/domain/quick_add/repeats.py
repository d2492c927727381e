"""Repeats in a line: every other monday, every! 3 days, monthly on the 15th at 9 until 20 dec."""

import re
from dataclasses import dataclass, replace
from datetime import date, time

from web.domain.quick_add.date_phrases import date_at, is_over
from web.domain.quick_add.dates import later
from web.domain.quick_add.folding import AFTER
from web.domain.quick_add.patterns import Pattern, pattern_at, regular_pattern
from web.domain.quick_add.reading import Context
from web.domain.quick_add.times import FoundTime, time_after, time_at
from web.domain.quick_add.vocabulary import MONTH, NUMBER, PART_OF_DAY, WEEKDAY, number
from web.domain.recurrence import Rule
from web.domain.repeating import Mode, check

_EVERY = re.compile(r"(?:every|ev|each)(?P<completion>!)? +")
_REGULAR = re.compile(rf"(daily|weekly|monthly|yearly){AFTER}")
_START = re.compile(r" *,? +(?:starting|from) +")
_UNTIL = re.compile(r" *,? +(?:until|till|ending) +")
_RANGE = re.compile(r" *,? +(?:until|till|ending|to|through) +")
_FOR = re.compile(rf" *,? +for +(?P<count>{NUMBER}) +(?P<unit>time|day|week|month)s?{AFTER}")

_LIMIT = re.compile(rf" +(?:(?:of|except|unless|but)|(?:in|during) +{MONTH}){AFTER}")
_NUMBER = re.compile(rf" *,? +(?:(?:and|or|to|[&-]) +|on +)?(?:the +)?[0-9]+(?:st|nd|rd|th)?{AFTER}")
_MORE = re.compile(r" *,? +(?:(?P<joiner>(?P<choice>and|or|&)|to|through|-)|on) +")
_PART = re.compile(rf"{PART_OF_DAY}{AFTER}")
_WEEKDAY = re.compile(rf" +{WEEKDAY}{AFTER}")


@dataclass(frozen=True, slots=True)
class FoundRepeat:
    """A repeat that ends at `end`: its pattern, and what was said about time, first and last day.

    It is not clear where the next words say more about its days than is understood: every monday except the 5th.
    """

    end: int
    pattern: Pattern
    mode: Mode
    strong: bool
    at: time | None = None
    start: date | None = None
    until: date | None = None
    lasting: tuple[int, str] | None = None
    times: int | None = None
    is_clear: bool = True

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
    """The repeat that begins at the position, possible or not, clear or not."""
    found = _pattern_at(text, position, context)
    if not found:
        return None
    found = _with_more_days(found, text, context)
    ended = _with_ending(found, text, context) if found.is_clear else found
    return _with_more_days(ended, text, context) if ended.is_clear else ended


def _with_more_days(found: FoundRepeat, text: str, context: Context) -> FoundRepeat:
    """The repeat, or with words behind it that change its days: then both are text."""
    end = _end_of_limit(found, text) or _end_of_days(found, text, context)
    return replace(found, end=end, is_clear=False) if end else found


def _end_of_limit(found: FoundRepeat, text: str) -> int | None:
    """Every 2nd week of the month, every day except sunday, every monday in december, every 1st and 3rd monday."""
    limit = _LIMIT.match(text, found.end)
    weekday = _WEEKDAY.match(text, found.end) if "BYMONTHDAY" in found.pattern.by else None
    match = limit or weekday
    return match.end() if match else None


def _end_of_days(found: FoundRepeat, text: str, context: Context) -> int | None:
    """Every monday 13th, every monday to friday, every month on friday, every day at 8am and 8pm."""
    number = _NUMBER.match(text, found.end)
    if number and is_over(text, number.end()) and not time_after(text, found.end):
        return number.end()
    more = _MORE.match(text, found.end)
    if not more:
        return None
    if more["joiner"] and (part := _PART.match(text, more.end())):
        return part.end()
    found_next = date_at(text, more.end(), context) or (time_at(text, more.end()) if more["choice"] else None)
    return found_next.end if found_next else None


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
    word = _START.match(text, found.end) if found.start is None and found.is_clear else None
    day = date_at(text, word.end(), context, begins_range=True) if word else None
    if not day or day.at:
        return None
    return replace(found, end=day.end, start=day.day, is_clear=day.is_clear)


def _with_until(found: FoundRepeat, text: str, context: Context) -> FoundRepeat | None:
    """Until a day; behind `from` another day is the end of a range: from 1 dec to 24 dec."""
    ended = found.until or found.lasting or found.times or not found.is_clear
    word = (_RANGE if found.start else _UNTIL).match(text, found.end) if not ended else None
    day = date_at(text, word.end(), context) if word else None
    if word and day and found.start and day.day < found.start:
        # Without a year, the end is the first such day after the start.
        day = date_at(text, word.end(), context.on(found.start))
    if not day or day.at:
        return None
    return replace(found, end=day.end, until=day.day, is_clear=day.is_clear)


def _with_count(found: FoundRepeat, text: str) -> FoundRepeat | None:
    ended = found.until or found.lasting or found.times
    match = _FOR.match(text, found.end) if not ended else None
    count = number(match["count"]) if match else 0
    if not match or count < 1:
        return None
    if match["unit"] == "time":
        return replace(found, end=match.end(), times=count)
    return replace(found, end=match.end(), lasting=(count, match["unit"]))
