"""The preview of several lines: a task each, with its steps, and where they go."""

from uuid import uuid4

import pytest

from tests.factories import Factory
from tests.services.planner import Planner
from web.db.database import Database
from web.models.task_drafts import SeveralLines
from web.services.quick_add import QuickAdd
from web.services.several_preview import LinesPreview, SeveralPreview


@pytest.fixture
def planner(database: Database, make: Factory) -> Planner:
    return Planner(database, make)


def previewed(planner: Planner, lines: str, **presets: object) -> LinesPreview:
    several = SeveralLines.model_validate({"lines": lines, **presets})
    return planner.run(SeveralPreview, lambda preview: preview.preview(several))


def said(found: LinesPreview) -> list[tuple[str, int, list[str]]]:
    return [(line.title, line.level, [chip.meaning for chip in line.chips]) for line in found.lines]


def test_each_line_says_what_it_means_and_the_list_that_it_goes_to(planner: Planner) -> None:
    planner.add_list("Garden")

    found = previewed(planner, "Dig sat #garden @errand\nSow p1\nWater #+Balcony")

    assert said(found) == [
        ("Dig", 0, ["Due Sat", "List Garden", "Label errand"]),
        ("Sow", 0, ["Priority 1"]),
        ("Water", 0, ["List Balcony"]),
    ]
    assert dict(found.places) == {"Garden": 1, "Inbox": 1, "Balcony": 1}
    assert not any(line.problem for line in found.lines)


def test_each_part_says_how_its_words_are_kept_as_text(planner: Planner) -> None:
    planner.add_list("Garden")
    lines = "- Dig fri #Garden p1\n  - [ ] Sow in 3 days"

    first, second = previewed(planner, lines).lines

    plain = {chip.words: chip.plain for line in (first, second) for chip in line.chips}
    kept = lines
    for words, text in plain.items():
        kept = kept.replace(words, text)
    assert set(plain) == {"fri", "#Garden", "p1", "in 3 days"}
    assert [(title.replace('"', ""), *others) for title, *others in said(previewed(planner, kept))] == [
        ("Dig fri #Garden p1", 0, []),
        ("Sow in 3 days", 1, []),
    ]


def test_what_the_page_presets_is_for_tasks_and_not_for_their_steps(planner: Planner) -> None:
    garden = planner.add_list("Garden")
    planner.add_list("Home")

    found = previewed(planner, "Dig\n  Deep #Home sun\n  [x] Wide\nSow", list_id=garden.id, due_on="2026-11-28")

    assert said(found) == [
        ("Dig", 0, ["Due Sat", "List Garden"]),
        ("Deep", 1, ["Due Sun"]),
        ("Wide", 2, []),
        ("Sow", 0, ["Due Sat", "List Garden"]),
    ]
    assert [line.is_done for line in found.lines] == [False, False, True, False]
    assert (dict(found.places), found.steps) == ({"Garden": 2}, 2)


def test_a_line_that_is_no_task_says_why_as_adding_does(planner: Planner) -> None:
    found = previewed(planner, f"Buy milk\n{'x' * 201}\nPaint start 4 feb 2027 due 3 feb 2027")

    first, second, third = (line.problem for line in found.lines)
    assert first == ""
    assert second.startswith("Line 2: Titles can be up to 200 characters")
    assert third == "Line 3: The start (4 Feb 2027) is after the due date (3 Feb 2027)."


@pytest.mark.databases("sqlite")
def test_what_is_more_than_two_hundred_lines_is_counted(planner: Planner) -> None:
    found = previewed(planner, "\n".join(f"Task {number}" for number in range(203)))

    assert (len(found.lines), found.left_out) == (200, 3)


def test_it_says_what_adding_does(planner: Planner) -> None:
    planner.add_list("Garden")
    lines = "Dig #garden\n- Deep #Garden\nSow #+Balcony tomorrow\nWater"

    found = previewed(planner, lines)
    key = str(uuid4())
    added = planner.run(QuickAdd, lambda adding: adding.add_several(SeveralLines(lines=lines), key))

    assert [task.title for task in added] == [line.title for line in found.lines]
    assert [bool(task.parent_id) for task in added] == [bool(line.level) for line in found.lines]
