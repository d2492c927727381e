"""What does not fit into Daybook is changed or kept, and said."""

from datetime import date

import pytest

from tests.formats.files import fates, reading_of, refused, tasks
from web.domain.lengths import TITLE_LENGTH
from web.formats.fitting import shortened
from web.formats.report import Report, report_of

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


def test_a_title_of_two_hundred_characters_fits() -> None:
    title = "x" * (TITLE_LENGTH - len(FAMILY)) + FAMILY

    (task,) = tasks(reading_of(title))

    assert (len(task.title), task.title, task.fates) == (200, title, [])


@pytest.mark.parametrize("title", ["x" * 201, "word " * 50, "x" * 196 + FAMILY])
def test_a_longer_title_begins_the_note(title: str) -> None:
    (task,) = tasks(reading_of(f"Title,Note\n{title},And more\n", "x.csv"))

    assert len(task.title) <= TITLE_LENGTH and task.title.endswith("…")
    assert task.note == f"{title.strip()}\n\nAnd more"
    assert fates(task) == {("title", "changed")}


def test_a_letter_of_several_code_points_is_not_cut() -> None:
    assert shortened("x" * 196 + FAMILY, 200) == "x" * 196 + "…"
    assert shortened("e\u0301" * 101, 200) == "e\u0301" * 99 + "…"


def test_a_note_that_is_too_long_is_kept_as_a_whole() -> None:
    note = "n" * 1_001

    (task,) = tasks(reading_of(f"Title,Note\nBuy milk,{note}\n", "x.csv"))

    assert (len(task.note), task.kept) == (1_000, {"note": note})
    assert fates(task) == {("note", "kept")}


@pytest.mark.parametrize("title", ["   ", "\u200b", "\u2800"])
def test_a_title_of_spaces_is_none(title: str) -> None:
    reading = reading_of(f'Title,Note\nBuy milk,\n"{title}",x\n', "x.csv")

    assert [task.title for task in tasks(reading)] == ["Buy milk"]
    assert [one.line for one in refused(reading)] == [3]


def test_control_characters_are_taken_out_and_said() -> None:
    (task,) = tasks(reading_of("Buy\x07 milk\n"))

    assert (task.title, fates(task)) == ("Buy  milk", {("title", "changed")})


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_odd_years_are_dates(year: str) -> None:
    (task,) = tasks(reading_of(f"Title,Due\nBuy milk,{year}-02-28\n", "x.csv"))

    assert task.due_on == date(int(year), 2, 28)


@pytest.mark.parametrize("text", ["2027-02-29", "0000-01-01", "10000-01-01", "2026-13-01", "٢٠٢٦-01-01"])
def test_what_is_no_date_is_kept(text: str) -> None:
    (task,) = tasks(reading_of(f"Title,Due\nBuy milk,{text}\n", "x.csv"))

    assert (task.due_on, task.kept) == (None, {"due": text})


def test_a_start_after_the_due_date_is_kept_as_text() -> None:
    early, late = tasks(reading_of("Title,Start,Due\nA,2026-12-01,2026-12-01\nB,2026-12-02,2026-12-01\n", "x.csv"))

    assert (early.start_on, late.start_on) == (date(2026, 12, 1), None)
    assert late.kept == {"start date": "2026-12-02"}


def test_a_due_time_that_the_clock_skips_stays_as_written() -> None:
    (task,) = tasks(reading_of("Title,Due,Zone\nBuy milk,2027-03-28 02:30,Europe/Berlin\n", "x.csv"))

    assert (task.due_on, task.due_time, task.due_zone) == (date(2027, 3, 28), "02:30", "Europe/Berlin")


@pytest.mark.parametrize(("depth", "deepest"), [(4, 3), (9, 3)])
def test_steps_are_four_levels_deep_at_most(depth: int, deepest: int) -> None:
    rows = "".join(f"Level {number},{number},{number - 1 or ''}\n" for number in range(1, depth + 1))

    reading = reading_of(f"Title,Id,Parent\n{rows}", "x.csv")

    levels = [task.level for task in tasks(reading)]
    assert levels == [min(number, deepest) for number in range(depth)]
    assert all((task.parent == "3") == (task.level == deepest) for task in tasks(reading))
    assert sum(("step", "changed") in fates(task) for task in tasks(reading)) == max(depth - 4, 0)


@pytest.mark.parametrize(("last", "levels"), [("0", {0}), ("", {0, 1, 2, 3})])
def test_the_longest_chain_and_the_longest_circle_are_read(last: str, levels: set[int]) -> None:
    """In time in proportion to their length: walking up from each task would take minutes."""
    many = 30_000
    rows = "".join(f"Task {number},{number},{number + 1 if number + 1 < many else last}\n" for number in range(many))

    assert {task.level for task in tasks(reading_of(f"Title,Id,Parent\n{rows}", "x.csv"))} == levels


def test_names_of_lists_and_labels_fit() -> None:
    reading = reading_of(f'Title,List,Labels\nBuy milk,{"l" * 120},"{"b" * 60},Errand,errand"\n', "x.csv")

    assert [len(one.name) for one in reading.lists.values()] == [100]
    assert [len(one.name) for one in reading.labels.values()] == [50, 6]
    assert len(tasks(reading)[0].labels) == 2


def test_the_same_rows_have_the_same_identities_each_time() -> None:
    text = "Buy milk\nBuy tea\nBuy milk\n"
    first, second = ([task.identity for task in tasks(reading_of(text))] for _ in range(2))
    longer = [task.identity for task in tasks(reading_of("Call mum\n" + text))]

    assert first == second == longer[1:]
    assert len(set(first)) == 3


def test_a_report_counts_and_names_lines() -> None:
    report = report_of(reading_of("Title,Due,Colour\nBuy milk,soon,red\nBuy tea,2026-12-01,\n,,red\n", "x.csv"))

    assert report.counts == {"lists": 0, "labels": 0, "tasks": 2, "done": 0, "refused": 1}
    assert report.fields == {"title": 2, "due date": 1}
    assert sorted((one.name, one.fate, one.count, one.lines) for one in report.remarks) == [
        ("Colour", "kept", 1, [2]),
        ("due date", "kept", 1, [2]),
    ]
    assert [line for line, *_ in report.refused] == [4]
    assert Report.of_json(report.as_json()) == report


def test_a_report_is_bounded() -> None:
    rows = "".join(f"Task {number},no date {number},x\n,,\n ,x,x\n" for number in range(500))

    report = report_of(reading_of(f"Title,Due,Colour\n{rows}", "x.csv"))

    assert (len(report.refused), len(report.samples), report.count("refused")) == (50, 10, 500)
    assert len(report.remarks) <= 51 and max(len(one.lines) for one in report.remarks) <= 10
