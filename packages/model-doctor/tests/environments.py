"""Virtual environments for the tests: SQLAlchemy 2.0 and 2.1, with and without SQLModel, on several Pythons."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parent
SOURCE = PACKAGE / "src"
# Shared by all runs and all test processes of this checkout.
CACHE = PACKAGE.parents[1] / "var" / "model-doctor"


@dataclass(frozen=True)
class Environment:
    """An environment that is built from environments/<name>.txt when it is first used."""

    name: str
    python: str
    sqlmodel: bool

    @property
    def requirements(self) -> Path:
        return HERE / "environments" / f"{self.name}.txt"

    def executable(self) -> str:
        """Its Python, of the version it asks for if the machine has that, else of the version that runs the tests."""
        return built(self.name, interpreter(self.python) or sys.executable, self.requirements)


# The Python versions are spread over the environments.
ENVIRONMENTS = [
    Environment("oldest", "3.10", sqlmodel=False),
    Environment("oldest-sqlmodel", "3.10", sqlmodel=True),
    Environment("newest-2.0", "3.12", sqlmodel=False),
    Environment("newest-2.0-sqlmodel", "3.12", sqlmodel=True),
    Environment("2.1", "3.13", sqlmodel=False),
    Environment("2.1-sqlmodel", "3.13", sqlmodel=True),
]
STORY = Environment("story", "3.10", sqlmodel=True)
# The environment that runs the tests: SQLAlchemy 2.1 and SQLModel.
THIS = "this"


def built(name: str, python: str, requirements: Path | None = None, *, then: str = "") -> str:
    """The Python of the environment; built once for these requirements, this Python and `then`, a wheel to install."""
    content = (requirements.read_bytes() if requirements else b"") + python.encode() + then.encode()
    folder = CACHE / f"{name}-{hashlib.sha256(content).hexdigest()[:12]}"
    executable = folder / "bin" / "python"
    with _locked(folder):
        if not (folder / "complete").exists():
            run(uv(), "venv", "--quiet", "--clear", "--python", python, str(folder))
            if requirements:
                install(folder, "--require-hashes", "-r", str(requirements))
            if then:
                install(folder, "--no-deps", then)
            (folder / "complete").touch()
    return str(executable)


def install(folder: Path, *what: str) -> None:
    """Into the environment, compiled: many processes import it, and some write no bytecode."""
    run(uv(), "pip", "install", "--quiet", "--compile-bytecode", *what, venv=folder)


def uv() -> str:
    """The installer of the environment that runs the tests."""
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if found is None:
        pytest.skip("the tests build environments with uv, which is not installed")
    return found


@cache
def interpreter(version: str) -> str | None:
    """A Python of this version on the machine: on the path, of pyenv or of uv."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    of_uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", Path.home() / ".local" / "share" / "uv" / "python"))
    found = [*pyenv.glob(f"{version}.*/bin/python{version}"), *of_uv.glob(f"cpython-{version}.*/bin/python{version}")]
    candidates = [shutil.which(f"python{version}"), *map(str, sorted(found))]
    return next((one for one in candidates if one and _runs(one, version)), None)


def run(*command: str, venv: Path | None = None, folder: Path | None = None) -> str:
    """Run a command of the test's own; fails the test with its output."""
    env = {**os.environ, **({"VIRTUAL_ENV": str(venv)} if venv else {})}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout


def _runs(executable: str, version: str) -> bool:
    # A shim of pyenv exists for versions that are not active.
    command = [executable, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
