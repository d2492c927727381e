"""Imports the modules to examine, and says in one sentence what stopped an import."""

import importlib
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from model_doctor.findings import Unreadable, shown

INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_IN_OTHER_WORDS = {
    "could not assemble any primary key columns": (
        "A mapped table needs a primary key; a link table's is both of its foreign keys: "
        "write primary_key=True on each."
    ),
    "is already defined for this MetaData": "Two classes have one table, or one module is imported under two names.",
    "Mapped[] generic type": "Write Mapped[…] around the annotation, or use a Field or Relationship of SQLModel.",
}
_ENV_FILE = "set it, or name a file with --env-file"


def import_quietly(name: str) -> Unreadable | None:
    """Import a module with its output on stderr; None, or what stopped the import, `sys.exit` and syntax errors too."""
    try:
        with redirect_stdout(sys.stderr):
            importlib.import_module(name)
    except (Exception, SystemExit) as problem:
        return _unreadable(name, problem)
    return None


def is_installed(file: str) -> bool:
    """Whether the file belongs to the standard library or to an installed package."""
    return file.startswith(INSTALLED)


def _unreadable(name: str, problem: BaseException) -> Unreadable:
    if isinstance(problem, ModuleNotFoundError) and problem.name and f"{name}.".startswith(f"{problem.name}."):
        return Unreadable(name, f"there is no module named {problem.name} here.")
    if isinstance(problem, SyntaxError):
        return Unreadable(name, f"SyntaxError: {problem.msg}", shown(problem.filename or ""), problem.lineno or 0)
    file, line = _last_own_line(problem)
    return Unreadable(name, _in_words(problem), file, line)


def _in_words(problem: BaseException) -> str:
    if isinstance(problem, SystemExit):
        return f"it ends the program while it is imported (sys.exit({problem.code!r}))."
    if variable := _missing_variable(problem):
        return f"the environment variable {variable} is missing: {_ENV_FILE}."
    if errors := _validation_errors(problem):
        return _invalid_settings(problem, errors)
    said = str(problem).strip().partition("\n")[0]
    more = [words for cryptic, words in _IN_OTHER_WORDS.items() if cryptic in said]
    return " ".join([f"{type(problem).__name__}: {said}", *more])


def _missing_variable(problem: BaseException) -> str:
    """`os.environ["NAME"]` raises KeyError in os.py."""
    frames = traceback.extract_tb(problem.__traceback__)
    # os.py is frozen since Python 3.11, and its file is named "<frozen os>".
    in_environ = bool(frames) and frames[-1].filename.endswith(("os.py", "<frozen os>"))
    return str(problem.args[0]) if isinstance(problem, KeyError) and in_environ and problem.args else ""


def _validation_errors(problem: BaseException) -> list[dict[str, Any]]:
    """The errors of a pydantic ValidationError; found by its interface, since pydantic may not be installed."""
    errors: Callable[[], Any] | None = getattr(problem, "errors", None)
    found = errors() if type(problem).__name__ == "ValidationError" and callable(errors) else []
    return [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []


def _invalid_settings(problem: BaseException, errors: list[dict[str, Any]]) -> str:
    title = str(getattr(problem, "title", "settings"))
    prefix = next((_prefix(model) for model in _settings_classes() if model.__name__ == title), None)
    missing = [str(error["loc"][0]) for error in errors if error.get("type") == "missing" and error.get("loc")]
    wrong = [
        f"{error['loc'][0]}: {error.get('msg')}"
        for error in errors
        if error.get("type") != "missing" and error.get("loc")
    ]
    said = []
    if missing and prefix is not None:
        names = ", ".join((prefix + name).upper() for name in missing)
        noun = "environment variables" if len(missing) > 1 else "environment variable"
        said.append(f"{title} needs the {noun} {names}: {_ENV_FILE}.")
    elif missing:
        said.append(f"{title} needs a value for {', '.join(missing)}.")
    if wrong:
        said.append(f"{title} refuses {'; '.join(wrong)}.")
    return " ".join(said) or f"{type(problem).__name__}: {str(problem).partition(chr(10))[0]}"


def _settings_classes() -> Iterator[type]:
    base = getattr(sys.modules.get("pydantic_settings"), "BaseSettings", None)
    waiting = [base] if base else []
    while waiting:
        model = waiting.pop()
        yield model
        waiting += model.__subclasses__()


def _prefix(model: type) -> str:
    return str(getattr(model, "model_config", {}).get("env_prefix", ""))


def _last_own_line(problem: BaseException) -> tuple[str, int]:
    """The last line of the project's own code on the way to the problem."""
    frames = traceback.extract_tb(problem.__traceback__)
    own = [f for f in frames if Path(f.filename).is_file() and not f.filename.startswith((*INSTALLED, __file__))]
    return (shown(own[-1].filename), own[-1].lineno or 0) if own else ("", 0)
