"""The wheel in an environment with nothing but SQLAlchemy 2.0 and a project; and every supported Python."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from environments import CACHE, HERE, PACKAGE, built, install, interpreter, run, uv
from model_doctor.codes import CODES
from patience import PATIENCE_SECONDS
from test_cli import FAULTY, doctor

# The environment with the right SQLAlchemy for each Python; 2.1 needs Python 3.11.
PYTHONS = {"3.10": "oldest", "3.11": "2.1", "3.12": "newest-2.0", "3.13": "2.1", "3.14": "2.1"}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by the backend that this environment has: nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        uv(),
        "build",
        "--quiet",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "-o",
        str(folder),
        str(PACKAGE),
    )
    [file] = folder.glob("model_doctor-*-py3-none-any.whl")
    return file


@pytest.fixture(scope="session")
def beside_20(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with SQLAlchemy 2.0 and the wheel, which may not change the SQLAlchemy."""
    folder = tmp_path_factory.mktemp("environment")
    run(uv(), "venv", "--quiet", "--clear", "--python", interpreter("3.12") or sys.executable, str(folder))
    requirements = HERE / "environments" / "newest-2.0.txt"
    install(folder, "--require-hashes", "-r", str(requirements))
    install(folder, "--offline", str(wheel))
    return folder / "bin"


def installed(programs: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [str(programs / "model-doctor"), *options]
    return subprocess.run(
        command, cwd=folder, env={}, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def test_the_wheel_holds_every_page_and_no_test(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {f"model_doctor/pages/{code}.md" for code in CODES} <= set(names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"model_doctor"}
    assert any(name.endswith("licenses/LICENSE") for name in names) and "model_doctor/py.typed" in names


def test_the_wheel_needs_sqlalchemy_only(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    metadata = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("METADATA"))

    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert [line.partition(" ")[2].partition(" ;")[0] for line in needed] == ["sqlalchemy>=2.0.25", "tomli>=2"]
    assert "tomli>=2 ; python_full_version < '3.11'" in metadata
    assert "Requires-Python: >=3.10" in metadata


def test_the_wheel_runs_beside_a_project_on_sqlalchemy_20(beside_20: Path, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(FAULTY)

    answer = installed(beside_20, tmp_path, "models")
    version = run(str(beside_20 / "python"), "-c", "import sqlalchemy; print(sqlalchemy.__version__)")

    assert answer.returncode == 1, answer.stderr
    assert "models.py:9  things.extras  mutable-default" in answer.stdout
    assert version.startswith("2.0.")


def test_the_wheel_explains_codes_and_compares_with_a_database(beside_20: Path, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(FAULTY)
    run(
        str(beside_20 / "python"), "-c", "import sqlite3; sqlite3.connect('some.db').execute('VACUUM')", folder=tmp_path
    )

    page = installed(beside_20, tmp_path, "explain", "mutable-default")
    compared = installed(beside_20, tmp_path, "models", "--database", "sqlite+aiosqlite:///some.db")

    assert page.stdout.startswith("# mutable-default")
    assert "the table is missing in the database" in compared.stdout, compared.stderr


@pytest.mark.parametrize("version", PYTHONS)
def test_it_runs_on_every_supported_python(version: str, tmp_path: Path) -> None:
    python = interpreter(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    (tmp_path / "models.py").write_text(FAULTY)

    name = PYTHONS[version]
    executable = built(name, python, HERE / "environments" / f"{name}.txt")
    answer = doctor(tmp_path, "models", python=executable)

    assert answer.returncode == 1, answer.stderr
    assert "mutable-default" in answer.stdout
    assert CACHE in Path(executable).parents
