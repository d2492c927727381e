"""Correct models: nothing is found in them, at any level, on any SQLAlchemy."""

import pytest

from environments import ENVIRONMENTS, HERE, THIS
from examinations import modules_for, modules_in, reports_in, short

FOLDER = HERE / "corpus"
CORRECT = modules_in(FOLDER, "conventions")
CASES = {THIS: CORRECT} | {
    environment.name: modules_for(environment, FOLDER, "conventions") for environment in ENVIRONMENTS
}


@pytest.mark.parametrize(("environment", "module"), [(name, one) for name, modules in CASES.items() for one in modules])
def test_nothing_is_found_in_correct_models(environment: str, module: str) -> None:
    report = reports_in(environment, FOLDER, tuple(CASES[environment]))[module]

    assert report.unreadable == []
    assert report.findings == [], short(report)
    assert report.tables > 0
