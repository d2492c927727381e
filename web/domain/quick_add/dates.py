"""Dates in a line: tomorrow, next friday, 24 dec, 27/1, the 5th, in 3 days."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from web.domain.days import SATURDAY, next_week, shifted, weekend
from web.domain.quick_add.day_meanings import PERIODS, Meaning, Part
from web.domain.quick_add.folding import AFTER
from web.domain.quick_add.reading import Context
from web.domain.quick_add.times import part_of_day
from web.domain.quick_add.vocabulary import (
    DAY_AND_MONTH,
    NUMBER,
    ORDINAL,
    WEEKDAY,
    day_and_month,
    number,
    weekday_number,
)
from web.domain.recurrence import add_months

# 29 February is missing for eight years around 1900 and 2100.
YEARS_TO_LEAP_DAY = 9
# Amounts and opening hours rather than dates, unless on, by or due stands before them.
FRACTIONS = {"24/7", "1/2", "1/3", "2/3", "1/4", "3/4"}
DATE_WORDS = ("on", "by", "due")
Match = re.Match[str]
Reader = Callable[[Match, Context], date | datetime]
_PREFIX = re.compile(r"(on|by|due|for) +")


class NotADate(ValueError):
    """The words have the form of a date that does not exist, such as feb 30."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date that ends at `end`; strong where it is read anywhere in the line, not only at its end.

    `at` is the time that the words contain (in 2 hours), `part` the part of the day (tonight). `agreeing` are the
    meanings of words that name the day several times. Where words contradict each other, `is_clear` is False: text.
    """

    end: int
    day: date
    strong: bool
    at: time | None = None
    part: str = ""
    names: tuple[Part, ...] = ()
    is_relative: bool = False
    prefix: str = ""
    agreeing: frozenset[Meaning] = frozenset()
    is_clear: bool = True

    @property
    def has_weekday(self) -> bool:
        return "weekday" in self.names

    @property
    def meanings(self) -> frozenset[Meaning]:
        return self.agreeing or frozenset({Meaning(self.day, self.names)})


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to write a date: its pattern, what it means, and whether it is read anywhere in the line."""

    pattern: re.Pattern[str]
    meaning: Reader
    strong: bool
    part: str = ""
    names: tuple[Part, ...] = ()


def one_date_at(text: str, position: int, context: Context) -> FoundDate | None:
    """The date that begins at the position, named in one way, with `on`, `by`, `due` or `for` before it."""
    prefix = _PREFIX.match(text, position)
    for form in _FORMS:
        match = form.pattern.match(text, prefix.end() if prefix else position)
        if match:
            return _found(form, match, prefix[1] if prefix else "", context)
    return None


def _found(form: _Form, match: Match, prefix: str, context: Context) -> FoundDate | None:
    if match.group() in FRACTIONS and prefix not in DATE_WORDS:
        return None
    try:
        meaning = form.meaning(match, context)
    except (ValueError, OverflowError):
        return None
    strong = form.strong or prefix == "due" or (form.meaning is _weekday and prefix in DATE_WORDS)
    is_relative = form.meaning in _RELATIVE
    if isinstance(meaning, datetime):
        return FoundDate(match.end(), meaning.date(), strong, meaning.time(), is_relative=is_relative, prefix=prefix)
    at = part_of_day(form.part) if form.part else None
    names = _parts_named(form, match)
    return FoundDate(match.end(), meaning, strong, at, form.part, names, is_relative, prefix)


def _parts_named(form: _Form, match: Match) -> tuple[Part, ...]:
    groups = match.groupdict()
    if form.meaning is _next_period:
        return (PERIODS[match["period"]],)
    return () if groups.get("year") else form.names


def _today(match: Match, context: Context) -> date:
    return context.today


def _tomorrow(match: Match, context: Context) -> date:
    return context.today + timedelta(days=1)


def _day_after_tomorrow(match: Match, context: Context) -> date:
    return context.today + timedelta(days=2)


def _in_a_while(match: Match, context: Context) -> date | datetime:
    """In 3 days, in an hour and 30 minutes. Time passes on the clock, through changes of daylight saving."""
    amounts = [(number(count), unit) for count, unit in _AMOUNTS.findall(match["amounts"])]
    if any(count < 1 for count, _ in amounts):
        raise NotADate
    minutes = sum(count * _MINUTES[unit] for count, unit in amounts if unit in _MINUTES)
    day = context.today
    for count, unit in amounts:
        day = day if unit in _MINUTES else later(day, count, unit)
    if not minutes:
        return day
    return _clock_in(timedelta(minutes=minutes) + (day - context.today), context)


def _plus(match: Match, context: Context) -> date:
    """+3d, +2w, +1m, +1y."""
    count = int(match["count"])
    if count < 1:
        raise NotADate
    return later(context.today, count, match["unit"])


def _clock_in(wait: timedelta, context: Context) -> datetime:
    return replace(context, now=context.now.astimezone(UTC) + wait).clock


def later(day: date, count: int, unit: str) -> date:
    """The day so many days, weeks, months or years (or their first letters) later."""
    if unit[0] in "dw":
        return day + timedelta(days=count * (7 if unit[0] == "w" else 1))
    return add_months(day, count * (12 if unit[0] == "y" else 1))


def _next_period(match: Match, context: Context) -> date:
    """Next week, month or year: its first day."""
    today = context.today
    if match["period"] == "week":
        return next_week(today, context.week_start)
    first_of_month = today.replace(day=1)
    return add_months(first_of_month, 1) if match["period"] == "month" else date(today.year + 1, 1, 1)


def _next_weekday(match: Match, context: Context) -> date:
    """The day of the next calendar week."""
    day = SATURDAY if match["weekday"] == "weekend" else weekday_number(match["weekday"])
    return next_week(context.today, context.week_start) + timedelta(days=(day - context.week_start) % 7)


def _this_weekday(match: Match, context: Context) -> date:
    """The coming one; today may be it."""
    return context.today + timedelta(days=(weekday_number(match["weekday"]) - context.today.weekday()) % 7)


def _weekday(match: Match, context: Context) -> date:
    """The next one, never today."""
    return context.today + timedelta(days=(weekday_number(match.group()) - context.today.weekday() - 1) % 7 + 1)


def _weekend(match: Match, context: Context) -> date:
    return weekend(context.today)


def _iso(match: Match, context: Context) -> date:
    return date.fromisoformat(match.group())


def _day_and_month(match: Match, context: Context) -> date:
    day, month = day_and_month(match)
    return _in_year(day, month, match["year"], context)


def _dotted(match: Match, context: Context) -> date:
    return _in_year(int(match[1]), int(match[2]), match[3], context)


def _slashed(match: Match, context: Context) -> date:
    """In the user's order, or in the other one where only that is a date."""
    numbers = int(match[1]), int(match[2])
    day, month = numbers if context.date_order == "d/m" else numbers[::-1]
    try:
        return _in_year(day, month, match[3], context)
    except ValueError:
        return _in_year(month, day, match[3], context)


def _in_year(day: int, month: int, year: str | None, context: Context) -> date:
    return date(int(year), month, day) if year else _next_such_day(day, month, context.today)


def _next_such_day(day: int, month: int, today: date) -> date:
    """The first such day from today on. Raises `NotADate` where no year has it."""
    for year in range(today.year, today.year + YEARS_TO_LEAP_DAY):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
    raise NotADate


def _day_of_month(match: Match, context: Context) -> date:
    """The first such day from today on, in a month that has it."""
    day, first = int(match["day"][:-2]), context.today.replace(day=1)
    for months in range(13):
        month = add_months(first, months)
        if 1 <= day <= monthrange(month.year, month.month)[1] and month.replace(day=day) >= context.today:
            return month.replace(day=day)
    raise NotADate


def _end_of_month(match: Match, context: Context) -> date:
    return shifted(add_months(context.today.replace(day=1), 1), -1)


def _form(pattern: str, meaning: Reader, *names: Part, part: str = "") -> _Form:
    return _Form(re.compile(rf"(?:{pattern}){AFTER}"), meaning, True, part, names)


def _weak(pattern: str, meaning: Reader, *names: Part) -> _Form:
    return _Form(re.compile(rf"(?:{pattern}){AFTER}"), meaning, False, names=names)


_UNIT = r"day|week|month|year|hour|hr|minute|min"
_AMOUNT = rf"(?:an?|{NUMBER}) +(?:{_UNIT})s?"
_AMOUNTS = re.compile(rf"\b(an?|{NUMBER}) +({_UNIT})")
_MINUTES = {"hour": 60, "hr": 60, "minute": 1, "min": 1}
_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_RELATIVE = (_today, _tomorrow, _day_after_tomorrow, _in_a_while, _plus, _next_period, _weekend, _end_of_month)
_FORMS = (
    _form(r"today", _today),
    _form(r"tonight|this +evening", _today, part="evening"),
    _form(r"tomorrow|tmr", _tomorrow),
    _form(r"(?:the +)?day +after +tomorrow", _day_after_tomorrow),
    _form(rf"in +(?P<amounts>{_AMOUNT}(?: *,? +(?:and +)?{_AMOUNT})*)(?:'? +time)?", _in_a_while),
    _form(r"\+(?P<count>[0-9]{1,3})(?P<unit>[dwmy])", _plus),
    _form(r"next +(?P<period>week|month|year)", _next_period),
    _form(rf"next +(?P<weekday>{WEEKDAY}|weekend)", _next_weekday),
    _form(rf"this +(?P<weekday>{WEEKDAY})", _this_weekday),
    _form(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _iso),
    _form(rf"{DAY_AND_MONTH}(?: *,? +{_YEAR})?", _day_and_month, "day", "month"),
    _form(rf"([0-3]?[0-9])\.([01]?[0-9])\.{_YEAR}", _dotted),
    _weak(r"([0-3]?[0-9])\.([01]?[0-9])\.(?P<year>)", _dotted, "day", "month"),
    _weak(WEEKDAY, _weekday, "weekday"),
    _weak(r"(?:this +)?weekend", _weekend),
    _weak(rf"([0-9]{{1,2}})/([0-9]{{1,2}})(?:/{_YEAR})?", _slashed, "day", "month"),
    _weak(rf"the +(?P<day>{ORDINAL})", _day_of_month, "day"),
    _weak(r"(?:the +)?end +of +(?:the +)?month|eom", _end_of_month),
)
