"""The preview of quick add: what a line means so far, part by part."""

from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task_drafts import QuickLine
from web.models.user import User
from web.services.quick_preview import Chip, QuickPreview

NOW = datetime(2026, 11, 26, 13, 30, tzinfo=ZoneInfo("UTC"))


@pytest.fixture(autouse=True)
def thursday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


class Names(NamedTuple):
    user: User
    section: int
    label: int


@pytest.fixture
def names(make: Factory) -> Names:
    ada = make.user("Ada")
    garden = make.record("lists", ada, name="Garden", name_key="garden")
    beds = make.record("lists", ada, name="Beds", name_key="beds", parent_id=garden.id, is_section=True)
    make.record("lists", ada, name="Attic", name_key="attic", archived_at=NOW)
    errand = make.record("labels", ada, name="errand")
    return Names(ada, beds.id, errand.id)


@pytest.fixture
def preview(database: Database, names: Names) -> Any:
    def read(line: str, **preset: Any) -> list[Chip]:
        with database.reading() as session:
            service = QuickPreview(session.connection(), Actor(names.user.id))
            return list(service.preview(QuickLine(title=line, **preset)))

    return read


@pytest.mark.parametrize(
    ("line", "meanings"),
    [
        ("Buy bulbs", []),
        ("Buy bulbs sat 10am #garden @errand p1", ["Due Sat, 10:00", "List Garden", "Label errand", "Priority 1"]),
        ("Call Ann tomorrow // about the boat", ["Due Tomorrow", "Note"]),
        ("Rest start 1 dec every! 3 days", ["Start Tue", "Every 3 days after it is done, first Tue"]),
        ("Paint start mon due fri", ["The start (Mon) is after the due date (Tomorrow).", "Due Tomorrow"]),
        ("Yoga every monday until 20 dec", ["Every Mon, first Mon, until Sun 20 Dec"]),
        ("Standup every weekday at 9", ["Every workday, first Tomorrow, 09:00"]),
        ("Buy soil #Balcony", ["New list Balcony"]),
        ("Buy soil #+Balcony", ["List Balcony"]),
        ("Buy soil #+garden", ["List Garden"]),
        ("Buy soil #Balcony #Garden", ["List Garden"]),
        ("Buy soil #Attic", []),
        (f"Buy soil #{'x' * 101}", []),
    ],
)
def test_each_part_says_what_it_means(preview: Any, line: str, meanings: list[str]) -> None:
    assert [chip.meaning for chip in preview(line)] == meanings


def test_only_a_start_after_the_due_date_is_wrong(preview: Any) -> None:
    assert [chip.is_wrong for chip in preview("Paint start mon due fri")] == [True, False]
    assert [chip.is_wrong for chip in preview("Paint start fri due mon")] == [False, False]


@pytest.mark.parametrize(
    ("line", "chips"),
    [
        (" ", []),
        ("Buy bulbs", [("Due Sat", "due_on")]),
        ("Buy bulbs 9am", [("Due Sat, 09:00", "")]),
        ("Buy bulbs tomorrow", [("Due Tomorrow", "")]),
    ],
)
def test_the_day_of_the_page_is_a_chip_unless_the_line_says_the_day(
    preview: Any, line: str, chips: list[tuple[str, str]]
) -> None:
    assert [(chip.meaning, chip.preset) for chip in preview(line, due_on=date(2026, 11, 28))] == chips


@pytest.mark.parametrize(
    ("line", "chips"),
    [
        (" ", []),
        ("Sow beans", [("Section Beds", "list_id"), ("Label errand", "label_id")]),
        ("Sow beans #garden", [("List Garden", ""), ("Label errand", "label_id")]),
        ("Sow beans @Errand", [("Label errand", ""), ("Section Beds", "list_id")]),
    ],
)
def test_list_and_label_of_the_page_are_chips_unless_the_line_says_them(
    preview: Any, names: Names, line: str, chips: list[tuple[str, str]]
) -> None:
    shown = preview(line, list_id=names.section, label_id=names.label)

    assert [(chip.meaning, chip.preset) for chip in shown] == chips


@pytest.mark.databases("sqlite")
def test_a_list_or_label_that_is_gone_or_another_users_is_no_chip(preview: Any, make: Factory) -> None:
    bob = make.user("Bob")
    theirs = {noun: make.record(noun, bob, name="Secret").id for noun in ("lists", "labels")}

    assert preview("Sow beans", list_id=theirs["lists"], label_id=theirs["labels"]) == []
    assert preview("Sow beans", list_id=10**12, label_id=10**12) == []


def test_a_label_that_will_be_made_says_so(preview: Any) -> None:
    assert [(chip.meaning, chip.is_new) for chip in preview("Buy bulbs @errand @shop")] == [
        ("Label errand", False),
        ("Label shop", True),
    ]


def test_an_offered_list_is_chosen_and_given_up_again_in_the_line(preview: Any) -> None:
    line = "Buy soil #Balcony fri"
    offer = preview(line)[-1]

    chosen = line.replace(offer.words, offer.plain)
    chip = next(chip for chip in preview(chosen) if chip.meaning == "List Balcony")

    assert (offer.is_offer, chip.is_offer, chip.is_new) == (True, False, True)
    assert chosen.replace(chip.words, chip.plain) == line


@pytest.mark.parametrize(
    "line",
    ["Plan next friday party", "Buy #Garden gloves", "Read p1", "Write every monday", "Ask @errand", "A // note"],
)
def test_the_plain_words_keep_a_part_as_text(preview: Any, line: str) -> None:
    (chip,) = preview(line)

    assert preview(line.replace(chip.words, chip.plain)) == []


def test_a_chip_says_which_of_equal_words_it_means(preview: Any) -> None:
    def nths(line: str) -> list[tuple[str, int]]:
        return [(chip.words, chip.nth) for chip in preview(line)]

    assert nths("Fix the sat nav sat") == [("sat", 1)]
    assert nths("Read #Cakes2 to Ann #Cakes") == [("#Cakes2", 0)]
    assert nths("p1 plan for p1, p1") == [("p1", 0)]
