"""What the words for a date name, so that two of them can be compared: a weekday, a day of the month, next week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from web.domain.days import shifted
from web.domain.recurrence import add_months

# The parts of a date that words may name, or the period that they mean.
Part = Literal["weekday", "day", "month", "next week", "next month", "next year"]
PERIODS: dict[str, Part] = {"week": "next week", "month": "next month", "year": "next year"}
_PERIODS = frozenset(PERIODS.values())


@dataclass(frozen=True, slots=True, order=True)
class Meaning:
    """What words name: the parts of a date, as `day` has them, or the period that begins with it; without names, `day`.

    `fri` names the weekday, `24 dec` day and month, `tomorrow` nothing else than that day.
    """

    day: date
    names: tuple[Part, ...] = ()

    @property
    def is_period(self) -> bool:
        return bool(_PERIODS & {*self.names})

    def days(self) -> Iterator[date]:
        """The days of the period."""
        return days_from(self.day, (self._following_day - self.day).days)

    @property
    def _following_day(self) -> date:
        if "next week" in self.names:
            return shifted(self.day, 7)
        return add_months(self.day, 1 if "next month" in self.names else 12)

    def fits(self, day: date) -> bool:
        """Whether the words can mean that day."""
        if self.is_period:
            return self.day <= day < self._following_day
        named = {
            "weekday": day.weekday() == self.day.weekday(),
            "day": day.day == self.day.day,
            "month": day.month == self.day.month,
        }
        return all(named[part] for part in self.names) if self.names else day == self.day


def days_from(first: date, most: int) -> Iterator[date]:
    """So many days from the first one on, or those that the calendar still has."""
    return (first + timedelta(days=days) for days in range(min(most, (date.max - first).days + 1)))
