"""The report as text, as JSON, as GitHub annotations and as SARIF."""

import json
import tokenize
from collections.abc import Callable
from functools import cache
from typing import Any

from model_doctor.codes import CODES, FAILS, SLOW, WRONG_DATA
from model_doctor.findings import Finding, Place, Report, Unreadable, count

_MOST_LINES = 4
_GITHUB = {FAILS: "error", WRONG_DATA: "error", SLOW: "warning"}
_SARIF = {FAILS: "error", WRONG_DATA: "error", SLOW: "warning"}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(report: Report, notes: list[str]) -> str:
    """For people: problems first, then the findings with their lines of source, then a summary."""
    blocks = [*map(str, report.unreadable), *map(_block, report.findings)]
    return "\n\n".join([*blocks, "\n".join([summary(report), *notes])])


def summary(report: Report) -> str:
    levels = ", ".join(f"{number} {level}" for level, number in report.of_levels().items())
    said = f"{count(len(report.findings), 'finding')} in {count(report.tables, 'table')}"
    return f"{said}: {levels}." if levels else f"{said}."


def as_json(report: Report, notes: list[str]) -> str:
    return json.dumps(
        {
            "tables": report.tables,
            "summary": report.of_levels(),
            "findings": [_as_dict(finding) for finding in report.findings],
            "unreadable": [vars(unreadable) for unreadable in report.unreadable],
            "notes": notes,
        },
        indent=2,
    )


def as_github(report: Report, notes: list[str]) -> str:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    lines = [
        _command("error", u.file, u.line, u.name, f"{u.name} cannot be read: {u.problem}") for u in report.unreadable
    ]
    for finding in report.findings:
        kind, place = _GITHUB.get(finding.level, "notice"), finding.place
        title = f"{finding.code} {place.name}"
        lines.append(
            _command(kind, place.file, place.line, title, f"{finding.message}\n{finding.why}\nFix: {finding.fix}")
        )
    return "\n".join([*lines, summary(report), *notes])


def as_sarif(report: Report, notes: list[str]) -> str:
    """SARIF 2.1.0, which code scanning services read."""
    rules = sorted({finding.code for finding in report.findings})
    driver = {"name": "model-doctor", "rules": [_rule(code) for code in rules]}
    notifications = [_notification(unreadable) for unreadable in report.unreadable]
    run = {
        "tool": {"driver": driver},
        "results": [_result(finding) for finding in report.findings],
        "invocations": [{"executionSuccessful": not report.unreadable, "toolExecutionNotifications": notifications}],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


FORMATS: dict[str, Callable[[Report, list[str]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}


def _block(finding: Finding) -> str:
    place = finding.place
    lines = [f"{place}  {place.name}  {finding.code} ({finding.level})", *_source(place)]
    lines += [f"  {finding.message}", f"  Why: {finding.why}", f"  Fix: {finding.fix}"]
    for related in finding.related:
        lines += [f"  See {related}  {related.name}", *_source(related, 1)]
    return "\n".join(lines)


def _source(place: Place, most: int = _MOST_LINES) -> list[str]:
    """The lines of source that a finding speaks of."""
    if not place.file:
        return []
    written = _lines(place.file)
    last = min(max(place.end, place.line), place.line + most - 1, len(written))
    return [f"    {number:>4} | {written[number - 1]}" for number in range(place.line, last + 1)]


@cache
def _lines(file: str) -> list[str]:
    """In the encoding that the file declares, and divided where Python divides it."""
    try:
        with tokenize.open(file) as source:
            return [line.rstrip("\n") for line in source]
    except (OSError, SyntaxError, UnicodeDecodeError):
        return []


def _as_dict(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code,
        "level": finding.level,
        "file": place.file,
        "line": place.line,
        "end_line": max(place.end, place.line),
        "model": place.model,
        "attribute": place.attribute,
        "message": finding.message,
        "why": finding.why,
        "fix": finding.fix,
        "subjects": list(finding.subjects),
        "related": [{"file": one.file, "line": one.line, "name": one.name} for one in finding.related],
    }


def _command(kind: str, file: str, line: int, title: str, message: str) -> str:
    where = f"file={_property(file)},line={line or 1}," if file else ""
    return f"::{kind} {where}title={_property(title)}::{_escaped(message)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _rule(code: str) -> dict[str, Any]:
    level, why = CODES[code]
    return {
        "id": code,
        "shortDescription": {"text": code.replace("-", " ")},
        "fullDescription": {"text": why},
        "defaultConfiguration": {"level": _SARIF.get(level, "note")},
    }


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _SARIF.get(finding.level, "note"),
        "message": {"text": f"{finding.place.name}: {finding.message} {finding.why} Fix: {finding.fix}"},
        "partialFingerprints": {"doctor/v1": f"{finding.code} {finding.place.file} {finding.place.name}"},
    }
    if finding.place.file:
        result["locations"] = [_location(finding.place)]
        result["relatedLocations"] = [_location(place) for place in finding.related if place.file]
    return result


def _location(place: Place) -> dict[str, Any]:
    region = {"startLine": max(place.line, 1), "endLine": max(place.end, place.line, 1)}
    return {"physicalLocation": {"artifactLocation": {"uri": place.file}, "region": region}}


def _notification(unreadable: Unreadable) -> dict[str, Any]:
    return {"level": "error", "message": {"text": f"{unreadable.name} cannot be read: {unreadable.problem}"}}
