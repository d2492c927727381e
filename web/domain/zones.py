"""Time zones: which names are accepted, and which instant a day and wall time is.

A wall time that a change of the clock skips uses the offset before the change (02:30 is then shown as 03:30), and of
two equal wall times the first counts: RFC 5545, section 3.3.5. `fold=0` gives both.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

# Files beside the zone data, and a zone without a place.
NOT_ZONES = {"localtime", "posixrules", "Factory"}


class InvalidZone(ValueError):
    """Not the name of a time zone. The message is one sentence for the user."""


@cache
def zone_names() -> frozenset[str]:
    """Every accepted name, old ones such as Asia/Calcutta included; read once, since it costs 70 ms."""
    return frozenset(available_timezones() - NOT_ZONES)


@cache
def zones_by_region() -> Mapping[str, Mapping[str, str]]:
    """The zones to choose from: {region: {name: place}}, such as Europe/Berlin: Berlin. UTC stands under its own name.

    Those that the zone data give a country (zone.tab), so without old names and offsets such as Zulu and Etc/GMT+5.
    """
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    names = sorted({line.split("\t")[2].strip() for line in table.splitlines() if line and not line.startswith("#")})
    regions = groupby((name.partition("/") for name in names if name in zone_names()), key=lambda parts: parts[0])
    return {
        region: {"/".join((region, place)): _place(place) for _, _, place in group} for region, group in regions
    } | {"UTC": {"UTC": "UTC"}}


def zone_named(name: str) -> ZoneInfo:
    """Raises `InvalidZone` for what is not a zone's name; the name never reaches the file system unchecked."""
    if name not in zone_names():
        shown = f"{name[:30]}…" if len(name) > 30 else name
        raise InvalidZone(f"There is no time zone “{shown}”. Europe/Berlin is one.")
    return ZoneInfo(name)


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; the first or last there is where UTC has left the years 1 to 9999."""
    try:
        return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
    except OverflowError:
        return _nearest_end(day)


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone, also where the clock skips midnight."""
    return instant(day, time.min, zone)


def wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows at an instant: naive, whole minutes, within the years 1 to 9999.

    `fold` is 1 where the clock has gone back and shows the same time again.
    """
    if at.tzinfo is None:
        raise ValueError("An instant needs its offset: a naive one would be read in the zone of this machine.")
    try:
        wall = at.astimezone(zone)
    except OverflowError:
        wall = _nearest_end(at)
    return wall.replace(tzinfo=None, second=0, microsecond=0)


def local_day(at: datetime, zone: ZoneInfo) -> date:
    return wall_clock(at, zone).date()


def _place(name: str) -> str:
    """Argentina, Buenos Aires."""
    return name.replace("/", ", ").replace("_", " ")


def _nearest_end(day: date) -> datetime:
    return datetime.min.replace(tzinfo=UTC) if day.year == 1 else datetime.max.replace(tzinfo=UTC)
