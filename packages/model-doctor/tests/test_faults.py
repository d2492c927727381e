"""Each fault is found where it stands, nothing else is, and the cure says what to write.

A fault marks its own line: `# finds code at Class.attribute: words of the cure`.
"""

import re
from pathlib import Path

import pytest
from examinations import HERE, examined

FAULTS = sorted(file.stem for file in (HERE / "faults").glob("*.py") if file.stem != "base")
MARK = re.compile(r"# finds ([\w-]+) at (\w+)(?:\.(\w+))?: (.+)$")


def marked(file: Path) -> dict[tuple[int, str, str, str], str]:
    """Line, code, class and attribute of what a file should be found to have, with words of the cure."""
    found = [(line, MARK.search(text)) for line, text in enumerate(file.read_text().splitlines(), 1)]
    return {(line, mark[1], mark[2], mark[3] or ""): mark[4] for line, mark in found if mark}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_where_it_stands(fault: str) -> None:
    file = HERE / "faults" / f"{fault}.py"
    expected = marked(file)

    report = examined(file.parent, fault)

    found = {(f.place.line, f.code, f.place.model, f.place.attribute): f for f in report.findings}
    assert set(found) == set(expected), report.as_text()
    assert {Path(f.place.file).name for f in report.findings} == {file.name}
    for key, words in expected.items():
        assert words in found[key].cure
    assert report.unreadable == []
