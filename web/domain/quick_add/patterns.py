"""What may follow `every`: the pattern of a repeat, as a rule of RFC 5545."""

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from web.domain.quick_add.date_phrases import is_over
from web.domain.quick_add.folding import AFTER
from web.domain.quick_add.vocabulary import (
    DAY_AND_MONTH,
    NTH,
    NUMBER,
    ORDINAL,
    PART_OF_DAY,
    WEEKDAY,
    day_and_month,
    nth,
    number,
    weekday_numbers,
)
from web.domain.rule_text import WEEKDAYS

WORKDAYS = ",".join(WEEKDAYS[:5])
LEAP_YEAR = 2028
REGULAR = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
UNITS = {"day": ("DAILY", 1), "week": ("WEEKLY", 1), "month": ("MONTHLY", 1), "quarter": ("MONTHLY", 3)}
_WEEKDAYS = rf"{WEEKDAY}s?(?:(?: *, *(?:and +)?| +(?:and|&) +| +){WEEKDAY}s?)*"
_OF_THE_MONTH = r"(?: +of +(?:the|each|every) +month)?"
_ORDINALS = rf"{ORDINAL}(?:(?: *, *(?:and +)?| +(?:and|&) +){ORDINAL})*"

_NUMBERS = r"[0-3]?[0-9](?:(?: *, *(?:and +)?| +(?:and|&) +)[0-3]?[0-9])*"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule in the making: FREQ, INTERVAL and the BY parts that were said."""

    frequency: str
    interval: int = 1
    by: str = ""
    week_start: int = 0

    def rule_text(self, start: date, *, plain: bool) -> str:
        """A rule names its day: `every month` means the day of the month it begins with, unless it is `plain`."""
        by = self.by or ("" if plain else self._by_day_of(start))
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}", by, f"WKST={WEEKDAYS[self.week_start]}"]
        return ";".join(filter(None, parts))

    def _by_day_of(self, start: date) -> str:
        if self.frequency == "WEEKLY":
            return f"BYDAY={WEEKDAYS[start.weekday()]}"
        if self.frequency == "MONTHLY":
            return by_month_days([start.day])
        return by_day_of_year(start.day, start.month) if self.frequency == "YEARLY" else ""


PatternMatch = tuple[int, Pattern]


def pattern_at(text: str, position: int, week_start: int) -> PatternMatch | None:
    """The pattern that begins at the position, and where it ends."""
    for expression, meaning in _FORMS:
        match = expression.match(text, position)
        if match:
            return meaning(match, text, week_start)
    return None


def regular_pattern(word: str, text: str, end: int, week_start: int) -> PatternMatch:
    """Daily, weekly, monthly, yearly; `on the 15th` may follow."""
    return _on_days(REGULAR[word], 1, text, end, week_start)


def by_month_days(days: Sequence[int]) -> str:
    """The days of a month; the last day stands in for one that a month does not have."""
    wanted = sorted({-1 if day == 31 else day for day in days}, key=lambda day: (day < 0, day))
    late = [day for day in wanted if day > 28]
    if not late or -1 in wanted:
        return f"BYMONTHDAY={_list(wanted)}"
    # Every month has the days up to 28; of the days from there to the latest wanted one, its last ones count.
    early = [day for day in wanted if day <= 28]
    days = sorted({*early, *range(28, late[-1] + 1)})
    return f"BYMONTHDAY={_list(days)};BYSETPOS={_list([*range(1, len(early) + 1), *range(-len(late), 0)])}"


def by_day_of_year(day: int, month: int) -> str:
    """Raises ValueError where no year has the day. 29 February is the 28th in other years."""
    if not 1 <= day <= monthrange(LEAP_YEAR, month)[1]:
        raise ValueError("No year has that day.")
    days = "BYMONTHDAY=28,29;BYSETPOS=-1" if (day, month) == (29, 2) else f"BYMONTHDAY={day}"
    return f"BYMONTH={month};{days}"


def _list(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def _interval(word: str | None) -> int:
    if word in ("other", "second", "2nd"):
        return 2
    return number(word) if word else 1


def _unit(match: re.Match[str], text: str, week_start: int) -> PatternMatch:
    return _on_days(match["unit"], _interval(match["interval"]), text, match.end(), week_start)


def _on_days(unit: str, interval: int, text: str, end: int, week_start: int) -> PatternMatch:
    """Every 2 weeks on tue, every month on the 15th, every year on jan 27."""
    frequency, months = UNITS.get(unit, ("YEARLY", 1))
    on = _ON[frequency].match(text, end) if frequency in _ON else None
    # Before another word a bare number counts what that word says: every month on 3 projects.
    is_number = on and "numbers" in on.groupdict() and on["numbers"] and not is_over(text, on.end())
    by = _by_days(on) if on and not is_number else ""
    return on.end() if by and on else end, Pattern(frequency, interval * months, by, week_start)


def _by_days(match: re.Match[str]) -> str:
    """What `on` names: weekdays, days of the month, a weekday of the month, or a day of the year."""
    groups = match.groupdict()
    if groups.get("weekdays"):
        return _by_weekdays(groups["weekdays"])
    if days := groups.get("ordinals") or groups.get("numbers"):
        return _by_ordinals(days)
    if groups.get("nth"):
        return _by_nth(groups["nth"], groups["named"])
    return _by_date(match)


def _by_weekdays(words: str) -> str:
    return "BYDAY=" + ",".join(WEEKDAYS[day] for day in weekday_numbers(words))


def _by_ordinals(words: str) -> str:
    days = [int(day) for day in re.findall(r"[0-9]+", words)]
    return by_month_days(days) if all(1 <= day <= 31 for day in days) else ""


def _by_nth(place: str, day: str) -> str:
    """The 2nd tuesday, the first workday, the last day; `3rd day` is ambiguous (of the month, or of three)."""
    position = nth(place)
    if day == "day":
        return f"BYMONTHDAY={position}" if position in (1, -1) else ""
    if day in ("weekday", "workday"):
        return f"BYDAY={WORKDAYS};BYSETPOS={position}"
    return f"BYDAY={position}{WEEKDAYS[weekday_numbers(day)[0]]}"


def _by_date(match: re.Match[str]) -> str:
    try:
        return by_day_of_year(*day_and_month(match))
    except ValueError:
        return ""


def _workdays(match: re.Match[str], text: str, week_start: int) -> PatternMatch:
    return match.end(), Pattern("WEEKLY", 1, f"BYDAY={WORKDAYS}", week_start)


def _weekends(match: re.Match[str], text: str, week_start: int) -> PatternMatch:
    return match.end(), Pattern("WEEKLY", 1, "BYDAY=SA", week_start)


def _monthly(match: re.Match[str], text: str, week_start: int) -> PatternMatch | None:
    by = _by_days(match)
    return (match.end(), Pattern("MONTHLY", 1, by, week_start)) if by else None


def _yearly(match: re.Match[str], text: str, week_start: int) -> PatternMatch | None:
    by = _by_date(match)
    return (match.end(), Pattern("YEARLY", 1, by, week_start)) if by else None


def _on_weekdays(match: re.Match[str], text: str, week_start: int) -> PatternMatch:
    interval = _interval(match["interval"])
    return match.end(), Pattern("WEEKLY", interval, _by_weekdays(match["weekdays"]), week_start)


def _part_of_day(match: re.Match[str], text: str, week_start: int) -> PatternMatch:
    """Every morning: the time is read from the same words, so the pattern ends before them."""
    return match.start() - 1, Pattern("DAILY", week_start=week_start)


_NTH_DAY = rf"(?P<nth>{NTH}) +(?P<named>day|weekday|workday|{WEEKDAY})"
_ON = {
    "WEEKLY": re.compile(rf" +on +(?P<weekdays>{_WEEKDAYS}){AFTER}"),
    "MONTHLY": re.compile(
        rf" +(?:on +)?(?:the +)?(?:{_NTH_DAY}|(?P<ordinals>{_ORDINALS})){AFTER}"
        rf"| +on +(?:the +|day +)?(?P<numbers>{_NUMBERS}){AFTER}"
    ),
    "YEARLY": re.compile(rf" +on +{DAY_AND_MONTH}{AFTER}"),
}
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, int], PatternMatch | None]], ...] = tuple(
    (re.compile(rf"(?:{expression}){AFTER}"), meaning)
    for expression, meaning in (
        (rf"(?:(?P<interval>other|second|2nd|{NUMBER}) +)?(?P<unit>day|week|month|quarter|year)s?", _unit),
        (r"(?:weekday|workday)s?", _workdays),
        (r"weekends?", _weekends),
        (rf"{_NTH_DAY}{_OF_THE_MONTH}", _monthly),
        (DAY_AND_MONTH, _yearly),
        (rf"(?:(?P<interval>other|{NUMBER}) +)?(?P<weekdays>{_WEEKDAYS})", _on_weekdays),
        (rf"(?P<ordinals>{_ORDINALS}){_OF_THE_MONTH}", _monthly),
        (PART_OF_DAY, _part_of_day),
    )
)
