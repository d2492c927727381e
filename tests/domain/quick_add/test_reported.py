"""Lines and days that other task lists got wrong, as their users reported them."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.domain.quick_add.lines import CONTEXT, at, summary

REPORTED: list[tuple[str, str]] = [
    ("Move old monitor to attic", "Move old monitor to attic"),
    ("Mark the Jane Decide file", "Mark the Jane Decide file"),
    ("paprika", "paprika"),
    ("Renovation - 2nd Floor Bath", "Renovation - 2nd Floor Bath"),
    ("The 5th Wave", "The 5th Wave"),
    ("check money", "check money"),
    ("Buy 40th birthday gift", "Buy 40th birthday gift"),
    ("Meet Amela", "Meet Amela"),
    ("1 hour of decluttering", "1 hour of decluttering"),
    ("Theresa may become PM soon", "Theresa may become PM soon"),
    ("Call mom (tomorrow)", "Call mom · 2026-11-27"),
    ("Call mom tomorrow 9am", "Call mom · 2026-11-27 09:00"),
    ("every friday call mom tomorrow", "call mom · 2026-11-27 · WEEKLY;BYDAY=FR"),
    ("Standup every monday and friday", "Standup · 2026-11-27 · WEEKLY;BYDAY=MO,FR"),
    ("Review every week monday notes", "Review monday notes · 2026-11-26 · WEEKLY;BYDAY=TH"),
    ("Test Thursday at 6am weekly", "Test · 2026-12-03 06:00 · WEEKLY;BYDAY=TH"),
    ("Call 5 pm on the 21st", "Call · 2026-12-21 17:00"),
    ("Call 02:00 pm", "Call · 2026-11-27 14:00"),
    ("Deploy 01.12.2026", "Deploy · 2026-12-01"),
    ("Time entry for 2nd September", "Time entry · 2027-09-02"),
    ("Meet with Friday", "Meet with Friday"),
    ("Exercise 1D", "Exercise 1D"),
    ("Sync 24h00m backup", "Sync 24h00m backup"),
    ("I <3 coffee", "I <3 coffee"),
    ("Prepare Monday report for Friday", "Prepare Monday report · 2026-11-27"),
    ("Move Tuesday meeting to Thursday", "Move Tuesday meeting to Thursday"),
    ("today tomorrow", "today · 2026-11-27"),
    ("dentist tomorrow 3pm every 2 weeks", "dentist · 2026-11-27 15:00 · WEEKLY;INTERVAL=2;BYDAY=FR"),
    ("Bins on wednesday every 2 weeks", "Bins · 2026-12-02 · WEEKLY;INTERVAL=2;BYDAY=WE"),
    ("Bins every other thurs", "Bins · 2026-11-26 · WEEKLY;INTERVAL=2;BYDAY=TH"),
    ("Club every month on the 2nd Wednesday", "Club · 2026-12-09 · MONTHLY;BYDAY=2WE"),
    ("test every monday, tuesday at 2pm", "test · 2026-11-30 14:00 · WEEKLY;BYDAY=MO,TU"),
    ("birthdays every 1/30 and 9/30 at noon", "birthdays every 1/30 and 9/30 at noon"),
    ("Report 9/31", "Report 9/31"),
    ("Paint fence #Home Improvements", "Paint fence Improvements · list Home"),
]


@pytest.mark.parametrize(("line", "expected"), REPORTED)
def test_line_that_others_misread_is_read(line: str, expected: str) -> None:
    assert summary(line) == expected


SUNDAY = 6


@pytest.mark.parametrize(
    ("instant", "week_start", "line", "expected"),
    [
        # Tuesday: next tuesday is not today.
        ("2022-08-16T09:00", 0, "Call next tuesday", "Call · 2022-08-23"),
        ("2022-08-16T09:00", SUNDAY, "Call next tuesday", "Call · 2022-08-23"),
        # Monday and Friday: a bare weekday is never in the past.
        ("2022-01-10T09:00", 0, "Call friday", "Call · 2022-01-14"),
        ("2022-01-10T09:00", 0, "Call next friday", "Call · 2022-01-21"),
        ("2021-07-09T09:00", SUNDAY, "Call sunday", "Call · 2021-07-11"),
        ("2021-07-09T09:00", SUNDAY, "Call next sunday", "Call · 2021-07-11"),
        # Sunday: the next week begins tomorrow, or in a week where weeks begin on Sunday.
        ("2025-01-12T09:00", 0, "Call next monday", "Call · 2025-01-13"),
        ("2025-01-12T09:00", SUNDAY, "Call next monday", "Call · 2025-01-20"),
        ("2025-01-12T09:00", 0, "Call next week", "Call · 2025-01-13"),
        ("2025-01-12T09:00", SUNDAY, "Call next week", "Call · 2025-01-19"),
        ("2025-01-12T09:00", 0, "Trip this weekend", "Trip · 2025-01-12"),
        ("2025-01-11T09:00", 0, "Trip weekend", "Trip · 2025-01-11"),
        ("2025-08-27T09:00", 0, "Pay the 25th", "Pay · 2025-09-25"),
        # The last days of a year and of a leap year's February.
        ("2012-12-31T09:00", 0, "Call next friday", "Call · 2013-01-11"),
        ("2026-12-31T09:00", 0, "Call next month", "Call · 2027-01-01"),
        ("2028-02-29T09:00", 0, "Call 29 feb", "Call · 2028-02-29"),
        ("2028-03-01T09:00", 0, "Call 29 feb", "Call · 2032-02-29"),
        ("2097-01-01T09:00", 0, "Call 29 feb", "Call · 2104-02-29"),
        ("2027-01-31T09:00", 0, "Call in 1 month", "Call · 2027-02-28"),
        ("2027-01-31T09:00", 0, "Rest every month", "Rest · 2027-01-31 · MONTHLY;BYMONTHDAY=-1"),
        # The clock goes back at 3 on 25 October, and forward at 2 on 28 March.
        ("2026-10-25T01:30", 0, "Ring in 2 hours", "Ring · 2026-10-25 02:30"),
        ("2027-03-28T01:30", 0, "Ring in 1 hour", "Ring · 2027-03-28 03:30"),
        ("2026-11-26T23:50", 0, "Ring in 20 minutes", "Ring · 2026-11-27 00:10"),
    ],
)
def test_dates_depend_on_the_day_and_the_start_of_the_week(
    instant: str, week_start: int, line: str, expected: str
) -> None:
    context = at(instant, week_start=week_start)

    assert summary(line, context) == expected


@pytest.mark.parametrize(("instant", "day"), [("00:20", "2026-10-25"), ("01:20", "2026-10-26")])
def test_a_time_that_comes_again_is_tomorrow(instant: str, day: str) -> None:
    context = replace(CONTEXT, now=datetime.fromisoformat(f"2026-10-25T{instant}Z"))

    assert summary("Ring 02:30", context) == f"Ring · {day} 02:30"


def test_today_is_the_users_day() -> None:
    in_auckland = at("2022-03-04T08:00", zone="Pacific/Auckland")
    in_new_york = at("2026-11-26T23:00", zone="America/New_York")

    assert summary("Call tomorrow", in_new_york) == "Call · 2026-11-27"
    assert summary("Call monday", in_auckland) == "Call · 2022-03-07"
    assert summary("Call tomorrow", CONTEXT) == "Call · 2026-11-27"
