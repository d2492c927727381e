"""A day, a wall time that follows its owner, and a instant fixed to a zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from web.domain.due import Due

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def test_a_day_and_a_floating_time_stay_as_they_are_in_another_zone() -> None:
    day = Due(date(2026, 11, 27))
    floating = Due(date(2026, 11, 27), time(9, 0))

    assert day.shown_in(NEW_YORK) == day
    assert floating.shown_in(NEW_YORK) == floating
    assert floating.instant(BERLIN) == datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    assert floating.instant(NEW_YORK) == datetime(2026, 11, 27, 14, 0, tzinfo=UTC)


def test_a_fixed_moment_stays_and_its_wall_time_moves() -> None:
    fixed = Due.fixed(date(2026, 11, 27), time(20, 0), NEW_YORK, owner=BERLIN)

    assert fixed == Due(date(2026, 11, 28), time(2, 0), "America/New_York", datetime(2026, 11, 28, 1, 0, tzinfo=UTC))
    assert fixed.is_fixed
    assert fixed.shown_in(NEW_YORK).due_time == time(20, 0)
    assert fixed.shown_in(NEW_YORK).instant(BERLIN) == fixed.due_at


def test_a_day_is_due_from_its_first_moment_on() -> None:
    assert Due(date(2027, 3, 28)).instant(ZoneInfo("Asia/Beirut")) == datetime(2027, 3, 27, 22, 0, tzinfo=UTC)
