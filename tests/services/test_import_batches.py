"""Long imports, a batch at a time: all or nothing, whatever crashes, is refused or cancelled meanwhile."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.formats.files import CASES
from tests.services.importer import NAMES, Importer, count, expire
from web.models.event import Event
from web.models.import_run import ImportedRow, ImportFile
from web.models.label import Label
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task_label import TaskLabel
from web.server.imports import ImportLoop
from web.services import import_batches, import_work


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows a transaction."""
    monkeypatch.setattr(import_work, "BATCH", 2)
    monkeypatch.setattr("web.services.imports.BATCH", 2)
    monkeypatch.setattr(import_batches, "_OF_IMPORT", import_batches._OF_IMPORT.limit(2))


def everything(importer: Importer) -> list[Any]:
    """All rows that an import may write."""
    with importer.database.reading() as session:
        tables = [model.__table__ for model in (List, Label, TaskLabel, Reminder, ImportedRow, ImportFile, Event)]
        stored = [tuple(row) for table in tables for row in session.connection().execute(table.select())]
    return [*stored, *(task.model_dump() for task in importer.all())]


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
