"""docs/asvs.md answers every requirement, and every test that it or docs/security.md names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from web.settings import ROOT

SECURITY, ASVS = ROOT / "docs" / "security.md", ROOT / "docs" / "asvs.md"
# Levels 1 and 2 of ASVS 5.0.0, with the level of each.
IDS = dict(line.split() for line in Path(__file__).with_name("asvs_ids.txt").read_text().splitlines())
ROW = re.compile(r"^\| (V[\dV. ]+) \| (\S+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
STATES = ("holds", "n/a", "deployment", "open")


def rows() -> list[tuple[str, str, str]]:
    """The id, the state and the text of each requirement."""
    found = ROW.findall(ASVS.read_text())
    return [(one, state, text) for ids, state, text in found for one in ids.split()]


@cache
def defined_in(file: str) -> set[str]:
    """The tests that a file defines."""
    tree = ast.parse((ROOT / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def missing_tests(text: str) -> set[str]:
    return {f"{file}::{name}" for file, name in TEST.findall(text) if not is_test(file, name)}


def is_test(file: str, name: str) -> bool:
    return (ROOT / file).is_file() and name in defined_in(file)


def test_every_requirement_of_both_levels_is_answered_once() -> None:
    answered = [one for one, _, _ in rows()]

    assert sorted(answered) == sorted(IDS)
    assert len([level for level in IDS.values() if level == "1"]) == 70


def test_every_answer_has_a_state_and_says_how() -> None:
    for one, state, text in rows():
        assert state in STATES, one
        assert len(text) >= 8, one


@pytest.mark.parametrize("page", [SECURITY, ASVS], ids=lambda page: page.name)
def test_every_test_that_is_named_exists(page: Path) -> None:
    assert TEST.findall(page.read_text())
    assert missing_tests(page.read_text()) == set()


def test_a_test_that_does_not_exist_is_found() -> None:
    text = "`tests/docs/test_security.py::test_nothing` and `tests/nowhere.py::test_x`"

    assert len(missing_tests(text)) == 2


def test_every_attack_is_a_promise() -> None:
    """Each test that can add a row to the table of `make hostile` is named on the page that quotes it."""
    files = [*ROOT.glob("tests/hostile/test_*.py"), ROOT / "tests/system/test_stored_payloads.py"]
    claiming = {
        f"{file.relative_to(ROOT)}::{name}"
        for file in files
        for name in re.findall(r"def (test_\w+)\([^)]*claim: Claim", file.read_text())
    }

    named = {f"{file}::{name}" for file, name in TEST.findall(SECURITY.read_text())}

    assert claiming - named == set()
