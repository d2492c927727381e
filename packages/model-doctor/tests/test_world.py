"""The world of the log: User, Client, Task, Invoice and Opportunity, each made by one person and given to one."""

from pathlib import Path

import pytest
from examinations import HERE, examined, in_a_process
from sqlalchemy.exc import ArgumentError
from test_faults import marked

WORLD = HERE / "world"


def test_the_broken_world_is_told_in_full_at_once() -> None:
    expected = {(file.name, *key) for file in (WORLD / "crm_broken").glob("*.py") for key in marked(file)}

    report = examined(WORLD, "crm_broken")

    found = {(Path(f.place.file).name, f.place.line, f.code, f.place.model, f.place.attribute) for f in report.findings}
    assert found == expected
    assert len(expected) == 16


def test_its_cryptic_error_is_told_in_plain_words() -> None:
    report = examined(WORLD, "crm_broken")

    creator = next(finding for finding in report.findings if finding.place.name == "Task.creator")
    assert "foreign_keys=[created_by] hands over a field of the class body" in creator.wrong
    assert "Column expression expected for argument 'foreign_keys'; got FieldInfo(…)" in creator.wrong
    assert creator.cure == 'write sa_relationship_kwargs={"foreign_keys": "Task.created_by"}.'


def test_the_broken_world_really_does_not_start() -> None:
    with pytest.raises(ArgumentError, match="Column expression expected"):
        in_a_process(_starting, "crm_broken")


def test_the_right_world_is_clean() -> None:
    report = examined(WORLD, "crm_right")

    assert (report.findings, report.unreadable, report.tables) == ([], [], 5)


def test_the_right_world_works() -> None:
    assert in_a_process(_starting, "crm_right") == ["Ada made it, Bob does it", "1 task, then 0"]


def _starting(package: str) -> list[str]:
    """What a program does first: rows, both sides of each pair, and a delete that takes its children along."""
    import importlib
    import sys

    from sqlalchemy import event
    from sqlmodel import Session, SQLModel, create_engine, select

    sys.path.insert(0, str(WORLD))
    crm = importlib.import_module(package)
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session:
        ada, bob = crm.user.User(name="Ada"), crm.user.User(name="Bob")
        client = crm.client.Client(name="Acme")
        session.add(crm.task.Task(title="Call", client=client, creator=ada, assignee=bob))
        session.commit()
        said = f"{ada.created_tasks[0].creator.name} made it, {bob.assigned_tasks[0].assignee.name} does it"
        before = len(session.exec(select(crm.task.Task)).all())
        session.delete(client)
        session.commit()
        return [said, f"{before} task, then {len(session.exec(select(crm.task.Task)).all())}"]
