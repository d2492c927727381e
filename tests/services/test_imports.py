"""Imports: a preview, all or nothing, one Undo, and the same file twice makes nothing twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError
from sqlmodel import func, select

from tests.factories import Factory
from tests.formats.files import CASES
from tests.services.importer import Importer, receipt
from tests.services.planner import NOW
from web.db.database import Database
from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.models.event import Event
from web.models.import_run import ImportedRow, ImportFile
from web.models.label import Label
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task_label import TaskLabel
from web.server.imports import ImportLoop
from web.services import import_batches, import_work
from web.services.closing import disable, enable
from web.services.imports import Imports, operation_of
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.purging import purge
from web.services.tasks import Tasks

NAMES = sorted(path.name for path in CASES.iterdir())


@pytest.fixture
def importer(database: Database, make: Factory) -> Importer:
    return Importer(database, make)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a transaction."""
    monkeypatch.setattr(import_work, "BATCH", 2)
    monkeypatch.setattr("web.services.imports.BATCH", 2)
    monkeypatch.setattr(import_batches, "_OF_IMPORT", import_batches._OF_IMPORT.limit(2))


def count(importer: Importer, model: Any) -> int:
    with importer.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def everything(importer: Importer) -> list[Any]:
    """All rows that an import may write."""
    with importer.database.reading() as session:
        tables = [model.__table__ for model in (List, Label, TaskLabel, Reminder, ImportedRow, ImportFile, Event)]
        stored = [tuple(row) for table in tables for row in session.connection().execute(table.select())]
    return [*stored, *(task.model_dump() for task in importer.all())]


def test_that_of_a_closed_account_rests(importer: Importer) -> None:
    run = importer.upload("Buy milk\n")
    importer.begin(run)
    with importer.database.transaction() as session:
        disable(session.connection(), importer.user.id)

    importer.loop.look()
    while_closed = importer.state_of(run).state
    with importer.database.transaction() as session:
        enable(session.connection(), importer.user.id)
    importer.loop.look()

    assert (while_closed, importer.state_of(run).state) == ("importing", "done")


def test_a_preview_changes_nothing(importer: Importer) -> None:
    run = importer.upload_case("Work [2204].csv")

    assert (run.state, run.format, run.total, importer.all()) == ("ready", "todoist", 5, [])
    assert receipt(run).counts == {"lists": 2, "labels": 2, "tasks": 3, "steps": 2, "done": 0, "known": 0}
    assert count(importer, List) == count(importer, Event) == 0


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


@pytest.mark.usefixtures("small_batches")
def test_a_long_import_goes_on_after_a_crash(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    run = importer.upload("".join(f"Task {number}\n" for number in range(7)))
    importer.begin(run)
    write = import_work.ImportBatches.write
    calls: list[int] = []

    def crashes_once(*arguments: Any) -> int:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return write(*arguments)

    monkeypatch.setattr(import_work.ImportBatches, "write", crashes_once)
    with pytest.raises(KeyboardInterrupt):
        importer.loop.look()
    half = importer.state_of(run)
    expire(importer)
    importer.loop.look()

    assert (half.state, half.done) == ("importing", 4)
    assert importer.state_of(run).state == "done"
    assert importer.live() == [f"Task {number}" for number in range(7)]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("name", NAMES)
def test_an_import_in_batches_is_the_same(importer: Importer, name: str) -> None:
    run = importer.take(CASES / name)

    assert (run.state, len(importer.live())) == ("done", run.total)
    by_id = {task.id: task for task in importer.all()}
    assert all(
        task.parent_id in by_id and by_id[task.parent_id].list_id == task.list_id
        for task in importer.all()
        if task.parent_id
    )
    assert importer.take_back(run).state == "undone"
    assert importer.live() == []


@pytest.mark.usefixtures("small_batches")
def test_where_the_database_refuses_a_task_none_is_imported(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer.add("Mine")
    run = importer.upload("Title,List,Labels\nA,Home,x\nB,Home,\nC,Home,\nD,Home,\nE,Home,\n", "x.csv")
    before = everything(importer)
    importer.begin(run)
    row = import_batches.task_row
    monkeypatch.setattr(
        import_batches,
        "task_row",
        lambda task, *more: {**row(task, *more), **({"priority": 9} if task.title == "E" else {})},
    )

    importer.loop.look()

    failed = importer.state_of(run)
    assert (failed.state, failed.problem, importer.live()) == ("failed", import_work.OUR_FAULT, ["Mine"])
    assert [row for row in everything(importer) if row not in before] == []


@pytest.mark.usefixtures("small_batches")
def test_an_import_can_be_cancelled_while_it_runs(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    run = importer.upload("Title,List\n" + "".join(f"Task {number},Home\n" for number in range(9)), "x.csv")
    importer.begin(run)
    done: list[int] = []

    def pause(_: float) -> None:
        done.append(importer.state_of(run).done)
        if done[-1] == 4:
            importer.cancel(run)

    monkeypatch.setattr(importer.loop._stop, "wait", pause)
    importer.loop.look()

    assert done[:2] == [2, 4]
    assert (importer.state_of(run).state, importer.all()) == ("cancelled", [])
    assert count(importer, List) == count(importer, ImportFile) == count(importer, ImportedRow) == 0


def test_a_preview_can_be_cancelled(importer: Importer) -> None:
    run = importer.upload("Buy milk\n")

    importer.cancel(run)
    importer.cancel(run)

    assert (importer.state_of(run).state, count(importer, ImportFile)) == ("cancelled", 0)
    with pytest.raises(NotPossible):
        importer.begin(run)


def test_an_import_that_is_done_is_not_cancelled_but_taken_back(importer: Importer) -> None:
    run = importer.take("Buy milk\n")

    with pytest.raises(NotPossible):
        importer.cancel(run)
    importer.take_back(run)
    with pytest.raises(CannotUndo):
        importer.run(Imports, lambda imports: imports.undo(run.id or 0, "import", {}, operation_of(run)))


def test_another_encoding_can_be_chosen(importer: Importer) -> None:
    run = importer.upload("Title\nGrün\n".encode("windows-1252"), "x.csv")

    importer.run(Imports, lambda imports: imports.read_again(run.id or 0, encoding="windows-1252"))
    importer.loop.look()

    assert (run.state, "Windows-1252" in (run.problem or "")) == ("unreadable", True)
    assert (importer.state_of(run).state, receipt(importer.state_of(run)).samples[0].title) == ("ready", "Grün")


def test_the_columns_of_a_table_can_be_chosen(importer: Importer) -> None:
    run = importer.upload("A,B\nx,Buy milk\n", "x.csv")

    importer.run(Imports, lambda imports: imports.read_again(run.id or 0, columns={0: "labels", 1: "title"}))
    importer.loop.look()
    importer.begin(run)
    importer.loop.look()

    assert (run.state, run.problem) == ("unreadable", "Say which column has the titles.")
    assert importer.live() == ["Buy milk"]


def test_the_same_upload_is_one_import(importer: Importer) -> None:
    key = "7b0d2c5e-6f5a-4a39-8d8a-0f5a6a3f7c11"

    assert importer.upload("Buy milk\n", key=key).id == importer.upload("Buy milk\n", key=key).id


@pytest.mark.parametrize(("content", "sentence"), [(b"", "empty"), (b"x" * (3 * 1024 * 1024), "up to 2 MB")])
@pytest.mark.databases("sqlite")
def test_an_empty_and_a_huge_file_are_refused(
    importer: Importer, content: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.services.imports.LARGEST_UNPACKED", 2 * 1024 * 1024)

    with pytest.raises(NotPossible, match=sentence):
        importer.upload(content)
    assert count(importer, ImportFile) == 0


@pytest.mark.databases("sqlite")
def test_only_a_few_imports_wait_at_once(importer: Importer) -> None:
    for _ in range(3):
        importer.upload("Buy milk\n")

    with pytest.raises(NotPossible, match="begun first"):
        importer.upload("Buy milk\n")


def test_a_file_that_ends_a_process_is_given_up(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    run = importer.upload("Buy milk\n")
    importer.begin(run)

    def ends(*_: object) -> Iterator[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_work, "Reading", ends)
    for _ in range(import_work.MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            importer.loop.look()
        expire(importer)
    importer.loop.look()

    assert (importer.state_of(run).state, importer.state_of(run).problem) == ("failed", import_work.GIVEN_UP)


def test_the_database_refuses_a_state_that_is_none(importer: Importer) -> None:
    importer.upload("Buy milk\n")

    with pytest.raises(IntegrityError), importer.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE imports SET state = 'odd'")


def expire(importer: Importer) -> None:
    """As after the lease of a process that died."""
    with importer.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE imports SET claimed_until = NULL")


def test_the_page_of_a_task_works_without_events(importer: Importer) -> None:
    """Imported tasks have none of their own."""
    importer.take("Buy milk\n")
    task = importer.all()[0]

    importer.tasks(lambda tasks: tasks.complete(task.id or 0))
    importer.undo()

    assert importer.run(Tasks, lambda tasks: tasks.get(task.id or 0)).completed is False


def test_a_file_that_waits_for_30_days_is_dropped(importer: Importer) -> None:
    new = importer.upload("Buy tea\n")
    made = {"file_name": "tasks.txt", "state": "ready", "created_at": NOW - timedelta(days=31)}
    old: Any = importer.make.record("imports", importer.user, **made)
    with importer.database.transaction() as session:
        session.add(ImportFile(user_id=importer.user.id, import_id=old.id, number=0, content=b"x"))

    with time_machine.travel(NOW, tick=False), importer.database.transaction() as session:
        purge(session)

    assert (importer.state_of(new).state, importer.state_of(old).state) == ("ready", "cancelled")
    assert count(importer, ImportFile) == 1


def test_two_loops_at_once_import_each_task_once(importer: Importer) -> None:
    run = importer.upload("Buy milk\nBuy tea\n")
    importer.begin(run)
    other = ImportLoop(importer.database)
    taken = [loop._claim() for loop in (importer.loop, other)]

    importer.loop.look()
    other.look()
    before = importer.live()
    expire(importer)
    other.look()

    assert [one is not None for one in taken] == [True, False]
    assert (before, importer.live()) == ([], ["Buy milk", "Buy tea"])
