"""Time zones: which names are accepted, and which instant a wall time is."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from web.domain.zones import InvalidZone, first_moment, instant, local_day, wall_clock, zone_named, zone_names

BERLIN = ZoneInfo("Europe/Berlin")


def test_names_come_from_the_package_and_not_from_the_machine() -> None:
    assert zoneinfo.TZPATH == ()
    assert len(zone_names()) > 590


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "Asia/Calcutta", "America/Argentina/Ushuaia", "Etc/GMT+12"])
def test_a_zone_is_known_by_its_name_old_names_too(name: str) -> None:
    assert zone_named(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "..",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "Europe/",
        "europe/berlin",
        "Europe/Berlin\x00",
        "Europe/Berlin\n",
        "localtime",
        "posixrules",
        "Factory",
        "posix/Europe/Berlin",
        "W. Europe Standard Time",
        "+01:00",
        "tzdata.zi",
        "a" * 5000,
    ],
)
def test_what_is_not_a_zone_is_refused_in_a_short_sentence(name: str) -> None:
    with pytest.raises(InvalidZone) as refusal:
        zone_named(name)

    assert str(refusal.value).startswith("There is no time zone “")
    assert len(str(refusal.value)) < 100


def test_files_beside_the_zone_data_are_no_zones(tmp_path: Path) -> None:
    for name in ("localtime", "posixrules", "Factory", "Berlin"):
        (tmp_path / name).write_bytes(b"TZif")
    zoneinfo.reset_tzpath(to=[tmp_path])

    try:
        names = zone_names.__wrapped__()
    finally:
        zoneinfo.reset_tzpath(to=())

    assert "Berlin" in names
    assert names.isdisjoint({"localtime", "posixrules", "Factory"})


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2026, 11, 26), time(14, 30), "2026-11-26T13:30"),
        (date(2027, 3, 28), time(2, 30), "2027-03-28T01:30"),  # skipped: shown as 03:30
        (date(2027, 10, 31), time(2, 30), "2027-10-31T00:30"),  # twice: the first
        (date(2027, 10, 31), time(2, 30, fold=1), "2027-10-31T00:30"),
    ],
)
def test_a_wall_time_that_is_skipped_or_twice_is_one_instant(day: date, at: time, expected: str) -> None:
    assert instant(day, at, BERLIN) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "expected", "shown"),
    [
        ("Europe/Berlin", date(2026, 11, 26), "2026-11-25T23:00", time(0, 0)),
        ("Asia/Beirut", date(2027, 3, 28), "2027-03-27T22:00", time(1, 0)),  # the clock skips midnight
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00", time(0, 0)),  # midnight comes twice
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00", time(0, 0)),  # the day before does not exist
    ],
)
def test_a_day_begins_at_its_first_moment(zone: str, day: date, expected: str, shown: time) -> None:
    first = first_moment(day, ZoneInfo(zone))

    assert first == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert wall_clock(first, ZoneInfo(zone)) == datetime.combine(day, shown)
    assert local_day(first - timedelta(seconds=1), ZoneInfo(zone)) < day


def test_the_local_day_depends_on_the_zone() -> None:
    at = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)

    assert local_day(at, BERLIN) == date(2026, 11, 27)
    assert local_day(at, ZoneInfo("America/New_York")) == date(2026, 11, 26)


def test_instants_stay_within_the_calendar() -> None:
    assert instant(date.min, time.min, BERLIN) == datetime.min.replace(tzinfo=UTC)
    assert instant(date.max, time(23, 59), ZoneInfo("America/New_York")) == datetime.max.replace(tzinfo=UTC)
    assert local_day(datetime.min.replace(tzinfo=UTC), ZoneInfo("America/New_York")) == date.min
    assert local_day(datetime.max.replace(tzinfo=UTC), ZoneInfo("Pacific/Auckland")) == date.max


def test_a_naive_moment_is_no_instant() -> None:
    with pytest.raises(ValueError, match="offset"):
        local_day(datetime(2026, 11, 26, 14, 30), BERLIN)  # noqa: DTZ001 (naive on purpose)
