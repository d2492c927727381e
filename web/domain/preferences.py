"""How a user wants dates read and pages shown. Defaults hold for a user who has chosen nothing."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from web.domain.zones import InvalidZone, wall_clock, zone_named

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Preferences:
    """`week_start` is 0 for Monday to 6 for Sunday; `default_reminder` counts minutes before a task is due.

    `digest_hour` is that of the daily email on the user's clock.
    """

    zone: ZoneInfo = UTC
    # Whether the user chose the zone; otherwise it is the browser's or the default.
    zone_is_chosen: bool = False
    # Whether any zone is known at all: with none, pages say that times are in UTC.
    zone_is_known: bool = False
    week_start: int = 0
    date_order: str = "d/m"
    clock: int = 24
    start_page: str = "today"
    scheme: str = "system"
    density: str = "comfortable"
    single_keys: bool = True
    default_reminder: int | None = None
    reminders_by_email: bool = False
    digest_hour: int | None = None

    def now(self, at: datetime) -> datetime:
        """The user's wall clock at a timestamp, to the minute."""
        return wall_clock(at, self.zone)

    def today(self, at: datetime) -> date:
        return self.now(at).date()


def zone_or_utc(name: str | None) -> ZoneInfo:
    """A stored zone; UTC where this machine's zone data no longer has it."""
    try:
        return zone_named(name) if name else UTC
    except InvalidZone:
        return UTC
