"""What the pure functions make of an input, as plain values for JSON."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from web.domain.quick_add import Reading
from web.domain.repeating import Repeat, following


def explain_repeat(repeat: Repeat, completed_at: datetime, count: int) -> dict[str, Any]:
    """The dates that follow: completed at that moment, then each on its own day and at its own time."""
    dates = following(repeat, completed_at, count)
    return {
        "repeat_rule": str(repeat.rule),
        "repeat_mode": repeat.mode,
        "dates": [_dates_of(one) for one in dates],
        "finished": len(dates) < count,
    }


def explain_reading(reading: Reading) -> dict[str, Any]:
    """The fields that quick add gives a task, whether it is refused, and the spans of the line they were read from."""
    return {
        "title": reading.title,
        "description": reading.description,
        "due_on": _iso(reading.due_on),
        "due_time": f"{reading.due_time:%H:%M}" if reading.due_time else None,
        "start_on": _iso(reading.start_on),
        "starts_after_due": reading.starts_after_due,
        "list": reading.list,
        "makes_list": reading.makes_list,
        "labels": list(reading.labels),
        "priority": reading.priority,
        "repeat_rule": reading.repeat_rule,
        "repeat_mode": reading.repeat_mode,
        "repeat_anchor": _iso(reading.repeat_anchor),
        "until": _iso(reading.until),
        "times": reading.times,
        "unknown_list": reading.unknown_list.value if reading.unknown_list else None,
        "spans": [asdict(span) for span in reading.spans],
    }


def _dates_of(repeat: Repeat) -> dict[str, Any]:
    timed = repeat.due_time is not None
    return {
        "due_on": repeat.due_on.isoformat(),
        "due_time": f"{repeat.due_time:%H:%M}" if timed else None,
        "due_at": _utc(repeat.due_at) if timed else None,
        "start_on": _iso(repeat.start_on),
        "times": repeat.left,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
