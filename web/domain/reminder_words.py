"""Reminders in words: how long before, at which moment, and what a message says of the task."""

from collections.abc import Mapping
from datetime import date, datetime, time

from web.domain.days import MINUTES_A_DAY, day_words
from web.domain.due_words import DEFAULT, clock_words, due_words, in_a_sentence
from web.domain.preferences import Preferences

MINUTES_AN_HOUR, MINUTES_A_WEEK = 60, 10_080
_UNITS = ((MINUTES_A_WEEK, "week"), (MINUTES_A_DAY, "day"), (MINUTES_AN_HOUR, "hour"), (1, "minute"))
# What the form offers: minutes before, and the time of day for those that come at one.
BEFORE_A_TIME = (0, 5, 10, 30, 60, 120, 1440, 2880, 10_080)
BEFORE_A_DAY = ((0, "09:00"), (1440, "18:00"), (1440, "09:00"), (10_080, "09:00"))


def before_words(minutes: int, day_time: time | None = None, clock: int = 24) -> str:
    """10 minutes before, When it is due; at a time of day: On the day at 09:00, The day before at 18:00."""
    if day_time is None:
        return f"{_count(minutes)} before" if minutes else "When it is due"
    days = minutes // MINUTES_A_DAY
    day = {0: "On the day", 1: "The day before"}.get(days) or f"{_count(minutes)} before"
    return f"{day} at {clock_words(day_time, clock)}"


def choices(has_time: bool, clock: int = 24) -> Mapping[str, str]:
    """The words of each value that the form sends: `10`, or `1440 18:00` for one at a time of day."""
    timed = {str(minutes): before_words(minutes) for minutes in BEFORE_A_TIME} if has_time else {}
    daily = {f"{minutes} {at}": before_words(minutes, time.fromisoformat(at), clock) for minutes, at in BEFORE_A_DAY}
    return timed | daily


def moment_words(wall: datetime, today: date, preferences: Preferences = DEFAULT, *, beside: date | None = None) -> str:
    """Tomorrow, 09:50; only the time where it stands beside that day."""
    at = clock_words(wall.time(), preferences.clock)
    return at if wall.date() == beside else f"{day_words(wall.date(), today, preferences.date_order)}, {at}"


def message_words(
    due_on: date | None, due_time: time | None, wall: datetime, now: datetime, preferences: Preferences = DEFAULT
) -> str:
    """What is due when, as a message says it: Due today, 10:00. Without a due date when the reminder was for."""
    if due_on is None:
        return f"Reminder for {in_a_sentence(moment_words(wall, now.date(), preferences))}"
    return f"Due {in_a_sentence(due_words(due_on, due_time, now, preferences))}"


def _count(minutes: int) -> str:
    size, name = next((size, name) for size, name in _UNITS if minutes % size == 0)
    number = minutes // size
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
