"""In another project: one line of pytest, or a hook of pre-commit."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from patience import PATIENCE_SECONDS
from test_cli import CLEAN, FAULTY, doctor

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a test of its models."""
    (tmp_path / "test_models.py").write_text('def test_the_models_are_sound(doctor): doctor("models")\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def pytest_in(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS)


def test_the_fixture_pass_on_clean_models(project: Path) -> None:
    (project / "models.py").write_text(CLEAN)

    answer = pytest_in(project)

    assert answer.returncode == 0, answer.stdout
    assert "1 passed" in answer.stdout


def test_the_fixture_fail_with_the_finding_and_no_traceback(project: Path) -> None:
    (project / "models.py").write_text(FAULTY)

    answer = pytest_in(project)

    assert answer.returncode == 1
    assert "models.py:8  things.title  string-without-length" in answer.stdout
    assert "Cure: write" in answer.stdout
    assert "pytest_plugin.py" not in answer.stdout


def test_the_fixture_fail_where_the_models_cannot_be_read(project: Path) -> None:
    answer = pytest_in(project)

    assert answer.returncode == 1
    assert "There is no module named models here." in answer.stdout


def test_the_hook_names_a_command_that_runs(project: Path) -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (project / "models.py").write_text(FAULTY)

    program, *arguments = hook["entry"].split()
    answer = doctor(project, *arguments, "models")

    assert {"id", "name", "entry", "language"} <= hook.keys(), "pre-commit refuses a hook without these"
    assert (program, arguments) == ("model-doctor", [])
    assert (hook["language"], hook["pass_filenames"]) == ("system", False)
    assert answer.returncode == 1
