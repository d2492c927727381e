"""The user of the cases: Thursday 26 November 2026, 14:30 in Berlin, weeks from Monday, dates written d/m."""

from dataclasses import fields, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from web.domain.quick_add import Context, Reading, read

BERLIN = ZoneInfo("Europe/Berlin")
CONTEXT = Context(
    now=datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN),
    zone=BERLIN,
    lists=("Home", "Home office", "Work", "Inbox", "Errands"),
)
MONTH_FIRST = replace(CONTEXT, date_order="m/d")
_DEFAULTS = Reading(title="")
# How the fields were found, not what they are.
_EVIDENCE = {"spans", "unknown_list", "preset", "repeat_anchor"}


def at(instant: str, week_start: int = 0, zone: str = "Europe/Berlin") -> Context:
    """The same user at another time on their wall clock."""
    clock = ZoneInfo(zone)
    now = datetime.fromisoformat(instant).replace(tzinfo=clock)
    return replace(CONTEXT, now=now, zone=clock, week_start=week_start)


def what_is_read(line: str, context: Context = CONTEXT, **options: Any) -> dict[str, str]:
    """The fields that are not at their defaults, as text."""
    reading = read(line, context, **options)
    values = {field.name: getattr(reading, field.name) for field in fields(reading) if field.name not in _EVIDENCE}
    return {name: _shown(value) for name, value in values.items() if value != getattr(_DEFAULTS, name)}


def summary(line: str, context: Context = CONTEXT, **options: Any) -> str:
    """The reading in one line, title first: Call Bob · 2026-11-27 17:00 · list Home · @errand · p1."""
    reading = read(line, context, **options)
    parts = [
        reading.title,
        " ".join(_shown(value) for value in (reading.due_on, reading.due_time) if value is not None),
        f"start {reading.start_on}" if reading.start_on else "",
        f"list {reading.list}" if reading.list else "",
        *(f"@{label}" for label in reading.labels),
        f"p{reading.priority}" if reading.priority != _DEFAULTS.priority else "",
        (reading.repeat_rule or "").removeprefix("FREQ="),
        "completion" if reading.repeat_mode == "completion" else "",
        f"until {reading.until}" if reading.until else "",
        f"{reading.times} times" if reading.times else "",
        f"// {reading.description}" if reading.description else "",
    ]
    return " · ".join(filter(None, parts))


def _shown(value: object) -> str:
    if isinstance(value, time):
        return value.isoformat("minutes")
    return ", ".join(value) if isinstance(value, tuple) else str(value)
