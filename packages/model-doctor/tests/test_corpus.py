"""Correct models: nothing is found in them."""

import pytest
from examinations import HERE, examined

CORRECT = sorted(file.stem for file in (HERE / "corpus").glob("*.py") if file.stem != "conventions")


@pytest.mark.parametrize("module", CORRECT)
def test_nothing_is_found_in_correct_models(module: str) -> None:
    report = examined(HERE / "corpus", module)

    assert report.unreadable == []
    assert report.findings == [], report.as_text()
    assert report.tables > 0
