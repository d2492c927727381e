"""What Alembic's env.py imports: the modules whose tables Alembic sees."""

import ast
import configparser
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

from model_doctor import source

# Where env.py lies if no alembic.ini says so.
_USUAL = ("alembic/env.py", "migrations/env.py", "*/alembic/env.py", "*/migrations/env.py", "*/*/alembic/env.py")


def imported_by_alembic(packages: list[str]) -> Iterator[str]:
    """The modules of the packages that an env.py imports, to be imported in this order.

    It is read, not run: it would migrate. `from shop import models` may name a module or an attribute; that shows when
    `shop` has been imported.
    """
    tops = {package.partition(".")[0] for package in packages}
    seen: set[str] = set()
    for parent, name in (found for file in _env_files() for found in _imports(source.parsed(file))):
        if name.partition(".")[0] in tops and name not in seen and (not parent or _is_module(parent, name)):
            seen.add(name)
            yield name


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


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each imported name; with the module that it is imported from where it may be an attribute of that."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (("", alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield "", node.module
            yield from ((node.module, f"{node.module}.{alias.name}") for alias in node.names)


def _is_module(parent: str, name: str) -> bool:
    return hasattr(sys.modules.get(parent), "__path__") and importlib.util.find_spec(name) is not None
