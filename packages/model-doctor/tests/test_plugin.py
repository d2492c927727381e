"""In another project: a pytest fixture by entry point, and a hook of pre-commit."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from environments import PACKAGE
from patience import PATIENCE_SECONDS
from test_cli import CLEAN, FAULTY, doctor

HOOKS = PACKAGE.parents[1] / ".pre-commit-hooks.yaml"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a test of its models."""
    (tmp_path / "test_models.py").write_text('def test_the_models_are_sound(doctor): doctor("models")\n')
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def pytest_in(folder: Path) -> subprocess.CompletedProcess[str]:
    # Of the plugins installed, only ours is asked.
    others = ("cacheprovider", "schemathesis", "hypothesispytest", "anyio", "faker", "xdist", "xdist.looponfail")
    command = [sys.executable, "-m", "pytest", *(word for name in others for word in ("-p", f"no:{name}")), "-q"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)


def test_the_fixture_passes_on_clean_models(project: Path) -> None:
    (project / "models.py").write_text(CLEAN)

    answer = pytest_in(project)

    assert answer.returncode == 0, answer.stdout
    assert "1 passed" in answer.stdout


def test_the_fixture_fails_with_the_finding_and_no_traceback(project: Path) -> None:
    (project / "models.py").write_text(FAULTY)

    answer = pytest_in(project)

    assert answer.returncode == 1
    assert "models.py:9  things.extras  mutable-default" in answer.stdout
    assert "Fix: write default=dict." in answer.stdout
    assert "pytest_plugin.py" not in answer.stdout


def test_the_fixture_fails_where_the_models_cannot_be_read(project: Path) -> None:
    answer = pytest_in(project)

    assert answer.returncode == 1
    assert "there is no module named models here." in answer.stdout


def test_the_fixture_reads_the_settings_of_the_project(project: Path) -> None:
    (project / "models.py").write_text(FAULTY)
    (project / "pyproject.toml").write_text('[tool.model-doctor]\nignore = ["mutable-default"]\n')

    assert pytest_in(project).returncode == 0


def test_the_plugin_does_not_import_sqlalchemy_by_itself() -> None:
    text = "import sys, model_doctor.pytest_plugin; assert 'sqlalchemy' not in sys.modules"

    answer = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stderr


def test_the_hook_names_a_command_that_runs(project: Path) -> None:
    [hook] = yaml.safe_load(HOOKS.read_text())
    (project / "models.py").write_text(FAULTY)

    program, *arguments = hook["entry"].split()
    answer = doctor(project, *arguments, "models")

    assert {"id", "name", "entry", "language"} <= hook.keys(), "pre-commit refuses a hook without these"
    assert (program, arguments) == ("model-doctor", [])
    assert (hook["language"], hook["pass_filenames"]) == ("system", False)
    assert answer.returncode == 1
