"""Repeating tasks for tests, written in short."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from web.domain.recurrence import Rule
from web.domain.repeating import Mode, Repeat, following

BERLIN, NEW_YORK, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN)
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"


def repeat(
    rule: str,
    due_on: str,
    due_time: str | None = None,
    anchor: str | None = None,
    mode: Mode = "schedule",
    zone: ZoneInfo = BERLIN,
    until: str | None = None,
    left: int | None = None,
    start_on: str | None = None,
    reminders: tuple[int, ...] = (),
) -> Repeat:
    return Repeat(
        Rule.parse(rule),
        mode,
        date.fromisoformat(anchor or due_on),
        date.fromisoformat(due_on),
        zone,
        due_time=time.fromisoformat(due_time) if due_time else None,
        start_on=date.fromisoformat(start_on) if start_on else None,
        until=date.fromisoformat(until) if until else None,
        left=left,
        reminders=reminders,
    )


def instant(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """An ISO instant; without an offset it is the wall clock in the zone."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def days_after(task: Repeat, at: str | None = None, count: int = 4) -> list[str]:
    """The due dates after completing at that instant (on its own day without one), then each on its own day."""
    first = instant(at, task.zone) if at else task.due_at
    return [one.due_on.isoformat() for one in following(task, first, count)]
