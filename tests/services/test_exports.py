"""Exports: everything, and the same bytes again after an import into an empty account."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlmodel import delete

from tests.factories import Factory
from tests.formats.files import CASES, by_title, reading_of
from tests.services.importer import Importer
from tests.services.planner import Planner
from web.db.database import Database
from web.models.label import Label, LabelDraft
from web.models.list import List
from web.models.preferences import UserPreferences
from web.models.reminder import ReminderDraft
from web.models.task import Task
from web.services import exports
from web.services.exports import FORMATS, exported
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.ordering import Ordering
from web.services.reminders import Reminders

DAY = date(2026, 12, 1)


def text_of(planner: Planner, name: str) -> str:
    return "".join(exported(planner.database, planner.actor, name))


def later_on(planner: Planner) -> Planner:
    """A minute later."""
    planner.now += timedelta(minutes=1)
    return planner


def live(planner: Planner) -> None:
    """A life with one of everything."""
    work = later_on(planner).add_list("Work", colour="teal")
    gone = later_on(planner).add_list("Gone")
    later = later_on(planner).add_list("Later", parent_id=work.id, is_section=True)
    label = planner.run(Labels, lambda labels: labels.add(LabelDraft(name="two words"), str(uuid4())))
    report = later_on(planner).add(
        *("Write report",),
        description="Two pages",
        list_id=work.id,
        priority=1,
        due_on=date(2026, 12, 1),
        due_time="09:00",
        labels=(label.id,),
        repeat_rule="FREQ=WEEKLY;BYDAY=TU",
        repeat_mode="schedule",
        repeat_until=date(2027, 1, 31),
    )
    chart = later_on(planner).add("Draw chart", parent_id=report.id)
    planner.run(Reminders, lambda reminders: reminders.add_to(report, ReminderDraft(minutes_before=30), str(uuid4())))
    planner.add(
        "Call New York", list_id=later.id, due_on=date(2026, 12, 1), due_time="15:00", due_zone="America/New_York"
    )
    later_on(planner).add("In the trash", list_id=gone.id)
    planner.complete(report)
    planner.complete(chart)
    planner.lists(lambda lists: lists.delete(gone.id or 0))
    planner.run(Lists, lambda lists: lists.archive(later.id or 0))
    first, second = (later_on(planner).add(title) for title in ("Milk", "Tea"))
    planner.run(Ordering, lambda ordering: ordering.move(second.id or 0, before=first.id))


def wiped(importer: Importer) -> None:
    with importer.database.transaction() as session:
        for model in (Task, Label, List, UserPreferences):
            session.connection().execute(delete(model))


@pytest.mark.parametrize("size", [500, 2])
def test_after_a_wipe_an_import_exports_the_same_bytes(
    importer: Importer, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_BY_KEY", exports._BY_KEY.limit(size))
    monkeypatch.setattr(exports, "_BEHIND_KEY", exports._BEHIND_KEY.limit(size))
    live(importer)
    importer.take(CASES / "todoist.json")
    before = text_of(importer, "daybook.json")

    wiped(importer)
    run = importer.take(before, "daybook.json")

    assert (run.state, run.report and run.report["refused"], run.report and run.report["remarks"]) == ("done", [], [])
    assert text_of(importer, "daybook.json") == before
    assert json.loads(before)["settings"]["time_zone"] == "Europe/Berlin"


def test_into_the_same_account_nothing_comes_twice(importer: Importer) -> None:
    live(importer)
    before = text_of(importer, "daybook.json")

    importer.take(before, "daybook.json")

    assert text_of(importer, "daybook.json") == before


def test_into_another_account_it_is_the_same_too(importer: Importer, database: Database, make: Factory) -> None:
    live(importer)
    text, bob = text_of(importer, "daybook.json"), Importer(database, make)
    wiped_settings = text.replace('"settings":', '"settings":null,"others":', 1)

    bob.take(wiped_settings, "daybook.json")

    assert json.loads(text_of(bob, "daybook.json"))["tasks"] == json.loads(text)["tasks"]
    assert text_of(importer, "daybook.json") == text


def test_what_an_import_kept_is_exported_again(importer: Importer) -> None:
    importer.take(CASES / "tasks.ics")

    assert "RRULE:FREQ=HOURLY;INTERVAL=4\r\n" in text_of(importer, "daybook.ics")
    assert "X-COLOUR:blue\r\n" in text_of(importer, "daybook.ics")
    assert "RRULE: FREQ=HOURLY;INTERVAL=4" in text_of(importer, "daybook.csv")
    assert '"kept":{"RRULE":"FREQ=HOURLY;INTERVAL=4"}' in text_of(importer, "daybook.json")


@pytest.mark.parametrize("size", [500, 1])
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "daybook.json"])
def test_every_format_has_every_task_in_the_order_of_lists(
    importer: Importer, name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "_IN_LIST", exports._IN_LIST.limit(size))
    live(importer)

    text = text_of(importer, name)

    places = [text.index(title) for title in ("Tea", "Milk", "Write report", "Draw chart", "Call New York")]
    assert places == sorted(places)
    assert "In the trash" not in text


@pytest.mark.parametrize("name", ["daybook.csv", "daybook.txt", "daybook.ics"])
def test_other_formats_can_be_read_again(importer: Importer, name: str) -> None:
    live(importer)

    found = by_title(reading_of(text_of(importer, name), name))

    assert found["Draw chart"].completed
    assert found["Write report"].due_on == date(2026, 12, 1)


def test_a_user_without_anything_has_an_export(importer: Importer) -> None:
    assert all(text_of(importer, name) for name in FORMATS if name not in ("daybook.txt", "daybook.md"))
