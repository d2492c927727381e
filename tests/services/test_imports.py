"""From an upload to its import: the preview, what is chosen there, cancelling, and what is refused or dropped."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from tests.services.importer import Importer, count, receipt
from tests.services.planner import NOW
from web.domain.errors import CannotUndo, NotPossible
from web.models.event import Event
from web.models.import_run import ImportFile
from web.models.list import List
from web.services.closing import disable, enable
from web.services.imports import Imports, operation_of
from web.services.purging import purge


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


def test_the_database_refuses_a_state_that_is_none(importer: Importer) -> None:
    importer.upload("Buy milk\n")

    with pytest.raises(IntegrityError), importer.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE imports SET state = 'odd'")


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
