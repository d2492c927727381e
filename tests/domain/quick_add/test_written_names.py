"""The name of a list or label as a suggestion writes it into a line is read as that list or label."""

from dataclasses import replace

import pytest

from tests.domain.quick_add.lines import CONTEXT
from web.domain.quick_add import read
from web.domain.quick_add.marks import written

NAMES = [
    *("Garden", "Home office", "日本", "📚 Books", "foo-", "x" * 100),
    # A mark, a number or a time.
    *("C#", "#hash", "@home", "#+x", "!!!", "p1", "2027", "42a", "5pm", "12:30", "noon", "tomorrow", "every monday"),
    # What begins a note.
    *("a/b", "//", "A //", "Home // office"),
    # Quotes and what quotes end at.
    *('"quoted"', 'Say "hi"', 'a"b c', '5" pipes', '"a" and "b"', "“q”", "“a b”", "Tom's", "x)", "Q&A?", "a, b", "\\x"),
]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_list_is_read_as_it_is_suggested(name: str) -> None:
    reading = read(f"Buy milk {written('#', name)} fri", replace(CONTEXT, lists=(name,)))

    assert (reading.list, reading.title, str(reading.due_on)) == (name, "Buy milk", "2026-11-27")


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_label_is_read_as_it_is_suggested(name: str) -> None:
    reading = read(f"Buy milk {written('@', name)} fri", replace(CONTEXT, labels=(name,)))

    assert (reading.labels, reading.title, str(reading.due_on)) == ((name,), "Buy milk", "2026-11-27")


@pytest.mark.parametrize("name", ["quoted", '"quoted"'])
def test_two_names_that_differ_in_quotes_are_told_apart(name: str) -> None:
    context = replace(CONTEXT, lists=("quoted", '"quoted"'))

    assert read(f"Buy milk {written('#', name)}", context).list == name


def test_a_note_begins_behind_the_name_of_a_list() -> None:
    reading = read('Buy milk #"Home // office" // two litres', replace(CONTEXT, lists=("Home // office",)))

    assert (reading.title, reading.list, reading.description) == ("Buy milk", "Home // office", "two litres")
