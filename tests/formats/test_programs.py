"""What is read from the files of each program; the files are in `cases`."""

from datetime import UTC, date, datetime

import pytest

from tests.formats.files import by_title, case, fates, list_of, reading_of, refused, tasks
from web.formats.imported import ImportedReminder, ImportedRepeat


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Work [2204].csv", "todoist"),
        ("Old.csv", "todoist"),
        ("todoist.json", "todoist"),
        ("ticktick.csv", "ticktick"),
        ("microsoft.json", "microsoft"),
        ("Tasks.json", "google"),
        ("vikunja.json", "vikunja"),
        ("todo.txt", "todotxt"),
        ("tasks.ics", "icalendar"),
        ("table.csv", "csv"),
    ],
)
def test_a_format_is_known_by_its_content(name: str, known: str) -> None:
    assert case(name).format == known


def test_a_todoist_project_is_a_csv_file() -> None:
    reading = case("Work [2204].csv")
    found = by_title(reading)

    report, later = found["Write report"], found["Jahresbericht"]
    assert (report.line, report.priority, report.due_on, report.labels) == (
        4,
        1,
        date(2026, 10, 12),
        ("office", "high_focus"),
    )
    assert report.note == "Two pages,\nwith a table"
    assert found["Collect figures"].note == "Ask Ben for the sales figures"
    assert (found["Collect figures"].parent, found["Draw chart"].level) == (report.key, 2)
    assert found["Draw chart"].repeat == ImportedRepeat(
        "FREQ=DAILY;INTERVAL=3", "completion", anchor=date(2026, 11, 26)
    )
    assert (list_of(reading, report), list_of(reading, later)) == ("Work", "Work / Later")
    assert (found["Call the client"].due_time, found["Call the client"].level) == ("09:30", 0)
    assert refused(reading) == []


def test_what_todoist_says_in_german_is_kept() -> None:
    later = by_title(case("Work [2204].csv"))["Jahresbericht"]

    assert later.due_on is None
    assert later.kept == {"date": "jährlich", "deadline": "2026-12-24", "duration": "30 minute"}
    assert ("due date", "kept") in fates(later)


def test_the_oldest_todoist_files_have_eight_columns() -> None:
    reading = case("Old.csv")

    assert [task.title for task in tasks(reading)] == ["Buy milk", "Buy milk"]
    assert len({task.identity for task in tasks(reading)}) == 2
    assert [(one.line, one.text) for one in refused(reading)] == [(2, "Belongs to nothing")]


def test_todoist_json_has_everything() -> None:
    reading = case("todoist.json")
    found = by_title(reading)

    report = found["Write report"]
    assert (report.priority, report.note, report.labels, report.line) == (1, "Two pages", ("office",), 8)
    assert report.repeat == ImportedRepeat("FREQ=WEEKLY;BYDAY=MO", "schedule", anchor=date(2026, 12, 1))
    assert report.created_at == datetime(2026, 11, 1, 9, 0, 0, 123456, UTC)
    assert (found["Call"].due_time, found["Call"].due_zone) == ("09:00", None)
    assert found["Call"].reminders == (ImportedReminder(minutes_before=30),)
    assert (found["Fly"].due_time, found["Fly"].due_zone, found["Fly"].list_key) == ("09:00", "Europe/Berlin", None)
    assert [list_of(reading, found[title]) for title in ("Call", "Old")] == ["Work / Clients", "Work / Later"]
    assert found["Old"].completed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert found["Chart"].parent == report.key
    assert found["Bericht"].kept == {"due string": "jährlich", "deadline": "2027-01-01"}
    assert [one.line for one in refused(reading)] == [15]


@pytest.mark.parametrize(
    ("title", "due"),
    [
        ("Berlin all day", (date(2018, 12, 12), None, None)),
        ("Honolulu all day", (date(2018, 12, 12), None, None)),
        ("Kiritimati all day", (date(2018, 12, 12), None, None)),
        ("Timed", (date(2026, 2, 27), "15:59", "Europe/Berlin")),
        ("Floating", (date(2026, 12, 1), "09:00", None)),
        ("Unknown zone", (date(2026, 12, 1), "08:00", None)),
    ],
)
def test_ticktick_dates_are_those_of_their_zone(title: str, due: object) -> None:
    task = by_title(case("ticktick.csv"))[title]

    assert (task.due_on, task.due_time, task.due_zone) == due


def test_ticktick_has_steps_in_any_order() -> None:
    reading = case("ticktick.csv")
    found = by_title(reading)

    assert found["Child before its parent"].level == 1
    assert [one.title for one in reading.by_level()][-1] == "Child before its parent"
    assert [
        (found[title].level, ("step", "changed") in fates(found[title])) for title in ("Circle a", "Circle b", "Orphan")
    ] == [(0, True)] * 3
    assert ("id", "changed") in fates(found["Same id"])
    assert len({task.identity for task in tasks(reading)}) == len(tasks(reading))


def test_ticktick_has_folders_columns_and_checklists() -> None:
    reading = case("ticktick.csv")
    found = by_title(reading)

    berlin = found["Berlin all day"]
    assert (list_of(reading, berlin), berlin.labels, berlin.priority) == ("Private / Home", ("errand", "two words"), 1)
    assert list_of(reading, found["Column"]) == "Home / Doing"
    assert found["Unsorted"].list_key is None
    assert found["Hourly"].note == "- [ ] Milk\n- [x] Tea"
    assert found["Hourly"].kept == {"Repeat": "RRULE:FREQ=HOURLY;INTERVAL=4"}
    assert found["Unknown zone"].kept == {"Timezone": "Mars/Olympus"}
    assert found["Timed"].repeat == ImportedRepeat("FREQ=WEEKLY;BYDAY=FR", anchor=date(2026, 2, 27))


def test_what_has_a_note_and_no_title_has_its_first_line_for_a_title() -> None:
    found = by_title(case("ticktick.csv")) | by_title(case("tasks.ics"))

    assert [(title, found[title].note) for title in ("Ring the bell", "Rope", "Without an id")] == [
        ("Ring the bell", "Twice, then wait"),
        ("Rope", "- [x] Lamp"),
        ("Without an id", ""),
    ]
    assert found["Note without a title"].note == "and more"
    assert ("title", "changed") in fates(found["Ring the bell"])


def test_ticktick_rows_without_an_id_are_known_by_what_they_say() -> None:
    header = "List Name,Title,Status,Is All Day,taskId\n"

    milk, tea = (tasks(reading_of(f"{header}Home,{title},0,true,\n"))[0] for title in ("Buy milk", "Buy tea"))

    assert milk.identity != tea.identity


def test_microsoft_to_do_has_days_and_patterns() -> None:
    reading = case("microsoft.json")
    found = by_title(reading)

    rent = found["Pay rent"]
    assert (rent.due_on, rent.due_time, rent.priority, rent.note) == (
        date(2026, 12, 1),
        None,
        1,
        "To the landlord & co\nToday",
    )
    assert rent.repeat == ImportedRepeat("FREQ=MONTHLY;BYMONTHDAY=1", until=date(2027, 2, 1), anchor=date(2026, 12, 1))
    assert found["Meet"].repeat and found["Meet"].repeat.rule == "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1"
    assert found["Meet"].reminders == (ImportedReminder(at=datetime(2026, 11, 27, 8, tzinfo=UTC)),)
    assert (found["Book a room"].parent, found["Book a room"].completed) == ("2", True)
    assert found["Odd"].kept == {"recurrence": '{"pattern": {"type": "lunar"}}'}
    assert (found["Done"].completed, list_of(reading, rent)) == (True, "Home")


def test_google_tasks_are_due_on_the_day_as_written() -> None:
    reading = case("Tasks.json")
    found = by_title(reading)

    assert (found["Buy milk"].due_on, found["Buy milk"].list_key) == (date(2026, 12, 1), None)
    assert (found["Semi-skimmed"].level, found["Semi-skimmed"].completed) == (1, True)
    assert [list_of(reading, found[title]) for title in ("Paint", "Sweep")] == ["Home", "Home 2"]
    assert found["Sweep"].kept == {"due": "never"}
    assert [(one.line, one.sentence) for one in refused(reading)] == [(7, "This task has no title.")]


def test_vikunja_has_seconds_and_a_date_for_none() -> None:
    reading = case("vikunja.json")
    found = by_title(reading)

    assert (found["Buy milk"].due_on, found["Buy milk"].priority, found["Buy milk"].note) == (None, 1, "Two\xa0litres")
    assert (found["Report"].due_on, found["Report"].due_time) == (date(2026, 12, 1), "09:00")
    assert found["Report"].repeat == ImportedRepeat("FREQ=DAILY;INTERVAL=3", "completion", anchor=date(2026, 12, 1))
    assert found["Water"].kept == {"repeat_after": "3600 seconds"}
    assert found["Rent"].repeat and found["Rent"].repeat.rule == "FREQ=MONTHLY;BYMONTHDAY=1"
    assert found["Chart"].level == 1
    assert [one.name for one in reading.lists.values()] == ["Work", "Clients"]
