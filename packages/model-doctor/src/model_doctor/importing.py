"""Imports the modules to examine, and says in one sentence what stopped an import."""

import importlib
import os
import sys
import sysconfig
import traceback
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

from model_doctor.findings import Unreadable, shown
from model_doctor.missing import invalid_settings, missing_variables

INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_PACKAGES = {"site-packages", "dist-packages"}
_IN_OTHER_WORDS = {
    "could not assemble any primary key columns": (
        "A mapped table needs a primary key; a link table's is both of its foreign keys: "
        "write primary_key=True on each."
    ),
    "is already defined for this MetaData": "Two classes have one table, or one module is imported under two names.",
    "Mapped[] generic type": "Write Mapped[…] around the annotation, or use a Field or Relationship of SQLModel.",
}


def import_quietly(name: str) -> Unreadable | None:
    """Import a module with its output on stderr; None, or what stopped the import, `sys.exit` and syntax errors too."""
    folder = Path.cwd()
    try:
        with redirect_stdout(sys.stderr):
            importlib.import_module(name)
    except BaseException as problem:
        # What `pytest.skip` raises is no Exception.
        return _unreadable(name, problem)
    finally:
        # Places are shown relative to it.
        os.chdir(folder)
    return None


def is_installed(file: str) -> bool:
    """Whether the file belongs to the standard library or to an installed package, wherever that lies."""
    if file.startswith(INSTALLED) or not _PACKAGES.isdisjoint(Path(file).parts):
        return True
    return any(file.startswith(f"{folder}{os.sep}") and _holds_packages(folder) for folder in sys.path if folder)


@cache
def _holds_packages(folder: str) -> bool:
    """As `pip install --target` leaves a folder."""
    return next(Path(folder).glob("*.dist-info"), None) is not None


def _unreadable(name: str, problem: BaseException) -> Unreadable:
    if isinstance(problem, ModuleNotFoundError) and problem.name and f"{name}.".startswith(f"{problem.name}."):
        return Unreadable(name, f"there is no module named {problem.name} here.")
    if isinstance(problem, SyntaxError):
        file = shown(problem.filename) if problem.filename else ""
        return Unreadable(name, f"SyntaxError: {problem.msg}", file, problem.lineno or 0)
    frames = _own_frames(problem)
    file, line = (shown(frames[-1].filename), frames[-1].lineno or 0) if frames else ("", 0)
    return Unreadable(name, _in_words(problem, frames[-1].filename if frames else ""), file, line)


def _in_words(problem: BaseException, source: str) -> str:
    if isinstance(problem, SystemExit):
        return f"it ends the program while it is imported (sys.exit({problem.code!r}))."
    if refused := invalid_settings(problem):
        return refused
    missing = missing_variables(problem, source)
    if missing and isinstance(problem, KeyError):
        return missing
    said = str(problem).strip().partition("\n")[0]
    more = [words for cryptic, words in _IN_OTHER_WORDS.items() if cryptic in said]
    return " ".join([f"{type(problem).__name__}: {said}", *more, *([f"({missing})"] if missing else [])])


def _own_frames(problem: BaseException) -> list[traceback.FrameSummary]:
    """The lines of the project's own code on the way to the problem."""
    frames = traceback.extract_tb(problem.__traceback__)
    return [f for f in frames if Path(f.filename).is_file() and not is_installed(f.filename) and f.filename != __file__]
