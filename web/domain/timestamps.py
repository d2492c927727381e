"""Timestamps: aware, in UTC, and as text that sorts in time order."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)


def iso(timestamp: datetime) -> str:
    """ISO 8601 in UTC with microseconds and `Z`, as in 2026-11-21T22:00:00.123456Z: its order as text is time's."""
    return timestamp.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_iso(text: str) -> datetime:
    """The timestamp that `iso` wrote. Raises ValueError or OverflowError for any other text."""
    timestamp = datetime.fromisoformat(text)
    if timestamp.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return timestamp.astimezone(UTC)
