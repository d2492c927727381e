"""JSON, GitHub annotations and SARIF."""

import json
from pathlib import Path

import pytest

from test_cli import FAULTY, doctor


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "faulty.py").write_text(FAULTY)
    return tmp_path


def test_json_has_everything(project: Path) -> None:
    answer = doctor(project, "faulty", "nowhere", "--levels", "all", "--format", "json")

    said = json.loads(answer.stdout)
    assert answer.returncode == 2
    assert (said["tables"], said["summary"]) == (1, {"wrong-data": 1, "taste": 1})
    assert [one["name"] for one in said["unreadable"]] == ["nowhere"]
    finding = said["findings"][0]
    assert {**finding, "message": "", "why": "", "fix": ""} == {
        "code": "mutable-default",
        "level": "wrong-data",
        "file": "faulty.py",
        "line": 9,
        "end_line": 9,
        "model": "things",
        "attribute": "extras",
        "message": "",
        "why": "",
        "fix": "",
        "subjects": ["things.extras"],
        "related": [],
    }
    assert finding["message"] and finding["why"] and finding["fix"]


def test_github_annotations_name_file_line_and_level(project: Path) -> None:
    answer = doctor(project, "faulty", "nowhere", "--levels", "all", "--format", "github")

    unreadable, first, second, *_ = answer.stdout.splitlines()
    assert unreadable.startswith("::error title=nowhere::nowhere cannot be read")
    assert first.startswith("::error file=faulty.py,line=9,title=mutable-default things.extras::The default of")
    assert "%0AFix: write default=dict." in first
    assert second.startswith("::notice file=faulty.py,line=8,title=string-without-length things.title::")


def test_sarif_has_rules_results_and_notifications(project: Path) -> None:
    answer = doctor(project, "faulty", "nowhere", "--levels", "all", "--format", "sarif")

    log = json.loads(answer.stdout)
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    first, second = run["results"]
    assert log["version"] == "2.1.0"
    assert rules == ["mutable-default", "string-without-length"]
    assert (first["ruleId"], first["level"], second["level"]) == ("mutable-default", "error", "note")
    place = first["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("faulty.py", 9)
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "nowhere" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize("name", ["json", "github", "sarif", "text"])
def test_every_format_ends_with_the_same_exit_code(project: Path, name: str) -> None:
    assert doctor(project, "faulty", "--format", name).returncode == 1
