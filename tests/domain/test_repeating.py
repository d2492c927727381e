"""What completing, skipping and changing a repeating task do to its dates."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from web.domain.recurrence import InvalidRule, Rule
from web.domain.repeating import (
    Beginning,
    Mode,
    Repeat,
    begin,
    change_rule,
    check,
    complete,
    following,
    move_due,
    skip,
    upcoming,
)

BERLIN, NEW_YORK, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")
NOW = datetime(2026, 11, 26, 14, 30, tzinfo=BERLIN)
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"


def repeat(
    rule: str,
    due_on: str,
    due_time: str | None = None,
    anchor: str | None = None,
    mode: Mode = "schedule",
    zone: ZoneInfo = BERLIN,
    until: str | None = None,
    left: int | None = None,
    start_on: str | None = None,
    reminders: tuple[int, ...] = (),
) -> Repeat:
    return Repeat(
        Rule.parse(rule),
        mode,
        date.fromisoformat(anchor or due_on),
        date.fromisoformat(due_on),
        zone,
        due_time=time.fromisoformat(due_time) if due_time else None,
        start_on=date.fromisoformat(start_on) if start_on else None,
        until=date.fromisoformat(until) if until else None,
        left=left,
        reminders=reminders,
    )


def moment(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    """An ISO moment; without an offset it is the wall clock in the zone."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def days_after(task: Repeat, at: str | None = None, count: int = 4) -> list[str]:
    """The due dates after completing at that moment (on its own day without one), then each on its own day."""
    first = moment(at, task.zone) if at else task.due_at
    return [one.due_on.isoformat() for one in following(task, first, count)]


@pytest.mark.parametrize(
    ("task", "completed", "then_due"),
    [
        (repeat("FREQ=DAILY", "2026-11-23", anchor="2026-11-20"), "2026-11-26T14:30", ["2026-11-27"]),
        (repeat("FREQ=DAILY", "2026-11-24", "18:00", anchor="2026-11-20"), "2026-11-26T14:30", ["2026-11-26"]),
        (repeat("FREQ=DAILY", "2026-11-25", "08:00", anchor="2026-11-20"), "2026-11-26T14:30", ["2026-11-27"]),
        (
            repeat("FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-25", anchor="2026-11-23"),
            "2026-11-26T14:30",
            ["2026-11-27", "2026-11-30", "2026-12-02", "2026-12-04"],
        ),
        (repeat(MONDAYS, "2026-11-30", anchor="2026-11-23"), "2026-11-26T14:30", ["2026-12-07"]),
        (
            repeat("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23"),
            "2026-12-08T14:30",
            ["2026-12-21", "2027-01-04"],
        ),
        (
            repeat("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31"),
            None,
            ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"],
        ),
        (
            repeat("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2028-01-30"),
            None,
            ["2028-02-29", "2028-03-30", "2028-04-30"],
        ),
        (
            repeat("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31"),
            None,
            ["2027-03-31", "2027-05-31", "2027-07-31", "2027-08-31"],
        ),
        (
            repeat("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1", "2028-02-29"),
            None,
            ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"],
        ),
        (
            repeat("FREQ=MONTHLY;BYDAY=2TU", "2026-11-10"),
            "2026-11-26T14:30",
            ["2026-12-08", "2027-01-12", "2027-02-09"],
        ),
        (repeat("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27"), None, ["2026-12-25", "2027-01-29", "2027-02-26"]),
        (repeat("FREQ=MONTHLY;BYDAY=5FR", "2026-10-30"), None, ["2027-01-29", "2027-04-30", "2027-07-30"]),
        (
            repeat("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-10-30"),
            None,
            ["2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"],
        ),
        (repeat("FREQ=DAILY;INTERVAL=3", "2026-11-23", mode="completion"), "2026-11-26T14:30", ["2026-11-29"]),
        (repeat("FREQ=MONTHLY", "2026-12-31", mode="completion"), "2027-01-31T14:30", ["2027-02-28", "2027-03-28"]),
        (repeat("FREQ=DAILY", "2026-11-28", mode="completion"), "2026-11-26T14:30", ["2026-11-27"]),
        (repeat(MONDAYS, "2026-11-30", mode="completion"), "2026-11-28T14:30", ["2026-12-07"]),
        (repeat("FREQ=DAILY", "2027-09-25", zone=AUCKLAND), "2027-09-25T20:00", ["2027-09-26", "2027-09-27"]),
        (repeat("FREQ=DAILY", "2026-11-26"), "2026-11-26T23:30Z", ["2026-11-28"]),
        (repeat("FREQ=DAILY", "2026-11-26", zone=NEW_YORK), "2026-11-26T23:30Z", ["2026-11-27"]),
        (repeat(MONDAYS, "2026-11-25", anchor="2026-11-23"), "2026-11-25T14:30", ["2026-11-30"]),
        (repeat("FREQ=DAILY;INTERVAL=3", "2026-11-27", anchor="2026-11-20"), "2026-11-27T14:30", ["2026-11-29"]),
    ],
    ids=lambda value: str(value.rule) if isinstance(value, Repeat) else None,
)
def test_the_dates_after_completing(task: Repeat, completed: str | None, then_due: list[str]) -> None:
    assert days_after(task, completed, len(then_due)) == then_due


@pytest.mark.parametrize("bound", [{"until": "2026-11-30"}, {"left": 2}])
def test_a_task_with_an_end_is_finished_after_its_last_date(bound: dict[str, str]) -> None:
    task = repeat(MONDAYS, "2026-11-23", **bound)

    second = complete(task, moment("2026-11-26T14:30")).next

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
    found = following(task, moment(completed), len(instants))

    assert [one.due_at for one in found] == [moment(text) for text in instants]
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


def test_the_start_date_keeps_its_distance_and_may_lie_in_the_past() -> None:
    task = repeat("FREQ=DAILY", "2026-11-20", start_on="2026-11-13")

    then = complete(task, NOW).next

    assert then and (then.due_on, then.start_on) == (date(2026, 11, 27), date(2026, 11, 20))


def test_from_completion_the_time_of_day_stays_and_the_anchor_is_the_day_it_was_done() -> None:
    task = repeat("FREQ=DAILY;INTERVAL=3", "2026-11-20", "09:00", mode="completion")

    then = complete(task, moment("2026-11-26T23:30Z")).next

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
    then = complete(wednesday, moment("2026-11-25T14:30")).next

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

    then = complete(task, moment("2026-11-26T20:00")).next

    assert then and then.reminders_at == (moment(at).astimezone(UTC),)


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
