"""The calendar of a feed, as other programs read it."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.formats.calendar_readers import components, dates_of, read_by_ical_js
from web.domain.recurrence import Rule
from web.formats.feed import FeedRepeat, FeedTask, Kind
from web.formats.feed_calendar import write

MADE = datetime(2026, 11, 20, 8, tzinfo=UTC)
MOST = 6
# Rule, anchor and due date as in the cases of docs/planning.md, and the dates that calendars must show.
REPEATS = [
    ("FREQ=DAILY", "2026-11-20", "2026-11-27", ["2026-11-27", "2026-11-28", "2026-11-29"]),
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "2026-11-23", "2026-11-25", ["2026-11-25", "2026-11-27", "2026-11-30"]),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23", "2026-12-07", ["2026-12-07", "2026-12-21", "2027-01-04"]),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", "2027-01-31", "2027-01-31", ["2027-01-31", "2027-02-28", "2027-03-31"]),
    (
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        "2028-01-30",
        "2028-01-30",
        ["2028-01-30", "2028-02-29", "2028-03-30"],
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", "2027-01-31", ["2027-01-31", "2027-03-31", "2027-05-31"]),
    (
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        "2028-02-29",
        "2028-02-29",
        ["2028-02-29", "2029-02-28", "2030-02-28"],
    ),
    ("FREQ=MONTHLY;BYDAY=2TU", "2026-11-10", "2026-11-10", ["2026-11-10", "2026-12-08", "2027-01-12"]),
    ("FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", "2026-11-27", ["2026-11-27", "2026-12-25", "2027-01-29"]),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "2026-10-30",
        "2026-10-30",
        ["2026-10-30", "2026-11-30", "2026-12-31"],
    ),
]


def task(title: str = "Water", **values: Any) -> FeedTask:
    return FeedTask(f"{title}-key", title, "https://daybook.example/tasks/7", MADE, MADE, **values)


def calendar(*tasks: FeedTask, kind: Kind = "events") -> bytes:
    return write("Daybook", kind, "Europe/Berlin", tasks)


def repeat(rule: str, anchor: date, **end: Any) -> FeedRepeat:
    return FeedRepeat(Rule.parse(rule), anchor, **end)


def days(component: Any) -> list[str]:
    return [day.isoformat() for day in dates_of(component, MOST)]


def test_each_repeat_gives_its_dates_in_two_parsers() -> None:
    tasks = [
        task(f"Case {number}", due_on=date.fromisoformat(due), repeat=repeat(rule, date.fromisoformat(anchor)))
        for number, (rule, anchor, due, _) in enumerate(REPEATS)
    ]
    written = calendar(*tasks)

    by_ical_js = {one["summary"]: one["dates"] for one in read_by_ical_js(written, MOST)["events"]}

    expected = {f"Case {number}": case[3] for number, case in enumerate(REPEATS)}
    assert {name: found[:3] for name, found in by_ical_js.items()} == expected
    assert {str(one["summary"]): days(one) for one in components(written, "vevent")} == by_ical_js


def test_a_date_moved_by_hand_stands_beside_those_of_the_rule() -> None:
    every_monday = repeat("FREQ=WEEKLY;BYDAY=MO", date(2026, 11, 23), left=3)
    written = calendar(task(due_on=date(2026, 11, 25), repeat=every_monday))

    moved, following = components(written, "vevent")

    assert days(moved) == ["2026-11-25"]
    assert days(following) == ["2026-11-30", "2026-12-07"]
    assert [len(one["dates"]) for one in read_by_ical_js(written, MOST)["events"]] == [1, 2]
    assert moved["uid"] != following["uid"]


def test_nothing_follows_the_last_date_of_a_repeat() -> None:
    ends = [{"until": date(2026, 11, 29)}, {"left": 1}]
    tasks = [
        task(due_on=date(2026, 11, 25), repeat=repeat("FREQ=WEEKLY;BYDAY=MO", date(2026, 11, 23), **end))
        for end in ends
    ]

    assert [days(one) for one in components(calendar(*tasks), "vevent")] == [["2026-11-25"]] * 2


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ({"until": date(2026, 12, 7)}, "2026-12-07"),
        ({"left": 2}, "2026-11-30"),
        ({"until": date(2026, 12, 7), "left": 2}, "2026-11-30"),
        ({"until": date(2026, 12, 7), "left": 9}, "2026-12-07"),
    ],
)
def test_a_repeat_ends_by_whichever_end_is_sooner(end: dict[str, Any], last: str) -> None:
    (event,) = components(
        calendar(task(due_on=date(2026, 11, 23), repeat=repeat("FREQ=WEEKLY;BYDAY=MO", date(2026, 11, 23), **end))),
        "vevent",
    )

    assert days(event)[-1] == last
    assert len({"COUNT", "UNTIL"} & set(event["rrule"])) == 1


def test_a_time_follows_the_clock_of_the_reader() -> None:
    written = calendar(task(due_on=date(2026, 11, 27), due_time="18:00"))

    (event,) = components(written, "vevent")

    assert event.decoded("dtstart") == datetime.combine(date(2026, 11, 27), time(18))
    assert b"X-WR-TIMEZONE:Europe/Berlin" in written
    assert read_by_ical_js(written, MOST)["events"][0]["dates"] == ["2026-11-27T18:00:00"]


def test_a_fixed_time_repeats_on_the_clock_of_its_zone() -> None:
    """08:00 in Berlin is 07:00 UTC in winter and 06:00 after the change of the clock on 28 March."""
    rule = repeat("FREQ=DAILY", date(2027, 3, 27), until=date(2027, 3, 29))
    fixed = {"due_on": date(2027, 3, 27), "due_time": "08:00", "zone": "Europe/Berlin"}
    written = calendar(task(**fixed, repeat=rule), task("Once", **fixed))

    (repeating, once) = components(written, "vevent")

    in_utc = ["2027-03-27T07:00:00.000Z", "2027-03-28T06:00:00.000Z", "2027-03-29T06:00:00.000Z"]
    assert [one["dates"] for one in read_by_ical_js(written, MOST)["events"]] == [in_utc, in_utc[:1]]
    assert repeating.decoded("dtstart") == datetime(2027, 3, 27, 8, tzinfo=ZoneInfo("Europe/Berlin"))
    assert once.decoded("dtstart") == datetime(2027, 3, 27, 7, tzinfo=UTC)


def test_to_dos_have_what_a_task_has() -> None:
    title = "Call; Ann, then Bob\\Zoé 👩‍👩‍👧‍👦 " + "x" * 100
    step = task("Step", parent_uid="Water-key")
    planned = task(title, note="First\nsecond", priority=1, start_on=date(2026, 11, 25), due_on=date(2026, 11, 27))
    written = calendar(planned, step, kind="todos")

    first, second = components(written, "vtodo")

    assert (str(first["summary"]), str(first["description"])) == (title, "First\nsecond")
    assert (first["priority"], first.decoded("dtstart"), first.decoded("due")) == (
        1,
        date(2026, 11, 25),
        date(2026, 11, 27),
    )
    assert (second["related-to"], "due" in second) == ("Water-key", False)
    assert read_by_ical_js(written, MOST)["todos"] == [title, "Step"]


def test_a_to_do_that_was_moved_by_hand_has_no_rule() -> None:
    every_monday = repeat("FREQ=WEEKLY;BYDAY=MO", date(2026, 11, 23))
    written = calendar(
        task(due_on=date(2026, 11, 25), repeat=every_monday),
        task(due_on=date(2026, 11, 30), repeat=every_monday),
        kind="todos",
    )

    assert ["rrule" in one for one in components(written, "vtodo")] == [False, True]


def test_only_due_tasks_are_events() -> None:
    assert components(calendar(task(), task(start_on=date(2026, 11, 27))), "vevent") == []
