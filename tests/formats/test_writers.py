"""What each writer writes, and that the readers read it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from icalendar import Calendar

from tests.formats.files import by_title, reading_of, refused, tasks
from web.formats.imported import CannotRead, ImportedLabel, ImportedList, ImportedReminder, ImportedRepeat, ImportedTask
from web.formats.writers import Export, daybook_json, ical, markdown, table_csv, todo_txt

AT = datetime(2026, 11, 1, 10, 0, 0, 123, UTC)
TIMES = {"created_at": AT, "updated_at": AT, "deleted_at": None}
PLACES = {"position": "a0", "day_position": None, "series": None, "due_at": None}


def a_task(key: str, title: str, exact: Mapping[str, Any] | None = None, **values: Any) -> ImportedTask:
    made = ImportedTask(0, title, key, created_at=AT, exact={**TIMES, **PLACES, **(exact or {})})
    return replace(made, **values)


def an_export(*made: ImportedTask) -> Export:
    lists = {
        "l1": ImportedList(0, "l1", "Work", colour="red", exact={**TIMES, "position": "a0", "archived_at": None}),
        "l2": ImportedList(0, "l2", "Later", "l1", True, "grey", {**TIMES, "position": "a1", "archived_at": AT}),
    }
    labels = {"b1": ImportedLabel(0, "b1", "two words", "teal", TIMES)}
    return Export(lists, labels, made, {"clock": 24, "time_zone": "Europe/Berlin"})


EVERYTHING = an_export(
    a_task(
        *("t1", "Write report"),
        note="Two pages\n=1+1",
        list_key="l2",
        labels=("b1",),
        priority=1,
        due_on=date(2026, 12, 1),
        due_time="09:00",
        start_on=date(2026, 11, 30),
        repeat=ImportedRepeat("FREQ=WEEKLY;BYDAY=TU", "schedule", date(2027, 1, 31), None, date(2026, 12, 1)),
        reminders=(ImportedReminder(30, key="r1", created_at=AT),),
        kept={"Colour": "red, green"},
    ),
    a_task("t2", "Draw chart", parent="t1", level=1, completed=True, completed_at=AT, list_key="l2"),
    a_task(
        "t3", "Call New York", {"due_at": AT}, due_on=date(2026, 11, 1), due_time="11:00", due_zone="America/New_York"
    ),
    a_task(
        *("t4", "Water tulips"),
        due_on=date(2026, 12, 1),
        repeat=ImportedRepeat("FREQ=DAILY;INTERVAL=3", "completion", left=5, anchor=date(2026, 12, 1)),
        kept={"RRULE": "FREQ=HOURLY", "X-COLOUR": "blue"},
    ),
    a_task("t5", '=cmd|"/c calc"!A1', {"deleted_at": AT, "series": "t4"}),
)


def written(writer: Any, export: Export = EVERYTHING) -> str:
    return "".join(writer.write(export))


def test_daybooks_own_json_is_read_as_it_was_written() -> None:
    text = written(daybook_json)

    reading = reading_of(text)

    assert (reading.format, refused(reading)) == ("daybook", [])
    again = Export(reading.lists, reading.labels, tasks(reading), reading.settings and reading.settings.values)
    assert written(daybook_json, again) == text
    assert [task.fates for task in tasks(reading)] == [[]] * 5
    assert [task.line for task in tasks(reading)] == [11, 12, 13, 14, 15]


def test_daybooks_own_json_leaves_out_defaults() -> None:
    lines = written(daybook_json, an_export(a_task("t1", "Buy milk"))).splitlines()

    assert lines[9:] == [
        '"tasks":[',
        '{"id":"t1","title":"Buy milk","position":"a0","created_at":"2026-11-01T10:00:00.000123Z"}',
        "]}",
    ]


def test_an_export_of_nothing_is_json_too() -> None:
    assert tasks(reading_of(written(daybook_json, Export({}, {}, ())))) == []


def test_another_version_is_refused() -> None:
    with pytest.raises(CannotRead, match="version 2"):
        reading_of(written(daybook_json).replace('"version":1', '"version":2'))


@pytest.mark.parametrize("change", [('"priority":1', '"priority":9'), ('"id":"t1"', '"id":7'), ("2026-11-30", "soon")])
def test_a_record_of_another_shape_is_refused(change: tuple[str, str]) -> None:
    reading = reading_of(written(daybook_json).replace(*change))

    assert [one.line for one in refused(reading)] == [11]


def test_a_time_of_another_form_is_refused_in_words() -> None:
    (one,) = refused(reading_of(written(daybook_json).replace('"due_time":"09:00"', '"due_time":"9 am"')))

    assert one.sentence == "This entry cannot be read: A text is not written as it must be - at $.due_time."


def test_a_csv_is_read_as_it_was_written() -> None:
    found = by_title(reading_of(written(table_csv), "daybook.csv"))

    report, original = found["Write report"], EVERYTHING.tasks[0]  # type: ignore[index]
    for name in ("note", "priority", "due_on", "due_time", "start_on", "repeat", "completed"):
        assert getattr(report, name) == getattr(original, name), name
    assert (report.labels, report.kept) == (("two words",), {"kept": "Colour: red, green"})
    assert found["Draw chart"].parent == report.key
    assert found["Call New York"].due_zone == "America/New_York"
    assert found["Water tulips"].repeat == ImportedRepeat(
        "FREQ=DAILY;INTERVAL=3", "completion", anchor=date(2026, 12, 1)
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_csv_is_a_formula(start: str) -> None:
    text = written(table_csv, an_export(a_task("t1", f"{start}1+1", note=f"{start}2")))

    assert f"'{start}1+1" in text and f"'{start}2" in text
    [read] = by_title(reading_of(text, "daybook.csv"))
    assert read == f"{start}1+1".strip()


def test_todo_txt_is_read_as_it_was_written() -> None:
    text = written(todo_txt)
    found = by_title(reading_of(text))

    assert text.splitlines()[:2] == [
        "(A) 2026-11-01 Write report +Work @two_words t:2026-11-30 due:2026-12-01",
        "x 2026-11-01 2026-11-01 Draw chart +Work",
    ]
    assert (found["Write report"].priority, found["Write report"].due_on) == (1, date(2026, 12, 1))


@pytest.mark.parametrize(
    ("rule", "mode", "rec"),
    [
        ("FREQ=DAILY;INTERVAL=3", "completion", "rec:3d"),
        ("FREQ=WEEKLY;BYDAY=TU", "schedule", "rec:+1w"),
        ("FREQ=WEEKLY;BYDAY=MO,TU", "schedule", ""),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "schedule", "rec:+1m"),
    ],
)
def test_todo_txt_says_repeats_that_it_knows(rule: str, mode: Any, rec: str) -> None:
    repeat = ImportedRepeat(rule, mode, anchor=date(2026, 12, 1))

    text = written(todo_txt, an_export(a_task("t1", "Rent", due_on=date(2026, 12, 1), repeat=repeat)))

    assert text == " ".join(filter(None, ("2026-11-01 Rent due:2026-12-01", rec))) + "\n"
    assert tasks(reading_of(text))[0].repeat == (repeat if rec else None)


def test_markdown_has_a_heading_a_list_and_a_checkbox_a_task() -> None:
    assert written(markdown).splitlines() == [
        *("# Work", "", "## Later", ""),
        "- [ ] Write report (!!!, due 2026-12-01 09:00, start 2026-11-30, "
        "repeats FREQ=WEEKLY;BYDAY=TU;UNTIL=20270131, @two words)",
        *("    Two pages", "    =1+1", "    Colour: red, green", "    - [x] Draw chart", "", "# Inbox", ""),
        "- [ ] Call New York (due 2026-11-01 11:00)",
        "- [ ] Water tulips (due 2026-12-01, repeats completion FREQ=DAILY;INTERVAL=3)",
        *("    RRULE: FREQ=HOURLY", "    X-COLOUR: blue", '- [ ] =cmd\\|"/c calc"!A1'),
    ]


def test_icalendar_is_read_as_it_was_written() -> None:
    text = written(ical)
    found = {task.key: task for task in tasks(reading_of(text))}

    report = found["t1"]
    assert (report.title, report.note, report.priority, report.labels) == (
        "Write report",
        "Two pages\n=1+1",
        1,
        ("two words",),
    )
    assert (report.due_on, report.due_time, report.due_zone) == (date(2026, 12, 1), "09:00", None)
    assert report.repeat == ImportedRepeat("FREQ=WEEKLY;BYDAY=TU", until=date(2027, 1, 31), anchor=date(2026, 12, 1))
    assert report.reminders == (ImportedReminder(30),)
    assert (found["t2"].parent, found["t2"].completed_at) == ("t1", AT.replace(microsecond=0))
    assert (found["t3"].due_time, found["t3"].due_zone) == ("10:00", "UTC")
    assert found["t4"].repeat == ImportedRepeat("FREQ=DAILY;INTERVAL=3", "completion", anchor=date(2026, 12, 1))
    assert found["t4"].kept["X-COLOUR"] == "blue"


def test_a_refused_rule_of_icalendar_is_written_again() -> None:
    text = written(
        ical, an_export(a_task("t1", "Water", due_on=date(2026, 12, 1), kept={"RRULE": "FREQ=HOURLY;INTERVAL=4"}))
    )

    assert "RRULE:FREQ=HOURLY;INTERVAL=4\r\n" in text


def test_lines_of_icalendar_are_folded_and_one_parser_reads_all() -> None:
    text = written(ical, an_export(*(a_task(f"t{number}", "Grün " * 30, note="a\nb;c,d\\e") for number in range(3))))

    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    assert [str(todo["DESCRIPTION"]) for todo in Calendar.from_ical(text).walk("VTODO")] == ["a\nb;c,d\\e"] * 3
