"""`model-doctor`: what it prints, and its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from environments import SOURCE
from patience import PATIENCE_SECONDS

CLEAN = """
from sqlalchemy import Column, Integer, MetaData, Table

things = Table("things", MetaData(), Column("id", Integer, primary_key=True))
"""
FAULTY = """
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("title", String),
    Column("extras", JSON, default={}),
)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project with models that are clean and models that are not."""
    (tmp_path / "clean.py").write_text(CLEAN)
    (tmp_path / "faulty.py").write_text(FAULTY)
    return tmp_path


def doctor(
    folder: Path, *options: str, python: str = sys.executable, **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command, run in the folder."""
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(SOURCE), **environment}
    command = [python, "-m", "model_doctor", *options]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def codes_in(answer: subprocess.CompletedProcess[str]) -> list[str]:
    return [finding["code"] for finding in json.loads(answer.stdout)["findings"]]


def test_clean_models(project: Path) -> None:
    answer = doctor(project, "clean")

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "no findings in 1 table.\n", "")


def test_a_finding_says_where_what_why_and_the_fix(project: Path) -> None:
    answer = doctor(project, "faulty")

    assert answer.returncode == 1
    assert answer.stdout.splitlines() == [
        "faulty.py:9  things.extras  mutable-default (wrong-data)",
        '       9 |     Column("extras", JSON, default={}),',
        "  The default of things.extras is one dict for all rows.",
        "  Why: All rows share one object: what one row puts in is stored with the next.",
        "  Fix: write default=dict.",
        "",
        "1 finding in 1 table: 1 wrong-data.",
        "Not shown: 1 taste (--levels all).",
    ]


def test_levels_select_and_ignore(project: Path) -> None:
    everything = doctor(project, "faulty", "--levels", "all", "--format", "json")
    selected = doctor(project, "faulty", "--select", "string-without-length", "--format", "json")
    ignored = doctor(
        project, "faulty", "--levels", "taste,wrong-data", "--ignore", "mutable-default", "--format", "json"
    )

    assert codes_in(everything) == ["mutable-default", "string-without-length"]
    assert codes_in(selected) == ["mutable-default", "string-without-length"]
    assert codes_in(ignored) == ["string-without-length"]


def test_exit_zero(project: Path) -> None:
    assert doctor(project, "faulty", "--exit-zero").returncode == 0
    assert doctor(project, "nowhere", "--exit-zero").returncode == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "name a module to examine"),
        (("clean", "--levels", "tast"), "there is no level tast; taste is meant?"),
        (("clean", "--ignore", "mutable-defaults"), "there is no code mutable-defaults; mutable-default is meant?"),
        (("clean", "--databases", "postgres"), "there is no database postgres"),
        (("clean", "--env-file", "none.env"), "none.env cannot be read"),
        (("clean", "--database", ""), "--database is empty"),
        (("clean", "--database", "SHOP_URL"), "--database SHOP_URL: there is no such variable"),
        (("clean", "--baseline", "none.json"), "--write-baseline creates it"),
        (("clean", "--write-baseline"), "--write-baseline needs a file"),
        (("clean", "--write-baseline", "--baseline", "no/known.json"), "no/known.json cannot be written: No such file"),
        (("clean", "--baseline", "."), ". cannot be read: Is a directory"),
        (("clean", "--timeout", "0"), "timeout must be a number of seconds"),
        (("clean", "--timeout", "nan"), "timeout must be a number of seconds"),
        (("explain", "mutable"), "there is no code mutable"),
        (("shop/models.py",), "shop/models.py is a path; name the module, shop.models."),
        (("./shop",), "./shop is a path; name the module, shop."),
    ],
)
def test_wrong_usage_is_exit_code_2(project: Path, options: tuple[str, ...], words: str) -> None:
    answer = doctor(project, *options)

    assert answer.returncode == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_a_module_prints_does_not_spoil_the_answer(project: Path) -> None:
    (project / "loud.py").write_text(f"import os\nprint('hello')\nos.write(1, b'there')\n{CLEAN}")

    answer = doctor(project, "loud", "--format", "json")

    assert json.loads(answer.stdout)["tables"] == 1
    assert "hello" in answer.stderr and "there" in answer.stderr


def test_little_is_imported(project: Path) -> None:
    """Only SQLAlchemy is needed for examining models."""
    heavy = ("alembic", "pytest", "sqlmodel", "pydantic", "psycopg2")
    (project / "spy.py").write_text(f"import sys\nassert not set({heavy!r}) & set(sys.modules), sys.modules\n{CLEAN}")

    answer = doctor(project, "spy")

    assert answer.returncode == 0, answer.stdout


def test_installed_packages_are_not_examined_wherever_they_lie(project: Path) -> None:
    (project / "vendor" / "library-1.0.dist-info").mkdir(parents=True)
    (project / "vendor" / "library.py").write_text(FAULTY)
    (project / "own").mkdir()
    (project / "own" / "part.py").write_text(FAULTY.replace('"things"', '"parts"'))
    (project / "both.py").write_text(f"import library, part\n{CLEAN}")
    path = f"{SOURCE}{os.pathsep}{project / 'vendor'}{os.pathsep}{project / 'own'}"

    answer = doctor(project, "both", PYTHONPATH=path)
    named = doctor(project, "library", PYTHONPATH=path)

    assert "parts.extras  mutable-default" in answer.stdout
    assert "1 finding in 2 tables" in answer.stdout
    assert "things.extras  mutable-default" in named.stdout


def test_explain_prints_the_page_of_a_code(project: Path) -> None:
    one, every = doctor(project, "explain", "mutable-default"), doctor(project, "explain")

    assert (one.returncode, every.returncode) == (0, 0)
    assert one.stdout.startswith("# mutable-default")
    assert "mutable-default" in every.stdout and "wrong-data" in every.stdout


def test_help_lists_every_option(project: Path) -> None:
    answer = doctor(project, "--help")

    assert answer.returncode == 0
    assert all(option in answer.stdout for option in ("--format", "--baseline", "--env-file", "--database", "explain"))
