"""Names the environment variables that an import needed and did not find."""

import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_ENV_FILE = "set it, or name a file with --env-file"
# Reads without a default value, which give None.
_READ = re.compile(r"""(?:getenv|environ\.get)\(\s*["'](\w+)["']\s*\)""")

_NONE = re.compile(r"NoneType|\bgot None\b")
_FEW = 2


def missing_variables(problem: BaseException, file: str) -> str:
    """One sentence, or nothing. `file` is the project's own in which the problem arose."""
    for one in _chain(problem):
        if variable := _missing_in_environ(one):
            return f"the environment variable {variable} is missing: {_ENV_FILE}."
    if not file or not _NONE.search(str(problem)):
        return ""
    # What was read as None fails where it is used. With many it is hardly one of these.
    unset = list(dict.fromkeys(name for name in _read_in(file) if name not in os.environ))
    return f"{' and '.join(unset)} is read there and not set: {_ENV_FILE}." if 0 < len(unset) <= _FEW else ""


def invalid_settings(problem: BaseException) -> str:
    """What a pydantic ValidationError says, in one line; nothing for another error."""
    errors = _validation_errors(problem)
    title = str(getattr(problem, "title", "settings"))
    model = next((model for model in _settings_classes() if model.__name__ == title), None)
    missing = [error["loc"] for error in errors if error.get("type") == "missing"]
    said = []
    if missing and model is not None:
        noun = "environment variables" if len(missing) > 1 else "environment variable"
        names = ", ".join(_variable(model, location) for location in missing)
        said.append(f"{title} needs the {noun} {names}: {_ENV_FILE}.")
    elif missing:
        said.append(f"{title} needs a value for {', '.join(str(location[0]) for location in missing)}.")
    if wrong := [f"{error['loc'][0]}: {_first_line(error)}" for error in errors if error.get("type") != "missing"]:
        said.append(f"{title} refuses {'; '.join(wrong)}.")
    return " ".join(said)


def _first_line(error: dict[str, Any]) -> str:
    return str(error.get("msg")).partition("\n")[0].rstrip(".")


def _chain(problem: BaseException | None) -> Iterator[BaseException]:
    """The problem and what it came from."""
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def _missing_in_environ(problem: BaseException) -> str:
    """`os.environ["NAME"]` raises KeyError in os.py."""
    frames = traceback.extract_tb(problem.__traceback__)
    # os.py is frozen since Python 3.11, and its file is named "<frozen os>".
    in_environ = bool(frames) and frames[-1].filename.endswith(("os.py", "<frozen os>"))
    return str(problem.args[0]) if isinstance(problem, KeyError) and in_environ and problem.args else ""


def _read_in(file: str) -> list[str]:
    return _READ.findall(Path(file).read_text(encoding="utf-8", errors="replace"))


def _validation_errors(problem: BaseException) -> list[dict[str, Any]]:
    """Found by its interface, since pydantic may not be installed; those that name no field are left out."""
    errors: Callable[[], Any] | None = getattr(problem, "errors", None)
    found = errors() if type(problem).__name__ == "ValidationError" and callable(errors) else []
    return [error for error in found if isinstance(error, dict) and error.get("loc")] if isinstance(found, list) else []


def _settings_classes() -> Iterator[type]:
    base = getattr(sys.modules.get("pydantic_settings"), "BaseSettings", None)
    waiting = [base] if base else []
    while waiting:
        model = waiting.pop()
        yield model
        waiting += model.__subclasses__()


def _variable(model: Any, location: tuple[Any, ...]) -> str:
    """As pydantic-settings reads it: an alias is without the prefix, and a delimiter leads into nested models."""
    prefix = model.model_config.get("env_prefix", "") if location[0] in model.model_fields else ""
    delimiter = model.model_config.get("env_nested_delimiter")
    return str(prefix + (delimiter.join(map(str, location)) if delimiter else str(location[0]))).upper()
