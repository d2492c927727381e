"""What docs/planning.md shows about quick add is what quick add reads."""

import re
import shlex
from datetime import date, time

import pytest
from click.testing import CliRunner

from tests.domain.quick_add.lines import CONTEXT
from web.cli import main
from web.domain.days import MONTHS, WEEKDAYS
from web.domain.quick_add import Reading, read
from web.settings import ROOT

PAGE = (ROOT / "docs" / "planning.md").read_text()
START, ANYWHERE, AT_THE_END, REPEATS, TEXT = (
    PAGE.index(words)
    for words in (
        "\n## Quick add\n",
        "**Dates that are read anywhere",
        "**Dates that are read only at the end",
        "**Repeats** begin",
        "**Nothing is read**",
    )
)
END = PAGE.index("\n## For engineers\n")


def rows(begin: int, end: int) -> list[list[str]]:
    return [re.split(r" *\| *", row)[1:-1] for row in re.findall(r"^\| `.*$", PAGE[begin:end], re.MULTILINE)]


def examples(begin: int, end: int) -> list[tuple[str, ...]]:
    """The other cells of a row, after each of the words in its first cell."""
    return [(words, *cells[1:]) for cells in rows(begin, end) for words in re.findall("`([^`]+)`", cells[0])]


LINES = examples(START, ANYWHERE)
STRONG, WEAK = examples(ANYWHERE, AT_THE_END), examples(AT_THE_END, REPEATS)
RULES, TITLES = examples(REPEATS, TEXT), examples(TEXT, END)
CONSOLE = re.findall(r"^\$ daybook (explain \".*?)\n(.*?)(?=^\$|^```)", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_has_its_examples() -> None:
    assert [len(found) for found in (LINES, STRONG, WEAK, RULES, TITLES, CONSOLE)] == [13, 39, 19, 30, 22, 1]


@pytest.mark.parametrize(("line", "title", "due", "rest"), LINES)
def test_a_line_is_read_as_shown(line: str, title: str, due: str, rest: str) -> None:
    reading = read(line, CONTEXT)

    assert (reading.title, due_words(reading), ", ".join(rest_words(reading))) == (title, due, rest)


@pytest.mark.parametrize(("words", "due"), STRONG + WEAK)
def test_a_date_is_read_as_shown(words: str, due: str) -> None:
    at_the_end = read(f"Call Bob {words}", CONTEXT)
    within = read(f"Call {words} Bob", CONTEXT)

    assert (at_the_end.title, due_words(at_the_end)) == ("Call Bob", due)
    assert (within.title == "Call Bob") == ((words, due) in STRONG)


@pytest.mark.parametrize(("line", "title"), TITLES)
def test_nothing_is_read_where_the_page_says_so(line: str, title: str) -> None:
    assert read(line, CONTEXT) == Reading(title=title)


@pytest.mark.parametrize(("words", "first", "rule"), RULES)
def test_a_repeat_is_read_as_shown(words: str, first: str, rule: str) -> None:
    reading = read(f"Rest {words}", CONTEXT)

    assert (reading.title, due_words(reading), ", ".join(rest_words(reading))) == ("Rest", first, rule)


@pytest.mark.parametrize(("command", "output"), CONSOLE)
def test_the_command_answers_as_shown(command: str, output: str) -> None:
    assert CliRunner().invoke(main, shlex.split(command)).output == output


def due_words(reading: Reading) -> str:
    if not reading.due_on:
        return ""
    return day_words(reading.due_on) + (f" {time_words(reading.due_time)}" if reading.due_time else "")


def day_words(day: date) -> str:
    year = "" if day.year == 2026 else f" {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}{year}"


def time_words(at: time) -> str:
    return at.isoformat("minutes")


def rest_words(reading: Reading) -> list[str]:
    parts = [
        reading.start_on and f"start {day_words(reading.start_on)}",
        reading.list and f"list {reading.list}",
        *(f"@{label}" for label in reading.labels),
        reading.priority < 4 and f"p{reading.priority}",
        reading.description and f'note "{reading.description}"',
        reading.repeat_rule and f"`{reading.repeat_rule.removeprefix('FREQ=')}`",
        reading.repeat_mode == "completion" and "from completion",
        reading.until and f"until {day_words(reading.until)}",
        reading.times and f"{reading.times} times",
    ]
    return [part for part in parts if isinstance(part, str)]
