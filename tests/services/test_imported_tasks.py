"""What an import makes: each task once, in lists and with labels of the user, and one Undo takes all of it back."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from tests.formats.files import CASES
from tests.services.importer import NAMES, Importer, receipt
from web.domain.errors import NotFound
from web.models.import_run import ImportedRow
from web.models.label import Label
from web.models.list import List
from web.models.reminder import Reminder
from web.services.imports import operation_of
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.tasks import Tasks


@pytest.mark.parametrize("name", NAMES)
def test_every_case_is_imported_and_makes_nothing_twice(importer: Importer, name: str) -> None:
    first = importer.take(CASES / name)
    tasks = [task.model_dump() for task in importer.all()]
    again = importer.take(CASES / name)

    assert (first.state, again.state) == ("done", "done")
    assert len(tasks) == first.total
    assert [task.model_dump() for task in importer.all()] == tasks
    assert receipt(again).count("left alone") == receipt(again).count("known") == first.total


@pytest.mark.parametrize("name", NAMES)
def test_undo_takes_everything_into_the_trash_and_the_file_may_come_again(importer: Importer, name: str) -> None:
    first = importer.take(CASES / name)

    undone = importer.take_back(first)

    assert (undone.state, importer.live()) == ("undone", [])
    with importer.database.reading() as session:
        assert [
            one for model in (List, Label) for one in session.scalars(select(model)) if one.deleted_at is None
        ] == []  # type: ignore[var-annotated]
    assert importer.take(CASES / name).state == "done"
    assert len(importer.live()) == first.total


def test_what_a_file_says_becomes_tasks(importer: Importer) -> None:
    importer.take(CASES / "todoist.json")
    found = {task.title: task for task in importer.all()}

    report, fly = found["Write report"], found["Fly"]
    assert (report.description, report.priority, report.due_on) == ("Two pages", 1, date(2026, 12, 1))
    assert (report.repeat_rule, report.repeat_mode, report.repeat_anchor) == (
        "FREQ=WEEKLY;BYDAY=MO",
        "schedule",
        date(2026, 12, 1),
    )
    assert report.created_at == datetime(2026, 11, 1, 9, 0, 0, 123456, UTC)
    assert (found["Chart"].parent_id, found["Chart"].list_id) == (report.id, report.list_id)
    # In the user's own zone a time follows the user.
    assert (fly.due_time, fly.due_zone, fly.list_id) == ("09:00", None, None)
    assert found["Old"].completed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    lists = {one.id: one for one in importer.lists(lambda lists: lists.all())}
    assert [
        (one.name, one.is_section, lists[one.parent_id].name if one.parent_id else "") for one in lists.values()
    ] == [
        ("Work", False, ""),
        ("Clients", False, "Work"),
        ("Later", True, "Work"),
    ]
    assert importer.tasks(lambda tasks: len(tasks.labels_of(report))) == 1
    with importer.database.reading() as session:
        (reminder,) = session.scalars(select(Reminder)).all()
        kept = {row.task_id: row.kept for row in session.scalars(select(ImportedRow))}
    assert (reminder.minutes_before, reminder.at) == (30, datetime(2026, 12, 1, 7, 30, tzinfo=UTC))
    assert kept[found["Bericht"].id or 0] == {"due string": "jährlich", "deadline": "2027-01-01"}
    assert kept[report.id or 0] is None


def test_a_fixed_time_is_shown_on_the_users_clock(importer: Importer) -> None:
    importer.take(
        "Title,Due,Zone\nCall,2026-12-01 09:00,America/New_York\nGap,2027-03-28 02:30,Europe/Berlin\n", "x.csv"
    )
    call, gap = importer.all()

    assert (call.due_on, call.due_time, call.due_zone) == (date(2026, 12, 1), "15:00", "America/New_York")
    assert call.due_at == datetime(2026, 12, 1, 14, tzinfo=UTC)
    assert (gap.due_time, gap.due_zone) == ("02:30", None)


def test_lists_and_labels_of_the_user_are_used_again(importer: Importer) -> None:
    home = importer.add_list("home")

    importer.take("Title,List,Labels\nPaint,HOME,errand\nSweep,Home,Errand\n", "x.csv")

    assert {task.list_id for task in importer.all()} == {home.id}
    assert len(importer.run(Labels, lambda labels: labels.all())) == 1


def test_what_the_user_added_since_stays(importer: Importer) -> None:
    run = importer.take("Title,List,Labels\nPaint,Home,errand\n", "x.csv")
    (home,) = importer.lists(lambda lists: lists.all())
    importer.add("Mine", list_id=home.id)
    step = importer.add("Step of mine", parent_id=importer.all()[0].id)

    importer.take_back(run)

    assert importer.live() == ["Mine"]
    assert [one.id for one in importer.lists(lambda lists: lists.all())] == [home.id]
    assert importer.stored(step).deleted_at is not None


def test_what_was_taken_back_can_be_restored_from_the_trash(importer: Importer) -> None:
    run = importer.take("Title,List,Id,Parent\nPaint,Home,1,\nBrush,Home,2,1\n", "x.csv")
    importer.take_back(run)
    list_id = importer.all()[0].list_id

    importer.run(Lists, lambda lists: lists.restore(list_id or 0))

    assert importer.live() == ["Paint", "Brush"]


def test_an_import_is_one_step_of_undo(importer: Importer) -> None:
    importer.add("Before")
    run = importer.take("Buy milk\nBuy tea\n")
    (event,) = [event for event in importer.events() if event.subject == "imports"]

    assert (event.operation, event.action) == (operation_of(run), "import")
    importer.take_back(run)
    with pytest.raises(NotFound):
        importer.undo(operation_of(run))
    assert importer.live() == ["Before"]


def test_a_task_that_was_deleted_does_not_come_again(importer: Importer) -> None:
    importer.take("Buy milk\nBuy tea\n")
    importer.tasks(lambda tasks: tasks.delete(importer.all()[0].id or 0))

    importer.take("Buy milk\nBuy tea\nBuy bread\n")

    assert importer.live() == ["Buy tea", "Buy bread"]


def test_the_page_of_a_task_works_without_events(importer: Importer) -> None:
    """Imported tasks have none of their own."""
    importer.take("Buy milk\n")
    task = importer.all()[0]

    importer.tasks(lambda tasks: tasks.complete(task.id or 0))
    importer.undo()

    assert importer.run(Tasks, lambda tasks: tasks.get(task.id or 0)).completed is False
