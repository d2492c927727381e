"""When a task is due, in words."""

from datetime import date, datetime, time

from web.domain.days import MONTH_NAMES, NEARBY, WEEKDAY_NAMES, day_words, is_overdue
from web.domain.preferences import Preferences

# What a user who has chosen nothing reads.
DEFAULT = Preferences()


def due_words(
    due_on: date,
    due_time: time | None,
    now: datetime,
    preferences: Preferences = DEFAULT,
    *,
    page_day: date | None = None,
    is_open: bool = True,
) -> str:
    """Tomorrow; Fri 4 Dec, 10:00; on the page of that day only the time; an open task says if it is overdue."""
    day = "" if due_on == page_day else day_words(due_on, now.date(), preferences.date_order)
    late = "overdue" if is_open and is_overdue(due_on, due_time, now) else ""
    return ", ".join(filter(None, (day, clock_words(due_time, preferences.clock) if due_time else "", late)))


def in_a_sentence(words: str) -> str:
    """Today, Tomorrow and Yesterday begin with a small letter inside a sentence."""
    return words[0].lower() + words[1:] if words.startswith(tuple(NEARBY.values())) else words


def clock_words(at: time, clock: int = 24) -> str:
    """18:05, or 6:05 pm where the user reads 12 hours."""
    if clock == 24:
        return at.isoformat("minutes")
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def start_after_due(start_on: date, due_on: date, today: date, order: str = "d/m") -> str:
    """Why a task cannot start then, in one sentence."""
    start, due = (day_words(day, today, order) for day in (start_on, due_on))
    return f"The start ({start}) is after the due date ({due})."


def long_day(day: date, today: date, order: str = "d/m") -> str:
    """Thursday 26 November, or Thursday, November 26; with the year where it is another one."""
    weekday, month = WEEKDAY_NAMES[day.weekday()], MONTH_NAMES[day.month - 1]
    text = f"{weekday}, {month} {day.day}" if order == "m/d" else f"{weekday} {day.day} {month}"
    return text if day.year == today.year else f"{text}{',' if order == 'm/d' else ''} {day.year}"


def month_words(day: date, today: date) -> str:
    """December; with the year where it is another one."""
    month = MONTH_NAMES[day.month - 1]
    return month if day.year == today.year else f"{month} {day.year}"
