"""Dates side by side: each word is read whole or stays text, and a date agrees with every word it is read from."""

import random
from collections.abc import Callable, Iterator
from datetime import date, time
from functools import cache
from itertools import pairwise, product

from tests.domain.quick_add.lines import CONTEXT
from web.domain.quick_add import Reading, Span, read
from web.domain.recurrence import Rule

Agrees = Callable[[Reading, date], bool]
TODAY = CONTEXT.today


def on_weekday(number: int) -> Agrees:
    """The weekday of the date, or one of several that a repeat names."""
    return lambda reading, day: day >= TODAY and (day.weekday() == number or number in repeated_weekdays(reading))


def repeated_weekdays(reading: Reading) -> set[int]:
    rule = Rule.parse(reading.repeat_rule) if reading.repeat_rule else None
    return {day.day for day in rule.week_days} if rule else set()


def on_day(number: int, month: int | None = None, year: int | None = None) -> Agrees:
    def agrees(reading: Reading, day: date) -> bool:
        return day.day == number and month in (None, day.month) and year in (None, day.year) and day >= TODAY

    return agrees


def between(first: str, last: str) -> Agrees:
    return lambda reading, day: date.fromisoformat(first) <= day <= date.fromisoformat(last)


def at(hour: int) -> Agrees:
    return lambda reading, day: reading.due_time == time(hour)


def repeats(reading: Reading, day: date) -> bool:
    """A date beside it is the earliest, and the first due date is the first of the rule from there on."""
    assert reading.repeat_rule and reading.repeat_anchor
    return Rule.parse(reading.repeat_rule).first(reading.repeat_anchor, day) == day == reading.due_on


def on_mondays(reading: Reading, day: date) -> bool:
    return repeats(reading, day) and 0 in repeated_weekdays(reading)


def never(reading: Reading, day: date) -> bool:
    return False


# What a date that is read with these words must be.
TOKENS: dict[str, Agrees] = {
    "sat": on_weekday(5),
    "on friday": on_weekday(4),
    "monday": on_weekday(0),
    "28th": on_day(28),
    "the 13th": on_day(13),
    "13 nov": on_day(13, 11),
    "24th of dec": on_day(24, 12),
    "24 dec 2026": on_day(24, 12, 2026),
    "2026-11-28": on_day(28, 11, 2026),
    "28/11": on_day(28, 11),
    "4": on_day(4),
    "2027": lambda reading, day: day.year == 2027,
    "9999": never,
    "second": never,
    "tomorrow": between("2026-11-27", "2026-11-27"),
    "in 2 days": between("2026-11-28", "2026-11-28"),
    "next week": between("2026-11-30", "2026-12-06"),
    "next month": between("2026-12-01", "2026-12-31"),
    "5pm": at(17),
    "at 9": at(9),
    "every day": repeats,
    "every monday": on_mondays,
    "until 20 dec": lambda reading, day: reading.until == date(2026, 12, 20) and day <= date(2026, 12, 20),
    "start": lambda reading, day: reading.start_on is not None,
    "and": never,
    "p1": lambda reading, day: reading.priority == 1,
}
# Days, dates, and what says more about a date before it only where no word follows: 4 calls, sat nav.
DAYS = ("on friday", "monday", "the 13th", "13 nov", "24th of dec", "24 dec 2026", "2026-11-28", "28/11")
DATES = (*DAYS, "sat", "tomorrow", "in 2 days", "next week", "next month")
AT_THE_END = ("sat", "28th", "4", "2027", "9999")
Line = tuple[str, ...]


def lines() -> Iterator[Line]:
    """All pairs, and as many groups of three to five chosen at random."""
    choose, tokens = random.Random(3), list(TOKENS)
    yield from product(tokens, repeat=2)
    for _ in range(1_500):
        yield tuple(choose.choices(tokens, k=choose.randint(3, 5)))


@cache
def readings() -> list[tuple[Line, Reading]]:
    return [(line, read(" ".join(("Film", *line)), CONTEXT)) for line in lines()]


def placed(line: Line) -> Iterator[tuple[str, int]]:
    """The tokens of a line and where they begin in it."""
    offset = len("Film ")
    for token in line:
        yield token, offset
        offset += len(token) + 1


def span_of(reading: Reading, start: int, end: int) -> Span | None:
    """The span that holds any of it."""
    return next((span for span in reading.spans if span.offset < end and start < span.offset + span.length), None)


def named_day(reading: Reading, span: Span) -> date:
    """The day that a span was read as; a date beside a repeat is the earliest that it may begin."""
    day = reading.start_on if span.kind == "start" else reading.due_on
    assert day or span.kind == "priority"
    if span.kind == "due" and reading.repeat_rule and day:
        earliest = date.fromisoformat(span.value[:10])
        assert earliest <= day
        return earliest
    return day or TODAY


def test_each_token_is_read_whole_or_stays_in_the_title() -> None:
    for line, reading in readings():
        for token, start in placed(line):
            end = start + len(token)
            span = span_of(reading, start, end)
            is_whole = span and span.offset <= start and end <= span.offset + span.length
            assert is_whole if span else token in reading.title, (line, reading.title)


def test_a_date_agrees_with_each_token_it_was_read_from() -> None:
    for line, reading in readings():
        for token, start in placed(line):
            span = span_of(reading, start, start + len(token))
            assert span is None or TOKENS[token](reading, named_day(reading, span)), (line, reading)


def test_a_date_is_never_read_without_the_weekday_or_number_behind_it() -> None:
    for line, reading in readings():
        for (token, start), (more, begin) in pairwise(placed(line)):
            span = span_of(reading, start, start + len(token))
            is_more = more in DAYS or (more in AT_THE_END and more == line[-1])
            if span and span.kind in ("due", "start") and token in DATES and is_more:
                assert begin < span.offset + span.length, (line, reading)


def test_tokens_beside_each_other_are_read_together_and_alone() -> None:
    """The properties say nothing about lines in which nothing is read."""
    dated = [reading for _, reading in readings() if reading.due_on]
    together = [reading for reading in dated if any(span.words.count(" ") > 2 for span in reading.spans)]

    assert len(dated) > 800 and len(together) > 100


def test_a_repeat_is_first_due_on_or_after_its_start() -> None:
    for line, reading in readings():
        if reading.repeat_rule and reading.due_on and not any(span.kind == "due" for span in reading.spans):
            assert not reading.starts_after_due, (line, reading)
