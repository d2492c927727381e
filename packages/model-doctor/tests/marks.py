"""Marks in the models of the tests: `# finds code at Class.attribute: words of the fix`, at the line of the finding."""

import re
from pathlib import Path

_MARK = re.compile(r"# finds ([\w-]+) at (\w+)(?:\.(\w+))?: (.+)$")


def marked(file: Path) -> dict[tuple[int, str, str, str], str]:
    """Line, code, class and attribute of what a file should be found to have, with words of the fix."""
    found = [(line, _MARK.search(text)) for line, text in enumerate(file.read_text().splitlines(), 1)]
    return {(line, mark[1], mark[2], mark[3] or ""): mark[4] for line, mark in found if mark}
