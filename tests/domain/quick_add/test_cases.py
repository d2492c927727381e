"""The decided cases of quick add: each line, and all that is read from it."""

import pytest

from tests.domain.quick_add.lines import MONTH_FIRST, what_is_read

TEXT_ONLY = [
    "The 9/11 report",
    "May call Bob",
    "sat nav",
    "buy 2 sun hats",
    "read Monday's paper",
    "13th floor",
    "24/7 support",
    "march band",
    "Look at the sun",
    "Meeting notes from monday",
    "Create monthly report",
    "Every cloud has a silver lining",
    "Add flour 1/2",
    "Exam feb 30",
    "tomorrow",
    "Milk #Groceries",
    "Fix #42, mail bob@example.com",
]
MON_TO_FRI = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
CASES: list[tuple[str, dict[str, str]]] = [
    ('"delete mails up to january 30th"', {"title": "delete mails up to january 30th"}),
    ('Watch "Tomorrow never dies" on sat', {"title": 'Watch "Tomorrow never dies"', "due_on": "2026-11-28"}),
    ("Buy \\tomorrow magazine", {"title": "Buy tomorrow magazine"}),
    ("Buy milk tomorrow", {"title": "Buy milk", "due_on": "2026-11-27"}),
    ("Tomorrow call Bob", {"title": "call Bob", "due_on": "2026-11-27"}),
    ("Call Bob fri 5pm", {"title": "Call Bob", "due_on": "2026-11-27", "due_time": "17:00"}),
    ("Meeting thu", {"title": "Meeting", "due_on": "2026-12-03"}),
    ("Meeting this thursday", {"title": "Meeting", "due_on": "2026-11-26"}),
    ("Report next monday", {"title": "Report", "due_on": "2026-11-30"}),
    ("Plan party next friday", {"title": "Plan party", "due_on": "2026-12-04"}),
    ("Pay by friday", {"title": "Pay", "due_on": "2026-11-27"}),
    ("Pay rent 1 dec", {"title": "Pay rent", "due_on": "2026-12-01"}),
    ("Party nov 1", {"title": "Party", "due_on": "2027-11-01"}),
    ("Exam 29 feb", {"title": "Exam", "due_on": "2028-02-29"}),
    ("Dentist 27/1 at 9:30", {"title": "Dentist", "due_on": "2027-01-27", "due_time": "09:30"}),
    ("Dentist 3/12", {"title": "Dentist", "due_on": "2026-12-03"}),
    ("Retro on the 5th", {"title": "Retro", "due_on": "2026-12-05"}),
    ("Meet Ann in 3 days", {"title": "Meet Ann", "due_on": "2026-11-29"}),
    ("Ring back in 2 hours", {"title": "Ring back", "due_on": "2026-11-26", "due_time": "16:30"}),
    ("Trip this weekend", {"title": "Trip", "due_on": "2026-11-28"}),
    ("Invoice eom p2", {"title": "Invoice", "due_on": "2026-11-30", "priority": "2"}),
    ("Standup at 9", {"title": "Standup", "due_on": "2026-11-27", "due_time": "09:00"}),
    ("Call mum 3pm", {"title": "Call mum", "due_on": "2026-11-26", "due_time": "15:00"}),
    ("Call mum at 3", {"title": "Call mum", "due_on": "2026-11-26", "due_time": "15:00"}),
    ("Meet tomorrow in 3 days", {"title": "Meet tomorrow", "due_on": "2026-11-29"}),
    (
        "Buy milk #Home @errand p1 tomorrow 9am // two litres, see https://x.y/z",
        {
            "title": "Buy milk",
            "description": "two litres, see https://x.y/z",
            "due_on": "2026-11-27",
            "due_time": "09:00",
            "list": "Home",
            "labels": "errand",
            "priority": "1",
        },
    ),
    ("Plan #Home office party next friday", {"title": "Plan party", "due_on": "2026-12-04", "list": "Home office"}),
    (
        "Standup every weekday at 9",
        {
            "title": "Standup",
            "due_on": "2026-11-27",
            "due_time": "09:00",
            "repeat_rule": MON_TO_FRI,
            "repeat_mode": "schedule",
        },
    ),
    (
        "Water plants every! 3 days",
        {
            "title": "Water plants",
            "due_on": "2026-11-26",
            "repeat_rule": "FREQ=DAILY;INTERVAL=3",
            "repeat_mode": "completion",
        },
    ),
    (
        "Rent every 31st",
        {
            "title": "Rent",
            "due_on": "2026-11-30",
            "repeat_rule": "FREQ=MONTHLY;BYMONTHDAY=-1",
            "repeat_mode": "schedule",
        },
    ),
    (
        "Bins every other monday",
        {
            "title": "Bins",
            "due_on": "2026-11-30",
            "repeat_rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            "repeat_mode": "schedule",
        },
    ),
    (
        "Call mum every sunday 6pm until 20 dec",
        {
            "title": "Call mum",
            "due_on": "2026-11-29",
            "due_time": "18:00",
            "repeat_rule": "FREQ=WEEKLY;BYDAY=SU",
            "repeat_mode": "schedule",
            "until": "2026-12-20",
        },
    ),
    (
        "Pills every day for 10 times",
        {
            "title": "Pills",
            "due_on": "2026-11-26",
            "repeat_rule": "FREQ=DAILY",
            "repeat_mode": "schedule",
            "times": "10",
        },
    ),
]


@pytest.mark.parametrize("line", TEXT_ONLY)
def test_nothing_is_read_in(line: str) -> None:
    assert what_is_read(line) == {"title": line}


@pytest.mark.parametrize(("line", "fields"), CASES)
def test_line_is_read_as_decided(line: str, fields: dict[str, str]) -> None:
    assert what_is_read(line) == fields


def test_month_comes_first_where_the_user_writes_so() -> None:
    assert what_is_read("Dentist 3/12", MONTH_FIRST) == {"title": "Dentist", "due_on": "2027-03-12"}
