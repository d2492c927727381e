"""What holds for every line: nothing raises, spans and title share the line, and work grows with its length."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from tests.domain.quick_add.lines import CONTEXT, at
from web.domain.quick_add import Reading, Span, line, read

_WORDS = (
    "Call Bob May sat sun fri monday the from until till for at on by due start in a 3 31 9 9am 17:00 noon 5pm "
    "tomorrow today tonight next week month 27/1 1/2 24.12. 24.12.2026 2026-02-30 2026-12-24 29 feb dec 24th eom "
    "weekend every every! each other day days mon, and 15th last workday times times. daily weekly starting ending "
    'morning +3d p1 p4 ! !!! #Home #home office #Work #Groceries #42 #"Home" @errand @12:30 @x, // \\tomorrow '
    '\\#Home " "hi "tomorrow" ( ) (fri) - , . : é 日本 🎂 \u0301 \u200d \u00a0 \x00 ’s Monday\'s'
)
WORDS = _WORDS.split(" ")
ODD_CHARACTERS = (
    "aZ09 \t\n\r'\"\\/#@!().,:;+-’“”–—éßİıſKǅ日本🎂\u0301\u200d\u200b\u00a0\u2028\ufeff\x00\x1f\ud800\uffff²٣"
)
LINES = 4_000
LAST_DAY = at("9999-12-31T23:59")


def lines_of_words(count: int, seed: int) -> list[str]:
    choose = random.Random(seed)
    return [" ".join(choose.choices(WORDS, k=choose.randint(0, 14))) for _ in range(count)]


def lines_of_characters(count: int, seed: int) -> list[str]:
    choose = random.Random(seed)
    return ["".join(choose.choices(ODD_CHARACTERS, k=choose.randint(0, 60))) for _ in range(count)]


RANDOM_LINES = lines_of_words(LINES, 1) + lines_of_characters(LINES, 2)


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def without(text: str, spans: tuple[Span, ...]) -> str:
    for span in sorted(spans, key=lambda span: -span.offset):
        text = text[: span.offset] + " " + text[span.offset + span.length :]
    return text


@cache
def readings() -> list[tuple[str, Reading]]:
    return [(text, read(text, CONTEXT)) for text in RANDOM_LINES]


def test_the_random_lines_hold_every_kind_of_span() -> None:
    kinds = {span.kind for _, reading in readings() for span in reading.spans}

    assert kinds == {"description", "due", "label", "list", "priority", "repeat", "start", "time"}


def test_spans_lie_in_the_line_in_order_and_never_overlap() -> None:
    for text, reading in readings():
        end = 0
        for span in reading.spans:
            assert span.offset >= end and span.length > 0, text
            end = span.offset + span.length
            assert line.one_line(text)[span.offset : end] == span.words, text
        assert end <= len(text), text


def test_each_letter_of_the_line_is_in_the_title_or_in_a_span() -> None:
    for text, reading in readings():
        assert letters(without(text, reading.spans)) == letters(reading.title), text


def test_a_title_is_left_wherever_the_line_has_one() -> None:
    for text, reading in readings():
        assert bool(reading.title) == bool(text.strip(" \t\n\r\x1f\u00a0\u2028")), text


def test_a_time_or_a_repeat_comes_with_a_date() -> None:
    for text, reading in readings():
        assert reading.due_on or not (reading.due_time or reading.repeat_rule or reading.until or reading.times), text
        assert bool(reading.repeat_rule) == bool(reading.repeat_mode) == bool(reading.repeat_anchor), text


def test_words_kept_as_text_are_in_the_title_and_in_no_span() -> None:
    for text, reading in readings():
        for span in reading.spans:
            if span.kind != "description" and '"' not in text:
                again = read(text, CONTEXT, plain=[span.words])
                assert letters(span.words) in letters(again.title), text
                assert span.offset not in {other.offset for other in again.spans}, text


def test_nothing_raises_on_the_last_day_there_is() -> None:
    for text in RANDOM_LINES:
        assert read(text, LAST_DAY).title is not None


def test_a_line_reads_the_same_twice() -> None:
    for text, reading in readings()[::20]:
        assert read(text, CONTEXT) == reading


@pytest.mark.parametrize("words", ["1/1 ", "every mon,", "every day "])
def test_a_line_beyond_the_bound_is_a_title(words: str) -> None:
    text = ("Call Bob " + words * 500)[:501].strip() + "x"

    assert read(text, CONTEXT) == Reading(title=text)


def test_a_line_at_the_bound_is_read_and_its_description_may_be_longer() -> None:
    text = "x" * 491 + " tomorrow"
    note = "n" * 1_000

    reading = read(f"{text} // {note}", CONTEXT)

    assert (len(text), reading.title, reading.description) == (500, "x" * 491, note)
    assert reading.due_on == read("x tomorrow", CONTEXT).due_on


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "1/1 ",
            "fri ",
            "24 dec ",
            "in ",
            "at 9 ",
            "5pm tomorrow ",
            "every ",
            "every mon,",
            "every day ",
            "every day at 9 ",
        ),
        *(
            "#Home ",
            "#Home office",
            "@a ",
            "@",
            "#",
            "! ",
            '"',
            '" ',
            '"a',
            "(",
            "()",
            "\\tomorrow ",
            "\\",
            "/",
            " //x",
            " ",
        ),
        *(
            "x",
            "the fri ",
            "start fri ",
            "mon tue ",
            "1st and ",
            "every 1st and ",
            "p1 fri p1 ",
            "fri, ",
            "İ",
            "\u0301",
        ),
    ],
)
def test_work_grows_in_proportion_to_the_line(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "MOST_CHARACTERS", 1_000_000)
    short, long = (unit * 4_000)[:1_000], (unit * 64_000)[:16_000]

    ratio = seconds(lambda: read(long + " x", CONTEXT)) / seconds(lambda: read(short + " x", CONTEXT))

    # 16 times the line: about 16 times the work. Work that grows with the square would be 256 times as much.
    assert ratio < 90


def seconds(action: Callable[[], object]) -> float:
    """Processor time of the quickest of three runs."""
    return min(_seconds_once(action) for _ in range(3))


def _seconds_once(action: Callable[[], object]) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def test_the_longest_of_many_names_is_found() -> None:
    many = replace(CONTEXT, lists=tuple(f"List {number} of many words" for number in range(2_000)))

    reading = read("Milk #list 1999 OF many words tomorrow", many)

    assert (reading.title, reading.list) == ("Milk", "List 1999 of many words")
