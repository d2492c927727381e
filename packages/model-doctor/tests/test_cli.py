"""`model-doctor`: what it prints, and the exit code that says whether to go on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_SECONDS

CLEAN = """
from sqlalchemy import Column, Integer, MetaData, Table

things = Table("things", MetaData(), Column("id", Integer, primary_key=True))
"""
FAULTY = """
from sqlalchemy import Column, Integer, MetaData, String, Table

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("title", String),
)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder of somebody's own, with models that are clean and models that are not."""
    (tmp_path / "clean.py").write_text(CLEAN)
    (tmp_path / "faulty.py").write_text(FAULTY)
    return tmp_path


def doctor(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "model_doctor", *options],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


def test_a_clean_module_of_another_project(project: Path) -> None:
    answer = doctor(project, "clean")

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "no findings in 1 table.\n", "")


def test_a_finding_says_where_what_why_and_the_cure(project: Path) -> None:
    answer = doctor(project, "faulty")

    assert answer.returncode == 1
    assert answer.stdout.splitlines() == [
        "faulty.py:8  things.title  string-without-length",
        "  things.title is a string of any length.",
        "  Why: Whatever arrives is stored: a title of ten megabytes makes a page of ten megabytes.",
        "  Cure: write max_length=200 (SQLModel) or String(200), or Text where any length is meant.",
        "",
        "1 finding in 1 table.",
    ]


def test_the_same_for_programs(project: Path) -> None:
    answer = doctor(project, "faulty", "--json")

    said = json.loads(answer.stdout)
    assert answer.returncode == 1
    assert (said["tables"], said["unreadable"]) == (1, [])
    assert [{**finding, "why": "", "wrong": "", "cure": ""} for finding in said["findings"]] == [
        {
            "code": "string-without-length",
            "file": "faulty.py",
            "line": 8,
            "model": "things",
            "attribute": "title",
            "wrong": "",
            "why": "",
            "cure": "",
        }
    ]
    assert all(said["findings"][0][words] for words in ("wrong", "why", "cure"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "There is no module named broken here."),
        ("x = (", "broken.py:1  broken cannot be read: SyntaxError"),
        ("import sys\nsys.exit(3)", "broken.py:2  broken cannot be read: it ends the program"),
        ("\n\n1 / 0", "broken.py:3  broken cannot be read: ZeroDivisionError"),
        ("import nonesuch", "broken.py:1  broken cannot be read: ModuleNotFoundError: No module named 'nonesuch'"),
    ],
)
def test_a_module_that_cannot_be_read(project: Path, text: str | None, words: str) -> None:
    if text is not None:
        (project / "broken.py").write_text(text)

    answer = doctor(project, "broken", "faulty")

    assert answer.returncode == 2
    assert words in answer.stdout
    assert "string-without-length" in answer.stdout, "the other module is examined all the same"
    assert "Traceback" not in answer.stdout + answer.stderr


def test_a_mapped_link_without_a_key_is_told_in_plain_words(project: Path) -> None:
    (project / "broken.py").write_text(
        "from sqlmodel import Field, SQLModel\n\n\nclass Link(SQLModel, table=True):\n    a: int\n    b: int\n"
    )

    answer = doctor(project, "broken")

    assert answer.returncode == 2
    assert "broken.py:4" in answer.stdout and "write primary_key=True on each" in answer.stdout


def test_what_a_module_prints_does_not_spoil_the_json(project: Path) -> None:
    (project / "loud.py").write_text(f"print('hello')\n{CLEAN}")

    answer = doctor(project, "loud", "--json")

    assert json.loads(answer.stdout)["tables"] == 1
    assert "hello" in answer.stderr


def test_little_is_imported(project: Path) -> None:
    """Only SQLAlchemy is needed for examining models."""
    heavy = ("alembic", "pytest", "sqlmodel", "pydantic")
    (project / "spy.py").write_text(f"import sys\nassert not set({heavy!r}) & set(sys.modules), sys.modules\n{CLEAN}")

    assert doctor(project, "spy").returncode == 0
