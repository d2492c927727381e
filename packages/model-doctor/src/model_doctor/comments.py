"""Comments that ignore a finding: `# doctor: ignore[code] reason`, beside the line or in the lines of its statement."""

import re
import tokenize
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

from model_doctor.findings import Finding

_COMMENT = re.compile(r"#\s*doctor:\s*ignore\[([\w\-, ]+)\]\s*(.*)$")


def is_ignored(finding: Finding) -> bool:
    """A comment without a reason ignores nothing."""
    return any(reason for reason in _reasons(finding))


def with_hint(finding: Finding) -> Finding:
    """Says so where a comment would ignore the finding if it had a reason."""
    if any(not reason for reason in _reasons(finding)):
        return replace(finding, fix=f"{finding.fix} The comment `# doctor: ignore[{finding.code}]` needs a reason.")
    return finding


def _reasons(finding: Finding) -> list[str]:
    place = finding.place
    comments = _comments(place.file) if place.file else {}
    lines = range(place.line, max(place.line, place.end) + 1)
    return [reason for line in lines for codes, reason in comments.get(line, ()) if finding.code in codes]


@cache
def _comments(file: str) -> dict[int, list[tuple[frozenset[str], str]]]:
    """The comments of a file by the line that they are about: their own, or the next if they stand alone."""
    found: dict[int, list[tuple[frozenset[str], str]]] = {}
    try:
        source = Path(file).read_bytes()
        tokens = list(tokenize.tokenize(BytesIO(source).readline)) if b"doctor:" in source else []
    except (OSError, SyntaxError, tokenize.TokenError):
        return found
    for token in tokens:
        match = _COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
        if match:
            alone = token.line.lstrip().startswith("#")
            codes = frozenset(code.strip() for code in match[1].split(","))
            found.setdefault(token.start[0] + alone, []).append((codes, match[2].strip()))
    return found
