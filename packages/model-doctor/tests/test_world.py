"""A CRM of User, Client, Task, Invoice and Opportunity: as it failed to start, broken in other ways, and right."""

import subprocess
import sys
from pathlib import Path

import pytest

from environments import ENVIRONMENTS, HERE, STORY, THIS
from examinations import examined, reports_in, short
from marks import marked
from test_cli import doctor

WORLD = HERE / "world"
WITH_SQLMODEL = [environment.name for environment in ENVIRONMENTS if environment.sqlmodel]
START = """
from sqlmodel import Session, SQLModel, create_engine, select
import crm_right as crm
from sqlalchemy import event

engine = create_engine("sqlite://")
event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
SQLModel.metadata.create_all(engine)
with Session(engine) as session:
    ada, bob = crm.user.User(name="Ada"), crm.user.User(name="Bob")
    client = crm.client.Client(name="Acme")
    session.add(crm.task.Task(title="Call", client=client, creator=ada, assignee=bob))
    session.commit()
    print(f"{ada.created_tasks[0].creator.name} made it, {bob.assigned_tasks[0].assignee.name} does it")
    before = len(session.exec(select(crm.task.Task)).all())
    session.delete(client)
    session.commit()
    print(f"{before} task, then {len(session.exec(select(crm.task.Task)).all())}")
"""


def expected_in(package: str) -> dict[tuple[str, int, str, str, str], str]:
    files = (WORLD / package).glob("*.py")
    return {(file.name, *key): words for file in files for key, words in marked(file).items()}


def started(text: str) -> subprocess.CompletedProcess[str]:
    """Run a program beside the worlds."""
    return subprocess.run([sys.executable, "-B", "-c", text], cwd=WORLD, capture_output=True, text=True, check=False)


def test_the_story_is_five_findings_at_the_top_with_the_string_to_write() -> None:
    expected = expected_in("story")

    answer = doctor(WORLD, "story", python=STORY.executable())

    blocks = answer.stdout.split("\n\n")
    assert answer.returncode == 1, answer.stderr
    assert len(expected) == 5
    for block, (file, line, code, model, attribute) in zip(blocks, sorted(expected), strict=False):
        assert block.startswith(f"story/{file}:{line}  {model}.{attribute}  {code} (fails)"), answer.stdout
        assert f"Fix: {expected[file, line, code, model, attribute]}" in block
    assert answer.stdout.count("(fails)") == 5
    assert "not-null-child (wrong-data)" in answer.stdout, "what is smaller comes below"
    assert "5 fails" in blocks[-1] and "naive-datetime" not in answer.stdout


def test_the_story_has_the_versions_of_its_time() -> None:
    command = [
        STORY.executable(),
        "-c",
        "import sqlalchemy, sqlmodel; print(sqlalchemy.__version__, sqlmodel.__version__)",
    ]

    answer = subprocess.run(command, capture_output=True, text=True, check=True)

    assert answer.stdout.split() == ["2.0.41", "0.0.22"]


@pytest.mark.parametrize("environment", [THIS, *WITH_SQLMODEL])
def test_the_broken_world_is_reported_in_full_at_once(environment: str) -> None:
    expected = expected_in("crm_broken")

    report = reports_in(environment, WORLD, ("crm_broken",))["crm_broken"]

    found = {(Path(f.place.file).name, f.place.line, f.code, f.place.model, f.place.attribute) for f in report.findings}
    assert found == set(expected), short(report)
    assert len(expected) == 16


def test_the_error_of_sqlalchemy_is_told_in_plain_words() -> None:
    report = examined(WORLD, "crm_broken")

    creator = next(finding for finding in report.findings if finding.place.name == "Task.creator")
    assert "foreign_keys=[created_by] passes a field of the class body" in creator.message
    assert "Column expression expected for argument 'foreign_keys'; got FieldInfo(…)" in creator.message
    assert creator.fix == 'write sa_relationship_kwargs={"foreign_keys": "Task.created_by"}.'


def test_the_broken_world_really_does_not_start() -> None:
    answer = started(START.replace("crm_right", "crm_broken"))

    assert answer.returncode == 1
    assert "Column expression expected" in answer.stderr


def test_the_right_world_is_clean() -> None:
    report = examined(WORLD, "crm_right")

    assert (report.findings, report.unreadable, report.tables) == ([], [], 5), short(report)


def test_the_right_world_works() -> None:
    answer = started(START)

    assert answer.stdout.splitlines() == ["Ada made it, Bob does it", "1 task, then 0"], answer.stderr
