"""What the preview draws from a reading: spans, words kept as text, what the page presets."""

from dataclasses import replace
from datetime import date, time

import pytest

from tests.domain.quick_add.lines import CONTEXT, summary
from web.domain.quick_add import Context, Presets, Reading, read

ON_A_DAY = replace(CONTEXT, presets=Presets(due_on=date(2026, 12, 5)))
IN_A_LIST = replace(CONTEXT, presets=Presets(list="Work", labels=("office",)))


def chips(line: str, context: Context = CONTEXT) -> list[tuple[str, str, str]]:
    return [(span.kind, span.words, span.value) for span in read(line, context).spans]


def test_each_span_says_where_it_stands_and_what_it_means() -> None:
    line = "Water #home plants sat 10am @green !! start fri // twice"

    reading = read(line, CONTEXT)

    assert [line[span.offset : span.offset + span.length] for span in reading.spans] == [
        span.words for span in reading.spans
    ]
    assert chips(line) == [
        ("list", "#home", "Home"),
        ("due", "sat 10am", "2026-11-28T10:00"),
        ("label", "@green", "green"),
        ("priority", "!!", "2"),
        ("start", "start fri", "2026-11-27"),
        ("description", "// twice", "twice"),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tomorrow call Bob 5pm", [("due", "Tomorrow", "2026-11-27"), ("time", "5pm", "17:00")]),
        ("Call Bob on sat", [("due", "on sat", "2026-11-28")]),
        ("Film tonight", [("due", "tonight", "2026-11-26T19:00")]),
        ("Rest every! 3 days at 9", [("repeat", "every! 3 days at 9", "FREQ=DAILY;INTERVAL=3")]),
        ("Milk #Groceries", []),
    ],
)
def test_one_chip_stands_for_one_thing(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert chips(line) == expected


@pytest.mark.parametrize(
    ("line", "plain", "expected"),
    [
        ("Call Bob fri 5pm", ["fri 5pm"], "Call Bob fri 5pm"),
        ("Call Bob  fri  5pm", ["fri 5pm"], "Call Bob  fri  5pm"),
        ("Tomorrow call Bob 5pm", ["5pm"], "call Bob 5pm · 2026-11-27"),
        ("Tomorrow call Bob 5pm", ["Tomorrow", "5pm"], "Tomorrow call Bob 5pm"),
        ("Meet tomorrow in 3 days", ["in 3 days"], "Meet in 3 days · 2026-11-27"),
        ("Rest every monday until fri", ["every monday"], "Rest every monday until fri"),
        ("Milk #Home @shop p1", ["#Home"], "Milk #Home · @shop · p1"),
        ("Milk #Home @shop p1", ["@shop", "p1"], "Milk @shop p1 · list Home"),
        ("Monitor mon", ["mon"], "Monitor mon"),
        ("Milk fri", ["", " ", "sat"], "Milk · 2026-11-27"),
        ("Milk (fri)", ["fri"], "Milk (fri)"),
        ("Milk a+b. fri", ["a+b."], "Milk a+b. · 2026-11-27"),
    ],
)
def test_words_that_a_chip_gave_back_stay_text(line: str, plain: list[str], expected: str) -> None:
    assert summary(line, plain=plain) == expected


def test_an_unknown_list_can_be_made_and_is_then_read() -> None:
    reading = read("Milk fri #Groceries p1", CONTEXT)
    offered = reading.unknown_list

    made = replace(CONTEXT, lists=(*CONTEXT.lists, "Groceries"))

    assert offered and (offered.offset, offered.words, offered.value) == (9, "#Groceries", "Groceries")
    assert reading.title == "Milk #Groceries"
    assert summary("Milk fri #Groceries p1", made) == "Milk · 2026-11-27 · list Groceries · p1"


@pytest.mark.parametrize(
    ("line", "words"),
    [('Milk #"Corner shop"', "Corner shop"), ("Milk #Garden.", "Garden"), ("Milk #Garden, then", "Garden")],
)
def test_an_unknown_list_has_one_word_or_quotes(line: str, words: str) -> None:
    offered = read(line, CONTEXT).unknown_list

    assert offered and offered.value == words


@pytest.mark.parametrize("line", ["Milk #Groceries #Home", "Milk #Home #Groceries", "Milk #42", "Milk #", "Milk a#b"])
def test_no_list_is_offered_where_one_is_read_or_none_is_named(line: str) -> None:
    assert read(line, CONTEXT).unknown_list is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Milk", "Milk · 2026-12-05"),
        ("Milk fri", "Milk · 2026-11-27"),
        ("Milk 9am", "Milk · 2026-12-05 09:00"),
        ("Milk every monday", "Milk · 2026-12-07 · WEEKLY;BYDAY=MO"),
        ("Milk every month", "Milk · 2026-12-05 · MONTHLY;BYMONTHDAY=5"),
        ("Milk every day from tomorrow", "Milk · 2026-11-27 · DAILY"),
        ("Milk start 4 dec", "Milk · 2026-12-05 · start 2026-12-04"),
        ("Milk start 6 dec", "Milk · start 2026-12-06"),
        ("Milk start 6 dec every day", "Milk · 2026-12-06 · start 2026-12-06 · DAILY"),
        ("Milk sat with Bob 9am", "Milk sat with Bob 9am · 2026-12-05"),
        ("tomorrow", "tomorrow · 2026-12-05"),
        ('"Milk tomorrow"', "Milk tomorrow · 2026-12-05"),
    ],
)
def test_the_date_of_a_days_page_counts_where_the_line_names_none(line: str, expected: str) -> None:
    assert summary(line, ON_A_DAY) == expected


def test_a_repeat_added_on_a_past_day_begins_today() -> None:
    on_a_past_day = replace(CONTEXT, presets=Presets(due_on=date(2026, 11, 20)))

    assert summary("Milk every day", on_a_past_day) == "Milk · 2026-11-26 · DAILY"
    assert summary("Milk", on_a_past_day) == "Milk · 2026-11-20"


def test_a_lists_page_fills_in_its_list_and_labels() -> None:
    assert summary("Milk", IN_A_LIST) == "Milk · list Work · @office"
    assert summary("Milk #Home @Office @shop", IN_A_LIST) == "Milk · list Home · @office · @shop"


def test_the_reading_says_what_came_from_the_page() -> None:
    assert read("Milk", ON_A_DAY).preset == {"due_on"}
    assert read("Milk 9am", ON_A_DAY).preset == {"due_on"}
    assert read("Milk fri", ON_A_DAY).preset == frozenset()
    assert read("Milk every day", ON_A_DAY).preset == frozenset()
    assert read("Milk #Home", IN_A_LIST).preset == {"labels"}
    assert read("Milk", IN_A_LIST).preset == {"list", "labels"}


def test_a_title_alone_has_the_defaults() -> None:
    assert read("Milk", CONTEXT) == Reading(title="Milk")
    assert read("Milk 9am", ON_A_DAY).due_time == time(9)


@pytest.mark.parametrize(
    ("line", "expected", "makes"),
    [
        ("Milk #+Groceries", "Milk · list Groceries", True),
        ('Milk #+"Corner shop" fri', "Milk · 2026-11-27 · list Corner shop", True),
        ("Milk #+Groceries, then tea", "Milk, then tea · list Groceries", True),
        ("Milk #+home", "Milk · list Home", False),
        ("Milk #+Home office", "Milk · list Home office", False),
        ("Milk #+Groceries #Home", "Milk #Home · list Groceries", True),
        ("Milk #Home #+Groceries", "Milk #+Groceries · list Home", False),
        (r"Milk \#+Groceries", "Milk #+Groceries", False),
        ("Milk #+42", "Milk #+42", False),
        ("Milk #+", "Milk #+", False),
        ("Milk a#+b", "Milk a#+b", False),
        ("#+Groceries", "#+Groceries", False),
        ("Milk # +Groceries", "Milk # +Groceries", False),
        ("Milk @+errand", "Milk @+errand", False),
    ],
)
def test_a_plus_makes_the_list_that_there_is_none_of(line: str, expected: str, makes: bool) -> None:
    assert (summary(line), read(line, CONTEXT).makes_list) == (expected, makes)
