"""Several lines: one task each, steps by indentation, bullets and checkboxes."""

import random
from dataclasses import replace
from datetime import date

import pytest

from tests.domain.quick_add.lines import CONTEXT
from tests.domain.quick_add.test_properties import lines_of_characters, lines_of_words
from web.domain.quick_add import Presets, read, read_lines


def outline(text: str) -> list[str]:
    """Each title behind a dot for each level, done ones with a tick."""
    found = read_lines(text, CONTEXT)
    return ["." * line.level + ("✓ " if line.is_done else "") + line.reading.title for line in found.lines]


def test_each_line_is_read_by_itself() -> None:
    found = read_lines("Milk tomorrow\n\n  \nCall Bob fri 5pm p1", CONTEXT)

    assert [line.reading for line in found.lines] == [
        read("Milk tomorrow", CONTEXT),
        read("Call Bob fri 5pm p1", CONTEXT),
    ]
    assert found.left_out == 0


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r", "\u2028", "\u2029"])
def test_lines_end_as_each_system_ends_them(line_break: str) -> None:
    assert outline(f"a{line_break}b{line_break}{line_break}c{line_break}") == ["a", "b", "c"]


@pytest.mark.parametrize("bullet", ["- ", "* ", "+ ", "• ", "– ", "1. ", "12) ", "-\t"])
def test_bullets_are_taken_off(bullet: str) -> None:
    assert outline(f"{bullet}Milk\n{bullet}Bread") == ["Milk", "Bread"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("- [ ] Milk", "Milk"),
        ("- [x] Milk", "✓ Milk"),
        ("* [X] Milk", "✓ Milk"),
        ("1. [x] Milk", "✓ Milk"),
        ("[ ] Milk", "Milk"),
        ("[] Milk", "Milk"),
        ("[x] Milk", "✓ Milk"),
        ("☐ Milk", "Milk"),
        ("☑ Milk", "✓ Milk"),
        ("✔️ Milk", "✓ Milk"),
        ("✅ Milk", "✓ Milk"),
        ("[x](https://example.com)", "[x](https://example.com)"),
        ("[y] Milk", "[y] Milk"),
        ("-5 degrees", "-5 degrees"),
        ("+49 30 1234", "+49 30 1234"),
        ("2.5 litres", "2.5 litres"),
        ("2026 plan", "2026 plan"),
    ],
)
def test_checkboxes_say_what_is_done(typed: str, expected: str) -> None:
    assert outline(typed) == [expected]


def test_bullets_without_words_and_rules_between_parts_are_no_tasks() -> None:
    assert outline("Milk\n-\n- [ ]\n---\n* * *\n=====\n[x]\nBread") == ["Milk", "Bread"]


@pytest.mark.parametrize("indent", ["  ", "   ", "    ", "\t", "\u00a0\u00a0"])
def test_indentation_makes_steps_however_wide_it_is(indent: str) -> None:
    text = f"Trip\n{indent}Tickets\n{indent}{indent}Seats\n{indent}Hotel\nParty"

    assert outline(text) == ["Trip", ".Tickets", "..Seats", ".Hotel", "Party"]


def test_a_list_below_a_plain_line_is_its_steps() -> None:
    assert outline("Trip\n- Tickets\n- [x] Hotel\nParty\n1. Cake") == ["Trip", ".Tickets", ".✓ Hotel", "Party", ".Cake"]


def test_lines_that_all_have_bullets_are_tasks() -> None:
    assert outline("- Trip\n- Party\n  - Cake\n- Rest") == ["Trip", "Party", ".Cake", "Rest"]


def test_a_block_that_is_indented_as_a_whole_has_no_steps() -> None:
    assert outline("    Trip\n    Party\n      Cake\n  Rest") == ["Trip", "Party", ".Cake", "Rest"]


def test_one_space_more_makes_no_step() -> None:
    assert outline("Trip\n Party\n   Cake") == ["Trip", "Party", ".Cake"]


def test_steps_are_three_levels_deep_at_most() -> None:
    text = "\n".join("  " * depth + str(depth) for depth in range(7))

    assert outline(text) == ["0", ".1", "..2", "...3", "...4", "...5", "...6"]


def test_more_than_two_hundred_lines_are_left_out_and_counted() -> None:
    found = read_lines("\n".join(f"Task {number}\n" for number in range(205)), CONTEXT)

    assert (len(found.lines), found.left_out) == (200, 5)
    assert found.lines[-1].reading.title == "Task 199"


def test_a_preset_date_is_for_tasks_and_a_preset_list_for_their_steps_too() -> None:
    context = replace(CONTEXT, presets=Presets(due_on=date(2026, 12, 1), list="Work"))

    task, step = read_lines("Trip\n  Tickets", context).lines

    assert (task.reading.due_on, task.reading.list) == (date(2026, 12, 1), "Work")
    assert (step.reading.due_on, step.reading.list) == (None, "Work")


def test_no_text_raises_and_levels_never_skip_one() -> None:
    choose = random.Random(3)
    lines = lines_of_words(500, 4) + lines_of_characters(500, 5)
    for _ in range(100):
        text = "\n".join(" " * choose.randint(0, 9) + line for line in choose.sample(lines, 10))

        levels = [line.level for line in read_lines(text, CONTEXT).lines]

        assert all(level <= before + 1 for before, level in zip([-1, *levels], levels, strict=False)), text
