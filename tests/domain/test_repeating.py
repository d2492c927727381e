"""The dates after completing a repeating task."""

from datetime import date

import pytest

from tests.domain.repeats import CASES, MONDAYS, NOW, days_after, instant, repeat
from web.domain.repeating import Repeat, complete, following


@pytest.mark.parametrize(
    ("task", "completed", "then_due"),
    CASES,
    ids=lambda value: str(value.rule) if isinstance(value, Repeat) else None,
)
def test_the_dates_after_completing(task: Repeat, completed: str | None, then_due: list[str]) -> None:
    assert days_after(task, completed, len(then_due)) == then_due


@pytest.mark.parametrize("bound", [{"until": "2026-11-30"}, {"left": 2}])
def test_a_task_with_an_end_is_finished_after_its_last_date(bound: dict[str, str]) -> None:
    task = repeat(MONDAYS, "2026-11-23", **bound)

    second = complete(task, instant("2026-11-26T14:30")).next

    assert second and second.due_on == date(2026, 11, 30)
    assert complete(second, second.due_at).is_finished


@pytest.mark.parametrize(
    ("task", "completed", "instants"),
    [
        # 02:30 does not exist on 28 March: it is shown as 03:30.
        (repeat("FREQ=DAILY", "2027-03-27", "02:30"), "2027-03-27T10:00", ["2027-03-28T01:30Z", "2027-03-29T00:30Z"]),
        # 02:30 comes twice on 31 October: the first counts.
        (repeat("FREQ=DAILY", "2027-10-30", "02:30"), "2027-10-30T10:00", ["2027-10-31T00:30Z", "2027-11-01T01:30Z"]),
        (repeat("FREQ=DAILY", "2026-11-24", "18:00"), "2026-11-26T14:30", ["2026-11-26T17:00Z"]),
        (repeat("FREQ=DAILY", "2026-11-25", "08:00"), "2026-11-26T14:30", ["2026-11-27T07:00Z"]),
    ],
)
def test_the_time_of_day_stays_when_the_clock_changes(task: Repeat, completed: str, instants: list[str]) -> None:
    found = following(task, instant(completed), len(instants))

    assert [one.due_at for one in found] == [instant(text) for text in instants]
    assert {one.due_time for one in found} == {task.due_time}


def test_a_time_that_is_reached_this_very_moment_is_over() -> None:
    task = repeat("FREQ=DAILY", "2026-11-25", "14:30")

    assert days_after(task, "2026-11-26T14:29:59", 1) == ["2026-11-26"]
    assert days_after(task, "2026-11-26T14:30:00", 1) == ["2026-11-27"]


def test_a_time_in_the_second_of_two_equal_hours_is_over() -> None:
    task = repeat("FREQ=DAILY", "2027-10-30", "02:30")

    assert days_after(task, "2027-10-31T02:10+02:00", 1) == ["2027-10-31"]
    assert days_after(task, "2027-10-31T02:10+01:00", 1) == ["2027-11-01"]


def test_completing_early_never_gives_the_same_date_again() -> None:
    timed = repeat("FREQ=DAILY", "2026-11-26", "18:00")
    ahead = repeat("FREQ=DAILY", "2026-12-10")

    assert days_after(timed, "2026-11-26T14:30", 1) == ["2026-11-27"]
    assert days_after(ahead, "2026-11-26T14:30", 1) == ["2026-12-11"]


@pytest.mark.parametrize("years", [1, 10, 100])
def test_a_task_left_for_years_comes_next_after_today(years: int) -> None:
    task = repeat("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", f"{2026 - years}-01-05", anchor="1926-01-04")

    following_day = complete(task, NOW).next

    assert following_day and date(2026, 11, 26) < following_day.due_on <= date(2026, 12, 10)
    assert (following_day.due_on - date(1926, 1, 4)).days % 14 == 0
