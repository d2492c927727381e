"""Starting, skipping, moving, changing and ending a repeating task."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.domain.repeats import BERLIN, MONDAYS, NOW, days_after, instant, repeat
from web.domain.recurrence import InvalidRule, Rule
from web.domain.repeating import Beginning, Mode, begin, change_rule, check, complete, move_due, skip, upcoming


def test_the_start_date_keeps_its_distance_and_may_lie_in_the_past() -> None:
    task = repeat("FREQ=DAILY", "2026-11-20", start_on="2026-11-13")

    then = complete(task, NOW).next

    assert then and (then.due_on, then.start_on) == (date(2026, 11, 27), date(2026, 11, 20))


def test_from_completion_the_time_of_day_stays_and_the_anchor_is_the_day_it_was_done() -> None:
    task = repeat("FREQ=DAILY;INTERVAL=3", "2026-11-20", "09:00", mode="completion")

    then = complete(task, instant("2026-11-26T23:30Z")).next

    assert then and (then.due_on, then.due_time) == (date(2026, 11, 30), time(9, 0))
    assert then.anchor == date(2026, 11, 27)


def test_on_schedule_the_anchor_stays() -> None:
    task = repeat("FREQ=DAILY;INTERVAL=3", "2026-11-20")

    then = complete(task, NOW).next

    assert then and (then.anchor, then.due_on) == (date(2026, 11, 20), date(2026, 11, 29))


def test_until_is_the_last_day_and_included() -> None:
    included = repeat(MONDAYS, "2026-11-23", until="2026-11-30")
    day_before = replace(included, until=date(2026, 11, 29))

    assert days_after(included) == ["2026-11-30"]
    assert days_after(day_before) == []


def test_times_count_what_was_done_and_skipped_and_not_what_was_missed() -> None:
    task = repeat("FREQ=DAILY", "2026-11-01", left=3)

    second = complete(task, NOW).next
    third = second and skip(second, NOW).next

    assert second and (second.due_on, second.left) == (date(2026, 11, 27), 2)
    assert third and (third.due_on, third.left) == (date(2026, 11, 28), 1)
    assert skip(third, NOW).is_finished


def test_skipping_moves_as_completing_does() -> None:
    late = repeat(MONDAYS, "2026-11-16")
    early = repeat(MONDAYS, "2026-11-30")
    late_from_completion = repeat("FREQ=DAILY;INTERVAL=3", "2026-11-20", mode="completion")

    for task in (late, early, late_from_completion):
        assert skip(task, NOW) == complete(task, NOW)


def test_skipping_early_never_brings_the_next_date_before_the_skipped_one() -> None:
    task = repeat("FREQ=DAILY;INTERVAL=3", "2026-12-05", mode="completion")

    then = skip(task, NOW).next

    assert then and then.due_on == date(2026, 12, 8)


def test_a_date_moved_by_hand_moves_this_occurrence_only() -> None:
    monday = repeat(MONDAYS, "2026-11-23", start_on="2026-11-21")

    wednesday = move_due(monday, date(2026, 11, 25), time(9, 0))
    then = complete(wednesday, instant("2026-11-25T14:30")).next

    assert (wednesday.anchor, wednesday.rule) == (monday.anchor, monday.rule)
    assert wednesday.start_on == date(2026, 11, 23)
    assert then and (then.due_on, then.due_time) == (date(2026, 11, 30), time(9, 0))
    assert then.start_on == date(2026, 11, 28)


def test_another_rule_counts_from_the_date_shown() -> None:
    task = repeat(MONDAYS, "2026-11-25", anchor="2026-11-23")

    changed = change_rule(task, Rule.parse("FREQ=DAILY;INTERVAL=5"), "schedule")

    assert (changed.anchor, changed.due_on) == (date(2026, 11, 25), date(2026, 11, 25))
    assert days_after(changed, count=2) == ["2026-11-30", "2026-12-05"]


def test_the_next_five_dates_are_shown() -> None:
    task = repeat("FREQ=WEEKLY;BYDAY=MO", "2026-11-30")
    overdue = repeat("FREQ=DAILY;INTERVAL=3", "2026-11-01", mode="completion", left=3)

    assert [one.due_on.day for one in upcoming(task, NOW)] == [7, 14, 21, 28, 4]
    assert [one.due_on.day for one in upcoming(overdue, NOW)] == [29, 2]


@pytest.mark.parametrize(
    ("due_time", "minutes", "at"),
    [
        ("18:00", 0, "2026-11-27T18:00"),
        ("18:00", 30, "2026-11-27T17:30"),
        ("18:00", 1440, "2026-11-26T18:00"),
        ("18:00", 1500, "2026-11-26T17:00"),
        (None, 0, "2026-11-27T00:00"),
        (None, -540, "2026-11-27T09:00"),
        (None, 900, "2026-11-26T09:00"),
    ],
)
def test_a_reminder_moves_with_the_due_date(due_time: str | None, minutes: int, at: str) -> None:
    task = repeat("FREQ=DAILY", "2026-11-26", due_time, reminders=(minutes,))

    then = complete(task, instant("2026-11-26T20:00")).next

    assert then and then.reminders_at == (instant(at).astimezone(UTC),)


def test_a_reminder_a_day_before_keeps_its_wall_time_when_the_clock_changes() -> None:
    day_before = repeat("FREQ=DAILY", "2027-03-28", "09:00", reminders=(1440,))
    at_nine_that_day = repeat("FREQ=DAILY", "2027-03-28", reminders=(-540,))

    assert day_before.reminders_at == (datetime(2027, 3, 27, 8, 0, tzinfo=UTC),)
    assert at_nine_that_day.reminders_at == (datetime(2027, 3, 28, 7, 0, tzinfo=UTC),)


@pytest.mark.parametrize(
    ("rule", "starting", "due_time", "beginning"),
    [
        ("FREQ=DAILY", "2026-11-26", None, ("2026-11-26", "2026-11-26")),
        ("FREQ=DAILY", "2026-11-26", "18:00", ("2026-11-26", "2026-11-26")),
        ("FREQ=DAILY", "2026-11-26", "14:30", ("2026-11-27", "2026-11-27")),
        ("FREQ=DAILY;INTERVAL=3", "2026-11-26", "09:00", ("2026-11-27", "2026-11-27")),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-26", "09:00", ("2026-11-27", "2026-11-27")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-26", None, ("2026-11-30", "2026-11-30")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2026-11-26", "09:00", ("2026-12-03", "2026-12-03")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-09", None, ("2026-11-09", "2026-12-07")),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2026-11-12", "09:00", ("2026-11-12", "2026-12-10")),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "2026-11-26", None, ("2026-12-01", "2026-12-01")),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-26", None, ("2026-11-30", "2026-11-30")),
    ],
)
def test_a_new_repeat_begins_with_the_first_date_to_come(
    rule: str, starting: str, due_time: str | None, beginning: tuple[str, str]
) -> None:
    at = time.fromisoformat(due_time) if due_time else None

    found = begin(Rule.parse(rule), date.fromisoformat(starting), at, BERLIN, NOW)

    assert found == Beginning(*map(date.fromisoformat, beginning))


@pytest.mark.parametrize(
    ("rule", "starting"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=1", "9999-12-31"),
        ("FREQ=YEARLY;INTERVAL=50;BYMONTH=2;BYMONTHDAY=29", "1904-01-01"),  # then 2004 and 2104
    ],
)
def test_a_rule_without_a_date_to_come_does_not_begin(rule: str, starting: str) -> None:
    assert begin(Rule.parse(rule), date.fromisoformat(starting), None, BERLIN, NOW) is None


@pytest.mark.parametrize(
    ("rule", "mode", "anchor", "part"),
    [
        ("FREQ=WEEKLY", "schedule", "2027-02-01", "BYDAY"),
        ("FREQ=MONTHLY;INTERVAL=2", "schedule", "2027-02-01", "BYMONTHDAY"),
        ("FREQ=YEARLY", "schedule", "2027-02-01", "BYMONTH"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", "schedule", "2027-02-01", "INTERVAL"),
        # Due in 2028 and never again within 50 years.
        ("FREQ=YEARLY;INTERVAL=50;BYMONTH=2;BYMONTHDAY=29", "schedule", "2028-01-01", "INTERVAL"),
        # Completed in an odd year, or in February, these would end.
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", "completion", "2028-01-01", "INTERVAL"),
        ("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30", "completion", "2027-01-01", "INTERVAL"),
    ],
)
def test_a_rule_that_cannot_go_on_is_refused(rule: str, mode: Mode, anchor: str, part: str) -> None:
    with pytest.raises(InvalidRule, match=part):
        check(Rule.parse(rule), mode, date.fromisoformat(anchor))


def test_a_rule_that_goes_on_is_accepted() -> None:
    check(Rule.parse("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29"), "schedule", date(2028, 2, 29))
    check(Rule.parse("FREQ=YEARLY;INTERVAL=50;BYMONTH=1;BYMONTHDAY=1"), "schedule", date(2027, 1, 1))
    check(Rule.parse("FREQ=MONTHLY"), "completion", date(2027, 1, 31))
    check(Rule.parse("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31"), "completion", date(2027, 2, 1))


def test_the_last_day_of_the_calendar_ends_a_repeat() -> None:
    task = replace(repeat("FREQ=DAILY", "9999-12-31", start_on="9999-12-30"), due_time=time(23, 59))

    assert complete(task, NOW).is_finished
    assert move_due(task, date.min, None).start_on == date.min
    assert task.due_at - NOW > timedelta(days=365 * 7000)
