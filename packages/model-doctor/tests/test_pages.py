"""Every code has a page; its wrong model has the mistake and its right model does not, on SQLAlchemy 2.0 and 2.1."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from environments import ENVIRONMENTS, SOURCE, Environment
from examinations import run_jobs, short
from model_doctor.codes import CODES, FAILS
from model_doctor.findings import Report

PAGES = SOURCE / "model_doctor" / "pages"
# No model alone shows them: tests/test_database.py and tests/test_robustness.py do.
WITHOUT_MODELS = {"database-differs", "cannot-examine"}
_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
_FILE = re.compile(r"# ([\w/]+\.py)\n")


def text_of(code: str) -> str:
    return (PAGES / f"{code}.md").read_text()


def pages_for(environment: Environment) -> list[str]:
    """Pages with SQLModel run beside SQLModel, the others without it."""
    shown = [code for code in CODES if code not in WITHOUT_MODELS]
    return [code for code in shown if ("Needs SQLModel" in text_of(code)) == environment.sqlmodel]


CASES = [(environment, code) for environment in ENVIRONMENTS for code in pages_for(environment)]


@cache
def reports_of(environment: Environment) -> dict[tuple[str, str], Report]:
    """The reports on the wrong and the right model of every page."""
    wanted = [(code, kind) for code in pages_for(environment) for kind in ("Wrong", "Right")]
    with TemporaryDirectory() as folder:
        jobs = [_written(Path(folder) / f"{code}-{kind}", code, kind) for code, kind in wanted]
        return dict(zip(wanted, run_jobs(environment.name, jobs), strict=True))


def _written(folder: Path, code: str, kind: str) -> dict[str, object]:
    section = text_of(code).partition(f"## {kind}\n")[2].partition("\n## ")[0]
    modules = []
    for block in _BLOCK.findall(section):
        named = _FILE.match(block)
        file = folder / (named[1] if named else "models.py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block)
        modules.append("shop" if named else "models")
    return {"folder": str(folder), "modules": modules[:1]}


@pytest.mark.parametrize(("environment", "code"), CASES, ids=[f"{e.name}-{code}" for e, code in CASES])
def test_the_wrong_model_has_the_mistake_and_the_right_one_does_not(environment: Environment, code: str) -> None:
    reports = reports_of(environment)

    wrong, right = reports[code, "Wrong"], reports[code, "Right"]

    assert (wrong.unreadable, right.unreadable) == ([], [])
    assert code in {finding.code for finding in wrong.findings}, short(wrong)
    assert code not in {finding.code for finding in right.findings}, short(right)
    assert not [finding for finding in right.findings if finding.level == FAILS], short(right)
    assert right.tables == wrong.tables > 0


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {file.stem for file in PAGES.glob("*.md")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_starts_with_its_code_and_names_its_level(code: str) -> None:
    lines = text_of(code).splitlines()

    assert lines[0] == f"# {code}"
    assert lines[2].startswith(f"Level: {CODES[code].level}.")
    assert CODES[code].why in " ".join(text_of(code).split())
