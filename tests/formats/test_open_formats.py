"""What is read from todo.txt, iCalendar and CSV, which many programs write; the files are in `cases`."""

from datetime import UTC, date, datetime

import pytest

from tests.formats.files import by_title, case, list_of, reading_of, refused, tasks
from web.formats.imported import ImportedReminder, ImportedRepeat


def test_todo_txt_is_a_task_a_line() -> None:
    reading = case("todo.txt")
    found = by_title(reading)

    mum, milk = found["Call mum"], tasks(reading)[1]
    assert (mum.priority, mum.due_on, mum.labels, list_of(reading, mum)) == (1, date(2026, 12, 1), ("phone",), "Family")
    assert (milk.completed_at, milk.created_at) == (
        datetime(2026, 11, 20, 12, tzinfo=UTC),
        datetime(2026, 11, 1, 12, tzinfo=UTC),
    )
    assert (milk.priority, list_of(reading, milk)) == (2, "Home office")
    water = found["Water plants"]
    assert (water.priority, water.start_on) == (3, date(2026, 11, 28))
    assert water.repeat == ImportedRepeat("FREQ=WEEKLY", "completion", anchor=date(2026, 11, 30))
    assert found["Pay rent"].repeat == ImportedRepeat("FREQ=MONTHLY;BYMONTHDAY=1", anchor=date(2026, 12, 1))
    assert found["Odd"].kept == {"rec": "3b"}


def test_what_is_not_of_todo_txt_stays_in_the_title() -> None:
    titles = [(task.title, task.priority) for task in tasks(case("todo.txt"))]

    for title in ("(B)->Submit the form", "(AA) not a priority", "Exam due:2010-02-30", "xylophone lesson"):
        assert (title, 4) in titles


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("x 2026-09-26 (A) Call Ann", "Call Ann"),
        ("x 2026-09-26 (A) 2026-09-19 Call Ann", "Call Ann"),
        ("x (A) 2026-09-26 Call Ann", "Call Ann"),
    ],
)
def test_the_priority_of_a_done_task_may_be_after_its_date(line: str, title: str) -> None:
    (task,) = tasks(reading_of(line))

    assert (task.title, task.priority, task.completed_at) == (title, 1, datetime(2026, 9, 26, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "zone", ["/mozilla.org/20050126_1/Europe/Berlin", "/freeassociation.sourceforge.net/Europe/Berlin"]
)
def test_a_time_zone_may_have_the_address_of_a_vendor_in_front(zone: str) -> None:
    todo = f"BEGIN:VTODO\nUID:1\nDUE;TZID={zone}:20261128T173000\nSUMMARY:Call;TZID={zone}:\nEND:VTODO\n"

    (task,) = tasks(reading_of(f"BEGIN:VCALENDAR\n{todo}END:VCALENDAR\n", "tasks.ics"))

    assert (task.due_time, task.due_zone, task.kept) == ("17:30", "Europe/Berlin", {})
    assert task.title == f"Call;TZID={zone}:"


def test_icalendar_is_read_one_vtodo_at_a_time() -> None:
    reading = case("tasks.ics")
    found = {task.key: task for task in tasks(reading)}

    tulips = found["1"]
    assert tulips.title == "Plant, water and  prune a very long line of words that is folded here"
    assert (tulips.note, tulips.labels, tulips.priority, tulips.due_on) == (
        "Tulips; 20",
        ("a,b", "c"),
        1,
        date(2026, 12, 1),
    )
    assert tulips.repeat == ImportedRepeat("FREQ=WEEKLY;BYDAY=TU", until=date(2026, 12, 15), anchor=date(2026, 12, 1))
    assert tulips.reminders == (ImportedReminder(minutes_before=15),)
    assert (tulips.kept, list_of(reading, tulips), tulips.line) == ({"X-COLOUR": "blue"}, "Garden", 7)
    assert (found["3"].due_zone, found["3"].level) == ("Europe/Berlin", 1)
    assert (found["4"].due_time, found["4"].due_zone, found["4"].kept) == ("09:00", None, {"DUE TZID": "Mars/Olympus"})
    assert (found["5"].completed, found["5"].due_zone) == (True, "UTC")
    assert found["6"].kept == {"RRULE": "FREQ=HOURLY;INTERVAL=4"}
    assert [(one.line, one.text) for one in refused(reading)] == [(23, "Broken")]


def test_an_icalendar_property_may_be_empty() -> None:
    task = by_title(case("tasks.ics"))["Empty properties"]

    assert (task.due_on, task.note, task.completed, task.fates) == (None, "", False, [])


@pytest.mark.parametrize(
    ("key", "start", "due"),
    [
        ("8", date(2026, 12, 1), (date(2026, 12, 2), "01:00", "Europe/Berlin")),
        ("9", date(2026, 12, 1), (date(2026, 12, 3), None, None)),
        # A day on the clock, which goes from 2:00 to 3:00 that night, and an hour.
        ("10", date(2027, 3, 27), (date(2027, 3, 28), "13:00", "Europe/Berlin")),
    ],
)
def test_a_start_and_a_duration_are_a_due_date(key: str, start: date, due: object) -> None:
    (task,) = (task for task in tasks(case("tasks.ics")) if task.key == key)

    assert (task.start_on, (task.due_on, task.due_time, task.due_zone), task.kept) == (start, due, {})


def test_a_duration_over_midnight_of_a_repeating_task_is_kept() -> None:
    task = by_title(case("tasks.ics"))["Repeats over midnight"]

    assert (task.due_on, task.due_time, task.kept) == (date(2026, 12, 1), "23:00", {"DURATION": "PT2H"})


def test_a_table_is_read_by_its_header() -> None:
    reading = case("table.csv")
    found = by_title(reading)

    fence = found["Paint fence"]
    assert (fence.labels, fence.due_on, fence.priority, fence.completed) == (
        ("garden", "blue"),
        date(2026, 12, 1),
        1,
        False,
    )
    assert fence.repeat == ImportedRepeat("FREQ=WEEKLY;BYDAY=MO", anchor=date(2026, 12, 1))
    assert fence.kept == {"Colour": "red"}
    formula = found["=1+1"]
    assert (formula.due_on, formula.completed, formula.kept) == (date(2026, 12, 24), True, {"priority": "odd"})
    assert (found["Two lines"].due_on, found["Two lines"].kept) == (date(2026, 11, 27), {"repeat": "every third moon"})
    assert found["Long"].kept == {"Column 9": "more"}
    assert [one.line for one in refused(reading)] == [7]


def test_the_columns_of_a_table_can_be_chosen() -> None:
    reading = reading_of("A;B\nx;Buy milk\n", "x.csv", columns={0: "labels", 1: "title"})

    assert [(task.title, task.labels) for task in tasks(reading)] == [("Buy milk", ("x",))]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=DAILY;UNTIL=20200101",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=1_0",
    ],
)
def test_a_rule_that_daybook_refuses_is_kept_as_text(text: str) -> None:
    ics = (
        f"BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:1\nSUMMARY:A\nDUE:20261201T080000\nRRULE:{text}\nEND:VTODO\nEND:VCALENDAR\n"
    )

    reading = reading_of(ics)

    (task,) = tasks(reading)
    assert (task.repeat, task.kept) == (None, {"RRULE": text})
