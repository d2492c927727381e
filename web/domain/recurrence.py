"""Repeat rules: the closed subset of RFC 5545 that Daybook stores, and the dates it gives.

Rules work on dates only; a time of day is added afterwards. Every search is bounded by a number of periods.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self, TypeVar

from web.domain import rule_text
from web.domain.rule_text import BY_PARTS, WEEKDAYS, InvalidRule, WeekDay

__all__ = ["HORIZON_YEARS", "InvalidRule", "Rule", "WeekDay", "add_months"]

# A rule without a date within this many years is refused, and no search looks further.
HORIZON_YEARS = 50
MAX_INTERVAL = 999
MAX_POSITION = 23
LONGEST_INTERVAL = {
    "DAILY": MAX_INTERVAL,
    "WEEKLY": MAX_INTERVAL,
    "MONTHLY": 12 * HORIZON_YEARS,
    "YEARLY": HORIZON_YEARS,
}
# 28 years without a turn of a century hold every kind of year: leap or not, beginning on each weekday.
EVERY_KIND_OF_YEAR = range(2001, 2029)
Day = TypeVar("Day")


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked repeat rule. Build it with `Rule.parse`; `str` gives the canonical text."""

    frequency: str
    interval: int = 1
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    week_days: tuple[WeekDay, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0  # Monday is 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `InvalidRule` for anything outside the subset, and for a rule that never gives a date."""
        parts = rule_text.split(text)
        frequency = rule_text.frequency(parts)
        interval = rule_text.integer("INTERVAL", parts.get("INTERVAL", "1"), 1, MAX_INTERVAL)
        week_start = rule_text.week_start(parts)
        rule = cls(
            frequency=frequency,
            interval=interval,
            months=rule_text.integers(parts, "BYMONTH", 12),
            month_days=rule_text.integers(parts, "BYMONTHDAY", 31, negative=True),
            week_days=rule_text.week_days(parts),
            positions=rule_text.integers(parts, "BYSETPOS", MAX_POSITION, negative=True),
            # It decides which weeks count only where weeks are left out; elsewhere two texts would mean one rule.
            week_start=week_start if frequency == "WEEKLY" and interval > 1 else 0,
        )
        rule._check_combination(parts)
        rule._check_gives_dates()
        return rule

    def __str__(self) -> str:
        parts = [
            f"FREQ={self.frequency}",
            f"INTERVAL={self.interval}" if self.interval > 1 else "",
            _list("BYMONTH", self.months),
            _list("BYMONTHDAY", self.month_days),
            _list("BYDAY", self.week_days),
            _list("BYSETPOS", self.positions),
            f"WKST={WEEKDAYS[self.week_start]}" if self.week_start else "",
        ]
        return ";".join(filter(None, parts))

    @property
    def is_plain(self) -> bool:
        """Whether the rule is an interval and nothing else, such as every 3 months."""
        return not (self.months or self.month_days or self.week_days)

    def first(self, anchor: date, on_or_after: date) -> date | None:
        """The first date on or after the day, counting intervals from `anchor`; none is before `anchor`.

        None where 50 years hold no date. Plain months and years count from `anchor`, clamped to the month's last day.
        """
        earliest = max(anchor, on_or_after)
        base = self._period(anchor)
        nearest = base - (base - self._period(earliest)) // self.interval * self.interval
        for period in range(nearest, self._period(_horizon(earliest)) + 1, self.interval):
            for day in self._dates(period, anchor):
                if day >= earliest:
                    return day
        return None

    def next(self, anchor: date, after: date) -> date | None:
        """The first date later than `after`, as `first` finds it."""
        return None if after == date.max else self.first(anchor, after + timedelta(days=1))

    def begin(self, on_or_after: date) -> date | None:
        """The date a new repeat begins with, and its anchor: the first of the pattern, whatever the interval."""
        if self.is_plain:
            return on_or_after
        return replace(self, interval=1).first(on_or_after, on_or_after)

    def _period(self, day: date) -> int:
        """The number of the day, week, month or year that holds the day."""
        if self.frequency == "DAILY":
            return day.toordinal()
        if self.frequency == "WEEKLY":
            return (day.toordinal() - 1 - self.week_start) // 7
        return day.year * 12 + day.month - 1 if self.frequency == "MONTHLY" else day.year

    def _dates(self, period: int, anchor: date) -> list[date]:
        """The dates of the rule in that period, in order."""
        if self.frequency == "DAILY":
            return self._on_week_days(range(period, period + 1))
        if self.frequency == "WEEKLY":
            first = period * 7 + 1 + self.week_start
            return self._on_week_days(range(first, first + 7), anchor)
        if self.is_plain:
            year, month = divmod(period, 12) if self.frequency == "MONTHLY" else (period, anchor.month - 1)
            return [_clamped(year, month + 1, anchor.day)]
        return self._at_positions(sorted(self._in_months(period)))

    def _on_week_days(self, ordinals: range, anchor: date | None = None) -> list[date]:
        days = [date.fromordinal(number) for number in ordinals if 1 <= number <= date.max.toordinal()]
        wanted = {day for _, day in self.week_days} or ({anchor.weekday()} if anchor else set(range(7)))
        return [day for day in days if day.weekday() in wanted]

    def _in_months(self, period: int) -> Iterable[date]:
        """The days of the month, or of the months of the year, before BYSETPOS chooses among them."""
        if self.frequency == "MONTHLY":
            months = [(period // 12, period % 12 + 1)]
        else:
            months = [(period, month) for month in self.months]
        for year, month in months:
            yield from self._in_month(year, month)

    def _in_month(self, year: int, month: int) -> set[date]:
        weekday, length = monthrange(year, month)
        numbers = {number if number > 0 else length + 1 + number for number in self.month_days}
        for number, day in self.week_days:
            these = range(1 + (day - weekday) % 7, length + 1, 7)
            numbers.update(these if number == 0 else _at(these, number))
        return {date(year, month, number) for number in numbers if 1 <= number <= length}

    def _at_positions(self, days: list[date]) -> list[date]:
        if not self.positions:
            return days
        return sorted({day for position in self.positions for day in _at(days, position)})

    def _check_combination(self, parts: Iterable[str]) -> None:
        allowed = BY_PARTS[self.frequency]
        for name in parts:
            if name.startswith("BY") and name not in allowed:
                raise InvalidRule(f"{name} cannot be used with FREQ={self.frequency}.")
        if self.month_days and self.week_days:
            raise InvalidRule("BYDAY and BYMONTHDAY cannot be used together.")
        if self.positions and not (self.month_days or self.week_days):
            raise InvalidRule("BYSETPOS needs BYDAY or BYMONTHDAY beside it.")
        if self.frequency == "YEARLY" and bool(self.months) != bool(self.month_days or self.week_days):
            raise InvalidRule("FREQ=YEARLY needs BYMONTH together with BYMONTHDAY or BYDAY, or none of them.")
        if self.frequency == "DAILY" and self.week_days and self.interval > 1:
            raise InvalidRule("INTERVAL cannot be used with FREQ=DAILY and BYDAY.")
        self._check_week_days()

    def _check_week_days(self) -> None:
        numbered = {bool(day.number) for day in self.week_days}
        if len(numbered) > 1:
            raise InvalidRule("BYDAY takes days with a number or days without one, not both.")
        if numbered == {True} and self.frequency in ("DAILY", "WEEKLY"):
            raise InvalidRule(f"BYDAY takes no numbers with FREQ={self.frequency}.")

    def _check_gives_dates(self) -> None:
        """Refuses what no anchor can help: an interval past the horizon, days that no month has."""
        if self.interval > LONGEST_INTERVAL[self.frequency]:
            raise InvalidRule(f"INTERVAL is too long: the rule gives no second date within {HORIZON_YEARS} years.")
        if self.frequency in ("DAILY", "WEEKLY") or self.is_plain:
            return
        years = EVERY_KIND_OF_YEAR
        periods = range(years[0] * 12, years[-1] * 12 + 12) if self.frequency == "MONTHLY" else years
        if not any(self._dates(period, date.min) for period in periods):
            culprit = "BYSETPOS" if self.positions else "BYMONTHDAY" if self.month_days else "BYDAY"
            raise InvalidRule(f"The rule never gives a date: no month fits its {culprit}.")


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter; at most the last day there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date.max if year > date.max.year else _clamped(year, month + 1, day.day)


def _clamped(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _horizon(day: date) -> date:
    return add_months(day, 12 * HORIZON_YEARS)


def _at(days: Sequence[Day], position: int) -> Sequence[Day]:
    """The day at a position that counts from 1, or from -1 at the end; nothing where there is none."""
    index = position - 1 if position > 0 else len(days) + position
    return days[index : index + 1] if index >= 0 else days[:0]


def _list(name: str, values: Iterable[object]) -> str:
    text = ",".join(map(str, values))
    return f"{name}={text}" if text else ""
