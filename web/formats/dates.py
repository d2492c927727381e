"""Days, times and moments as files write them."""

import re
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from web.domain.zones import InvalidZone, wall_clock, zone_named

_ISO = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ](?P<time>[0-9]{2}:[0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,7})?)?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
)


class When(NamedTuple):
    """A day, with a time (HH:MM) on a wall clock; without a zone it is that of the user."""

    day: date
    at: str | None = None
    zone: str | None = None


def day_of(text: str) -> date | None:
    """The day that a text begins with, as written: no zone moves it."""
    found = _ISO.fullmatch(text.strip())
    return _day(found["day"]) if found else None


def moment_of(text: str) -> datetime | None:
    """A moment; without an offset it is one of UTC."""
    found = _ISO.fullmatch(text.strip())
    if not found or not _day(found["day"]):
        return None
    try:
        at = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{_seconds(text)}{_offset(found)}")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def when_of(text: str, zone: str = "") -> When | None:
    """A day, or a day and a time. One with an offset is a moment, shown by a wall clock of `zone`; UTC without one.

    Raises InvalidZone.
    """
    found = _ISO.fullmatch(text.strip())
    if not found or not (day := _day(found["day"])):
        return None
    if not found["time"]:
        return When(day)
    if found["offset"]:
        return when_at(moment_of(text), zone or "UTC")
    return When(day, _time(found["time"]), zone_named(zone).key if zone else None)


def when_at(timestamp: datetime | None, zone: str) -> When | None:
    """Raises InvalidZone."""
    if timestamp is None:
        return None
    wall = wall_clock(timestamp, zone_named(zone))
    return When(wall.date(), wall.time().isoformat("minutes"), zone)


def zone_or_none(name: str) -> ZoneInfo | None:
    try:
        return zone_named(name) if name else None
    except InvalidZone:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _time(text: str) -> str | None:
    try:
        return time.fromisoformat(text).isoformat("minutes")
    except ValueError:
        return None


def _seconds(text: str) -> str:
    found = re.search(r":[0-9]{2}(:[0-9]{2}(?:\.[0-9]{1,6})?)", text)
    return found[1] if found else ""


def _offset(found: re.Match[str]) -> str:
    return (found["offset"] or "").replace("Z", "+00:00")
