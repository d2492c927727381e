"""What Alembic's env.py imports: the modules whose tables Alembic sees."""

import ast
import configparser
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from model_doctor import source

# Where env.py lies if no alembic.ini says so.
_USUAL = ("alembic/env.py", "migrations/env.py", "*/alembic/env.py", "*/migrations/env.py", "*/*/alembic/env.py")


def imported_by_alembic(packages: list[str]) -> list[str]:
    """The modules of the packages that an env.py imports. It is read, not run: it would migrate."""
    tops = {package.partition(".")[0] for package in packages}
    found = [name for file in _env_files() for name in _imports(source.parsed(file))]
    return [name for name in dict.fromkeys(found) if name.partition(".")[0] in tops and _exists(name)]


def _env_files() -> Iterator[Path]:
    here = Path.cwd()
    for ini in (*here.glob("alembic.ini"), *here.glob("*/alembic.ini")):
        parser = configparser.RawConfigParser()
        try:
            parser.read_string(ini.read_text(encoding="utf-8"))
        except (configparser.Error, UnicodeDecodeError):
            continue
        location = parser.get("alembic", "script_location", fallback="")
        yield ini.parent / location.replace("%(here)s/", "").replace("%(here)s", "") / "env.py"
    for pattern in _USUAL:
        yield from here.glob(pattern)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _exists(name: str) -> bool:
    """`from shop import models` names a module or an attribute."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
