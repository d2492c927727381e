"""Repeats in a line: their patterns, first dates and ends."""

import pytest

from tests.domain.quick_add.lines import at, summary

SUNDAY = 6
REPEATS: list[tuple[str, str]] = [
    ("Every monday call mum", "call mum · 2026-11-30 · WEEKLY;BYDAY=MO"),
    ("Rest ev other day", "Rest · 2026-11-26 · DAILY;INTERVAL=2"),
    ("Rest each 2nd week", "Rest · 2026-11-26 · WEEKLY;INTERVAL=2;BYDAY=TH"),
    ("Rest every two weeks on tue", "Rest · 2026-12-01 · WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("Rest every month", "Rest · 2026-11-26 · MONTHLY;BYMONTHDAY=26"),
    ("Rest every! month", "Rest · 2026-11-26 · MONTHLY · completion"),
    ("Rest every! week on monday", "Rest · 2026-11-30 · WEEKLY;BYDAY=MO · completion"),
    ("Rest every quarter", "Rest · 2026-11-26 · MONTHLY;INTERVAL=3;BYMONTHDAY=26"),
    ("Rest every 3 months on the 1st", "Rest · 2026-12-01 · MONTHLY;INTERVAL=3;BYMONTHDAY=1"),
    ("Rest every year", "Rest · 2026-11-26 · YEARLY;BYMONTH=11;BYMONTHDAY=26"),
    ("Rest every workday", "Rest · 2026-11-26 · WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Rest every weekend", "Rest · 2026-11-28 · WEEKLY;BYDAY=SA"),
    ("Rest every mon, wed and fri", "Rest · 2026-11-27 · WEEKLY;BYDAY=MO,WE,FR"),
    ("Rest every mon wed fri", "Rest · 2026-11-27 · WEEKLY;BYDAY=MO,WE,FR"),
    ("Rest every 2 fridays", "Rest · 2026-11-27 · WEEKLY;INTERVAL=2;BYDAY=FR"),
    ("Rest every 2nd tuesday", "Rest · 2026-12-08 · MONTHLY;BYDAY=2TU"),
    ("Rest every last friday of the month", "Rest · 2026-11-27 · MONTHLY;BYDAY=-1FR"),
    ("Rest every 5th friday", "Rest · 2027-01-29 · MONTHLY;BYDAY=5FR"),
    ("Rest every first workday", "Rest · 2026-12-01 · MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"),
    ("Rest every 27th", "Rest · 2026-11-27 · MONTHLY;BYMONTHDAY=27"),
    ("Rest every 1st and 15th", "Rest · 2026-12-01 · MONTHLY;BYMONTHDAY=1,15"),
    ("Rest every 30th", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
    ("Rest every 29th", "Rest · 2026-11-29 · MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
    ("Rest every 1st and 30th", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=1,28,29,30;BYSETPOS=1,-1"),
    ("Rest every 28th and 30th", "Rest · 2026-11-28 · MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=1,-1"),
    ("Rest every 30th and 31st", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=30,-1"),
    ("Rest every last day", "Rest · 2026-11-30 · MONTHLY;BYMONTHDAY=-1"),
    ("Rest every month on the last workday", "Rest · 2026-11-30 · MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("Rest every jan 27", "Rest · 2027-01-27 · YEARLY;BYMONTH=1;BYMONTHDAY=27"),
    ("Rest every year on 27 jan", "Rest · 2027-01-27 · YEARLY;BYMONTH=1;BYMONTHDAY=27"),
    ("Rest every 29 feb", "Rest · 2027-02-28 · YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1"),
    ("Rest every evening", "Rest · 2026-11-26 19:00 · DAILY"),
    ("Rest every morning at 6", "Rest · 2026-11-27 06:00 · DAILY"),
    ("Rest every monday night", "Rest · 2026-11-30 22:00 · WEEKLY;BYDAY=MO"),
    ("Rest every 3 days at 9", "Rest · 2026-11-27 09:00 · DAILY;INTERVAL=3"),
    ("Rest every month at 9am", "Rest · 2026-11-27 09:00 · MONTHLY;BYMONTHDAY=27"),
    ("Rest every monday starting 1 dec", "Rest · 2026-12-07 · WEEKLY;BYDAY=MO"),
    ("Rest every 3 days from 2026-11-21", "Rest · 2026-11-27 · DAILY;INTERVAL=3"),
    ("Rest every month starting 31 jan", "Rest · 2027-01-31 · MONTHLY;BYMONTHDAY=-1"),
    ("Rest every day for 2 weeks", "Rest · 2026-11-26 · DAILY · until 2026-12-09"),
    ("Rest every month for three months", "Rest · 2026-11-26 · MONTHLY;BYMONTHDAY=26 · until 2027-02-25"),
    ("Rest every day till fri", "Rest · 2026-11-26 · DAILY · until 2026-11-27"),
    (
        "Rest every month starting 1 feb ending 1 jan",
        "Rest · 2027-02-01 · MONTHLY;BYMONTHDAY=1 · until 2028-01-01",
    ),
    ("Every day 18:00 walk at 9", "walk at 9 · 2026-11-26 18:00 · DAILY"),
    ("Rest every month at 9am from today", "Rest · 2026-11-27 09:00 · MONTHLY;BYMONTHDAY=27"),
    ("Rest tomorrow every 3 days", "Rest · 2026-11-27 · DAILY;INTERVAL=3"),
    ("Rest every monday until tomorrow", "Rest every monday until tomorrow"),
    ("Rest every hour", "Rest every hour"),
    ("Rest every 1000 days", "Rest every 1000 days"),
    ("Rest every 200 years", "Rest every 200 years"),
    ("Rest every 7 months on the 5th fri", "Rest · 2027-01-29 · MONTHLY;INTERVAL=7;BYDAY=5FR"),
    ("Rest every 599 months on the 5th fri p1", "Rest every 599 months on the 5th fri · p1"),
    ("Rest every day for 0 times", "Rest for 0 times · 2026-11-26 · DAILY"),
    ("Rest every! 599 months on the 5th fri", "Rest every! 599 months on the 5th fri"),
    ("Rest every feb 30", "Rest every feb 30"),
    ("Rest every 35th", "Rest every 35th"),
    ("Rest every 3rd day", "Rest every 3rd day"),
]


@pytest.mark.parametrize(("line", "expected"), REPEATS)
def test_repeat_is_read_by_the_rules(line: str, expected: str) -> None:
    assert summary(line) == expected


def test_weeks_that_are_left_out_begin_where_the_users_week_does() -> None:
    context = at("2026-11-26T14:30", week_start=SUNDAY)

    assert summary("Bins every other sun, wed", context) == (
        "Bins · 2026-11-29 · WEEKLY;INTERVAL=2;BYDAY=WE,SU;WKST=SU"
    )
