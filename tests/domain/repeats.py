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


# A repeat, when it is completed (on its own day without that), and the dates that follow, each completed on its day.
CASES: list[tuple[Repeat, str | None, list[str]]] = [
    (repeat("FREQ=DAILY", "2026-11-23", anchor="2026-11-20"), "2026-11-26T14:30", ["2026-11-27"]),
    (repeat("FREQ=DAILY", "2026-11-24", "18:00", anchor="2026-11-20"), "2026-11-26T14:30", ["2026-11-26"]),
    (repeat("FREQ=DAILY", "2026-11-25", "08:00", anchor="2026-11-20"), "2026-11-26T14:30", ["2026-11-27"]),
    (
        repeat("FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-25", anchor="2026-11-23"),
        "2026-11-26T14:30",
        ["2026-11-27", "2026-11-30", "2026-12-02", "2026-12-04"],
    ),
    (repeat(MONDAYS, "2026-11-30", anchor="2026-11-23"), "2026-11-26T14:30", ["2026-12-07"]),
    (
        repeat("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23"),
        "2026-12-08T14:30",
        ["2026-12-21", "2027-01-04"],
    ),
    (
        repeat("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31"),
        None,
        ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"],
    ),
    (
        repeat("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2028-01-30"),
        None,
        ["2028-02-29", "2028-03-30", "2028-04-30"],
    ),
    (
        repeat("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31"),
        None,
        ["2027-03-31", "2027-05-31", "2027-07-31", "2027-08-31"],
    ),
    (
        repeat("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "2028-02-29"),
        None,
        ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
    ),
    (
        repeat("FREQ=MONTHLY;BYDAY=2TU", "2026-11-10"),
        "2026-11-26T14:30",
        ["2026-12-08", "2027-01-12", "2027-02-09"],
    ),
    (repeat("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27"), None, ["2026-12-25", "2027-01-29", "2027-02-26"]),
    (repeat("FREQ=MONTHLY;BYDAY=5FR", "2026-10-30"), None, ["2027-01-29", "2027-04-30", "2027-07-30"]),
    (
        repeat("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-10-30"),
        None,
        ["2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"],
    ),
    (repeat("FREQ=DAILY;INTERVAL=3", "2026-11-23", mode="completion"), "2026-11-26T14:30", ["2026-11-29"]),
    (repeat("FREQ=MONTHLY", "2026-12-31", mode="completion"), "2027-01-31T14:30", ["2027-02-28", "2027-03-28"]),
    (repeat("FREQ=DAILY", "2026-11-28", mode="completion"), "2026-11-26T14:30", ["2026-11-27"]),
    (repeat(MONDAYS, "2026-11-30", mode="completion"), "2026-11-28T14:30", ["2026-12-07"]),
    (repeat("FREQ=DAILY", "2027-09-25", zone=AUCKLAND), "2027-09-25T20:00", ["2027-09-26", "2027-09-27"]),
    (repeat("FREQ=DAILY", "2026-11-26"), "2026-11-26T23:30Z", ["2026-11-28"]),
    (repeat("FREQ=DAILY", "2026-11-26", zone=NEW_YORK), "2026-11-26T23:30Z", ["2026-11-27"]),
    (repeat(MONDAYS, "2026-11-25", anchor="2026-11-23"), "2026-11-25T14:30", ["2026-11-30"]),
    (repeat("FREQ=DAILY;INTERVAL=3", "2026-11-27", anchor="2026-11-20"), "2026-11-27T14:30", ["2026-11-29"]),
]
