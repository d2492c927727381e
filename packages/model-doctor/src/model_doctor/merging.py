"""One finding per cause: the same code at the same line, once for each class that inherits the line."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from model_doctor.findings import Finding, Unreadable, count, ordered

# As SQLAlchemy's warnings quote them.
_RELATIONSHIP = re.compile(r"'(\w+\.\w+)'")


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """In the order of the report. What SQLAlchemy warns of is left out where a finding says it in plainer words."""
    found = list(findings)
    not_configured = {finding.place for finding in found if finding.code == "cannot-configure"}
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in [*_explained(found), *_warnings(found)]:
        if finding.place not in not_configured or finding.code in ("cannot-configure", "cannot-examine"):
            groups.setdefault(_cause(finding), []).append(finding)
    return ordered(one for group in groups.values() for one in _merged(group))


def _explained(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.code != "sqlalchemy-warning"]


def _warnings(found: list[Finding]) -> Iterator[Finding]:
    """Those that no finding and no earlier warning is about, at either of the relationships that they name."""
    explained = _explained(found)
    places, told = {finding.place for finding in explained}, {finding.place.name for finding in explained}
    for finding in sorted(set(found) - set(explained)):
        names = {finding.place.name, *_RELATIONSHIP.findall(finding.message)}
        if finding.place not in places and not names & told:
            yield finding
        told |= names


def merged_unreadable(unreadable: Iterable[Unreadable]) -> list[Unreadable]:
    """One for all modules that one line keeps from being imported."""
    groups: dict[tuple[str, str, int], list[Unreadable]] = {}
    for one in unreadable:
        groups.setdefault((one.problem, one.file, one.line) if one.file else (str(one), "", 0), []).append(one)
    return [_with_all_names(list(dict.fromkeys(group))) for group in groups.values()]


def _with_all_names(group: list[Unreadable]) -> Unreadable:
    first, *others = group
    return replace(first, name=f"{first.name} and {count(len(others), 'other module')}") if others else first


def _cause(finding: Finding) -> tuple[object, ...]:
    inherited = finding.place.file and finding.code not in ("never-imported", "database-differs")
    return (finding.place, finding.code) if inherited else (finding,)


def _merged(group: list[Finding]) -> list[Finding]:
    """The first of several findings at one line, with the number of tables that the line is inherited by."""
    different = list(dict.fromkeys(group))
    if len(different) == 1:
        return different
    first = min(different)
    subjects = tuple(dict.fromkeys(subject for finding in group for subject in finding.subjects))
    tables = {subject.partition(".")[0] for subject in subjects}
    more = f"the same in {len(tables)} tables" if len(tables) > 1 else f"{len(different) - 1} more like it at this line"
    return [replace(first, message=f"{first.message.rstrip('.')} ({more}).", subjects=subjects, merged=len(different))]
