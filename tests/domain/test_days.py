"""Day words, weeks and what is overdue."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from web.domain import days
from web.domain.zones import wall_clock

THURSDAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 26), "Today"),
        (date(2026, 11, 27), "Tomorrow"),
        (date(2026, 11, 25), "Yesterday"),
        (date(2026, 11, 28), "Sat"),
        (date(2026, 12, 2), "Wed"),
        (date(2026, 12, 3), "Thu 3 Dec"),
        (date(2026, 12, 4), "Fri 4 Dec"),
        (date(2026, 11, 24), "Tue 24 Nov"),
        (date(2026, 1, 1), "Thu 1 Jan"),
        (date(2027, 1, 4), "4 Jan 2027"),
        (date(2025, 12, 31), "31 Dec 2025"),
        (date.min, "1 Jan 1"),
        (date.max, "31 Dec 9999"),
    ],
)
def test_a_day_in_words(day: date, words: str) -> None:
    assert days.day_words(day, THURSDAY) == words


def test_a_near_day_of_the_next_year_needs_no_year() -> None:
    assert days.day_words(date(2027, 1, 1), date(2026, 12, 28)) == "Fri"


@pytest.mark.parametrize(
    ("due_on", "due_time", "overdue"),
    [
        (date(2026, 11, 25), None, True),
        (date(2026, 11, 25), time(23, 59), True),
        (date(2026, 11, 26), None, False),
        (date(2026, 11, 26), time(14, 29), True),
        (date(2026, 11, 26), time(14, 30), False),
        (date(2026, 11, 26), time(18, 0), False),
        (date(2026, 11, 27), time(0, 0), False),
    ],
)
def test_a_day_is_overdue_when_it_is_over_and_a_time_when_it_has_passed(
    due_on: date, due_time: time | None, overdue: bool
) -> None:
    now = datetime(2026, 11, 26, 14, 30, 59)  # noqa: DTZ001 (the owner's wall clock)

    assert days.is_overdue(due_on, due_time, now) is overdue


@pytest.mark.parametrize(
    ("week_start", "first", "following"),
    [
        (0, date(2026, 11, 23), date(2026, 11, 30)),
        (6, date(2026, 11, 22), date(2026, 11, 29)),
        (5, date(2026, 11, 21), date(2026, 11, 28)),
        (3, date(2026, 11, 26), date(2026, 12, 3)),
    ],
)
def test_a_week_begins_on_the_day_the_user_chose(week_start: int, first: date, following: date) -> None:
    assert days.first_of_week(THURSDAY, week_start) == first
    assert days.next_week(THURSDAY, week_start) == following


@pytest.mark.parametrize(
    ("today", "weekend"),
    [
        (date(2026, 11, 23), date(2026, 11, 28)),
        (date(2026, 11, 27), date(2026, 11, 28)),
        (date(2026, 11, 28), date(2026, 11, 28)),
        (date(2026, 11, 29), date(2026, 11, 29)),
    ],
)
def test_the_weekend_is_saturday_and_on_sunday_it_is_today(today: date, weekend: date) -> None:
    assert days.weekend(today) == weekend


def test_no_day_leaves_the_calendar() -> None:
    assert days.first_of_week(date.min, 6) == date.min
    assert days.next_week(date.max, 0) == date.max
    assert days.shifted(THURSDAY, 10**9) == date.max
    assert days.shifted(THURSDAY, -(10**9)) == date.min


@pytest.mark.parametrize(
    ("day", "week_start", "weeks", "first", "last"),
    [
        (date(2026, 11, 27), 0, 6, date(2026, 10, 26), date(2026, 12, 6)),
        (date(2026, 11, 27), 6, 5, date(2026, 11, 1), date(2026, 12, 5)),
        (date(2027, 2, 1), 0, 4, date(2027, 2, 1), date(2027, 2, 28)),
        (date(2026, 12, 31), 0, 5, date(2026, 11, 30), date(2027, 1, 3)),
    ],
)
def test_a_month_is_whole_weeks(day: date, week_start: int, weeks: int, first: date, last: date) -> None:
    found = days.month_weeks(day, week_start)

    assert (len(found), found[0][0], found[-1][-1]) == (weeks, first, last)


def test_months_go_over_the_year_and_stay_within_the_calendar() -> None:
    assert [days.months_later(date(2026, 12, 31), step) for step in (1, -12)] == [date(2027, 1, 1), date(2025, 12, 1)]
    assert [days.months_later(date.min, -1), days.months_later(date.max, 1)] == [date(1, 1, 1), date(9999, 12, 1)]


@pytest.mark.parametrize(
    ("zone", "at", "passed"),
    [
        ("Europe/Berlin", "2026-10-25T00:20", time(2, 20)),  # before the clock goes back
        ("Europe/Berlin", "2026-10-25T01:20", time(3)),  # 02:20 again
        ("Europe/Berlin", "2026-10-25T02:00", time(3)),
        ("America/New_York", "2026-11-01T06:10", time(2)),
        ("Australia/Lord_Howe", "2027-04-03T15:10", time(2)),  # by half an hour
        ("America/Asuncion", "2024-03-24T03:30", time(23, 59)),  # to the day before
    ],
)
def test_a_time_that_comes_twice_has_passed_when_it_comes_again(zone: str, at: str, passed: time) -> None:
    assert days.passed_before(wall_clock(datetime.fromisoformat(f"{at}Z"), ZoneInfo(zone))) == passed


@pytest.mark.parametrize(("at", "overdue"), [("00:20", False), ("00:31", True), ("01:10", True), ("01:59", True)])
def test_what_is_overdue_stays_so_when_its_time_comes_again(at: str, overdue: bool) -> None:
    now = wall_clock(datetime.fromisoformat(f"2026-10-25T{at}Z"), ZoneInfo("Europe/Berlin"))

    assert days.is_overdue(date(2026, 10, 25), time(2, 30), now) is overdue
