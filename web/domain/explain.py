"""What the pure functions make of an input, as plain values for JSON."""

from datetime import UTC, datetime
from typing import Any

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


def _dates_of(repeat: Repeat) -> dict[str, Any]:
    timed = repeat.due_time is not None
    return {
        "due_on": repeat.due_on.isoformat(),
        "due_time": f"{repeat.due_time:%H:%M}" if timed else None,
        "due_at": _utc(repeat.due_at) if timed else None,
        "start_on": repeat.start_on.isoformat() if repeat.start_on else None,
        "times": repeat.left,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
