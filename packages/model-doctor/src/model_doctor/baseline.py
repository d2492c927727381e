"""A file of findings that are known: only what is new makes the command fail."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from model_doctor.findings import Finding, shown

_VERSION = 1


class BaselineError(Exception):
    """The file is missing, is no baseline, or cannot be read or written."""


class Compared(NamedTuple):
    """What is new, how many were known, and how many of the baseline no longer occur."""

    new: list[Finding]
    known: int
    gone: int


def compare(findings: list[Finding], file: Path) -> Compared:
    """Lines may have moved since: a finding is known by its code, file, name and message. Raises BaselineError."""
    left = _read(file)
    new = []
    for finding in findings:
        key = _key(finding, file)
        if left[key] > 0:
            left[key] -= 1
        else:
            new.append(finding)
    return Compared(new, len(findings) - len(new), sum(left.values()))


def write(findings: Iterable[Finding], file: Path) -> None:
    """Replace the file. Raises BaselineError."""
    known = sorted(_key(finding, file) for finding in findings)
    entries = [dict(zip(("file", "name", "code", "message"), key, strict=True)) for key in known]
    try:
        file.write_text(json.dumps({"version": _VERSION, "findings": entries}, indent=1) + "\n", encoding="utf-8")
    except OSError as problem:
        raise BaselineError(f"{shown(file)} cannot be written: {problem.strerror}.") from problem


def _read(file: Path) -> Counter[tuple[str, ...]]:
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        return Counter((one["file"], one["name"], one["code"], one["message"]) for one in held["findings"])
    except FileNotFoundError as problem:
        raise BaselineError(f"there is no file {shown(file)}: --write-baseline creates it.") from problem
    except OSError as problem:
        raise BaselineError(f"{shown(file)} cannot be read: {problem.strerror}.") from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise BaselineError(f"{shown(file)} is no baseline: --write-baseline writes one.") from problem


def _key(finding: Finding, baseline: Path) -> tuple[str, ...]:
    """With the path from the folder of the baseline, which is the same from every working directory."""
    file = finding.place.file
    if file:
        file = Path(os.path.relpath(Path.cwd() / file, Path.cwd() / baseline.parent)).as_posix()
    return file, finding.place.name, finding.code, finding.message
