"""When a task is due, in words; now is Thu 26 Nov 2026, 14:30."""

from datetime import date, datetime, time

import pytest

from web.domain.due_words import clock_words, due_words, long_day

NOW = datetime(2026, 11, 26, 14, 30)  # noqa: DTZ001 (the owner's wall clock)


@pytest.mark.parametrize(
    ("due_on", "due_time", "words"),
    [
        (date(2026, 11, 26), None, "Today"),
        (date(2026, 11, 26), time(18), "Today, 18:00"),
        (date(2026, 11, 26), time(9, 30), "Today, 09:30, overdue"),
        (date(2026, 11, 25), None, "Yesterday, overdue"),
        (date(2026, 11, 24), None, "Tue 24 Nov, overdue"),
        (date(2026, 11, 27), None, "Tomorrow"),
        (date(2026, 11, 28), time(10), "Sat, 10:00"),
        (date(2026, 12, 4), None, "Fri 4 Dec"),
        (date(2027, 1, 4), None, "4 Jan 2027"),
    ],
)
def test_a_due_date_in_words(due_on: date, due_time: time | None, words: str) -> None:
    assert due_words(due_on, due_time, NOW) == words


def test_on_its_own_day_a_task_says_only_its_time() -> None:
    day = date(2026, 11, 28)

    assert due_words(day, time(10), NOW, page_day=day) == "10:00"
    assert due_words(day, None, NOW, page_day=day) == ""


@pytest.mark.parametrize(
    ("at", "words"),
    [(time(0, 5), "12:05 am"), (time(9), "9:00 am"), (time(12), "12:00 pm"), (time(18, 30), "6:30 pm")],
)
def test_a_time_in_twelve_hours(at: time, words: str) -> None:
    assert clock_words(at, 12) == words


def test_a_day_as_a_heading() -> None:
    assert long_day(date(2026, 11, 26), NOW.date()) == "Thursday 26 November"
    assert long_day(date(2027, 1, 4), NOW.date()) == "Monday 4 January 2027"
