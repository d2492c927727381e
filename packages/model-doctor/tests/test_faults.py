"""Each fault is found where it stands, nothing else is found, and the fix says what to write; on every SQLAlchemy."""

from pathlib import Path

import pytest

from environments import ENVIRONMENTS, HERE, THIS, Environment
from examinations import modules_for, modules_in, reports_in, short
from marks import marked
from model_doctor.codes import CODES

FOLDER = HERE / "faults"
FAULTS = modules_in(FOLDER, "base")
# These need a package, a database or a crash: test_packages.py, test_database.py, test_robustness.py.
ELSEWHERE = {"never-imported", "database-differs", "cannot-examine"}
# SQLModel 0.0.50 needs Python 3.11.
NEWEST_SQLMODEL = "Needs SQLModel 0.0.50"


def faults_of(environment: Environment) -> list[str]:
    """Those that the environment can import."""
    faults = modules_for(environment, FOLDER, "base")
    if environment.name == "2.1-sqlmodel":
        return faults
    return [fault for fault in faults if NEWEST_SQLMODEL not in (FOLDER / f"{fault}.py").read_text()]


CASES = {THIS: FAULTS, **{environment.name: faults_of(environment) for environment in ENVIRONMENTS}}


@pytest.mark.parametrize(
    ("environment", "fault"), [(name, fault) for name, faults in CASES.items() for fault in faults]
)
def test_a_fault_is_found_where_it_stands(environment: str, fault: str) -> None:
    file = FOLDER / f"{fault}.py"
    expected = marked(file)

    report = reports_in(environment, FOLDER, tuple(CASES[environment]))[fault]

    found = {(f.place.line, f.code, f.place.model, f.place.attribute): f for f in report.findings}
    assert set(found) == set(expected), short(report)
    assert len(found) == len(report.findings), "two findings of one code at one line"
    assert {Path(f.place.file).name for f in report.findings} == {file.name}
    for key, words in expected.items():
        assert words in found[key].fix
    assert report.unreadable == []


def test_every_code_has_a_fault() -> None:
    shown = {code for fault in FAULTS for _, code, *_ in marked(FOLDER / f"{fault}.py")}

    assert shown | ELSEWHERE == set(CODES)
