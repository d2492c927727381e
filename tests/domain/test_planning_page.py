"""What docs/planning.md shows about dates and repeats is what the code does."""

import re
import shlex
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from web.cli import main
from web.domain.days import MONTHS, day_words
from web.domain.recurrence import Rule
from web.domain.repeating import Mode, Repeat, following
from web.settings import ROOT

PAGE = (ROOT / "docs" / "planning.md").read_text()
FOR_USERS = re.search(r"^## Dates\n(.*?)^## For engineers", PAGE, re.DOTALL | re.MULTILINE)
LINES = FOR_USERS[1].splitlines() if FOR_USERS else []
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if line.startswith("|")]
WORDS = [row for row in ROWS if re.fullmatch(r"\d{4}-\d\d-\d\d", row[0])]
REPEATS = [row for row in ROWS if row[0].startswith("every")]
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
CONSOLE = re.findall(r"^\$ daybook (explain --repeat .*?)\n(.*?)(?=^\$|^```)", PAGE, re.DOTALL | re.MULTILINE)
THURSDAY = date(2026, 11, 26)
BERLIN = ZoneInfo("Europe/Berlin")


def test_the_page_has_its_examples() -> None:
    assert (len(WORDS), len(REPEATS), len(PYTHON), len(CONSOLE)) == (6, 14, 1, 2)


@pytest.mark.parametrize(("day", "words"), WORDS)
def test_a_day_is_written_as_shown(day: str, words: str) -> None:
    assert day_words(date.fromisoformat(day), THURSDAY) == words


@pytest.mark.parametrize(("words", "rule", "due", "completed", "then_due"), REPEATS)
def test_a_repeat_goes_on_as_shown(words: str, rule: str, due: str, completed: str, then_due: str) -> None:
    mode: Mode = "completion" if words.startswith("every!") else "schedule"
    task = Repeat(Rule.parse(rule.strip("`")), mode, date.fromisoformat(due), date.fromisoformat(due), BERLIN)
    completed_at = datetime.combine(date.fromisoformat(completed), time(14, 30), BERLIN)

    found = following(task, completed_at, then_due.count(",") + 1)

    assert ", ".join(short(one.due_on) for one in found) == then_due


def short(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == THURSDAY.year else f" {day.year}")


def test_the_program_runs() -> None:
    for program in PYTHON:
        exec(compile(program, "docs/planning.md", "exec"), {})


@pytest.mark.parametrize(("command", "output"), CONSOLE)
def test_the_command_answers_as_shown(command: str, output: str) -> None:
    assert CliRunner().invoke(main, shlex.split(command)).output == output
