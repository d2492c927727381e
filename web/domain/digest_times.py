"""When the next daily email is due."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from web.domain.days import shifted
from web.domain.zones import instant, local_day


def next_digest(hour: int, zone: ZoneInfo, now: datetime, sent_on: date | None = None) -> datetime:
    """The next UTC instant at that hour in the zone, on a day after the one that has had its email."""
    today = local_day(now, zone)
    first = today if sent_on is None else max(today, shifted(sent_on, 1))
    at = instant(first, time(hour), zone)
    return at if at > now else instant(shifted(first, 1), time(hour), zone)
