"""Modules with tables in them that nothing imports."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from model_doctor import source
from model_doctor.findings import Finding, Place, Unreadable, shown
from model_doctor.reading import import_quietly

# What lies in a package without being part of the program.
_ASIDE = ("tests", "test", "alembic", "migrations", "versions")


def never_imported(package: str) -> Iterator[tuple[str, Finding]]:
    """The modules of the package that hold tables and that importing it did not import, each with its finding."""
    for module, file in _modules(package):
        if module not in sys.modules and (table := _first_table(file)):
            wrong = f"{module} defines {table.name}, and nothing that was imported imports it."
            said = (
                f"write `import {module}` where Alembic's env.py takes its metadata from, often in the package's "
                "__init__.py; or, where another module imports it, name that too: model-doctor MODULE PACKAGE."
            )
            yield module, Finding(Place(shown(file), table.lineno, table.name), "never-imported", wrong, said)


def import_the_rest(packages: list[str]) -> tuple[list[Finding], list[Unreadable]]:
    """Tell what is never imported, then import it: what else is wrong with it is worth telling in the same breath."""
    # All are found before the first is imported, since one may import another.
    missing = [found for package in packages for found in never_imported(package)]
    failed = [import_quietly(module) for module, _ in missing]
    return [finding for _, finding in missing], [problem for problem in failed if problem]


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    for folder in map(Path, getattr(sys.modules.get(package), "__path__", ())):
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            if not any(part in _ASIDE or part.startswith(("test_", "conftest", "__main__")) for part in parts):
                yield ".".join((package, *parts)).removesuffix(".__init__"), file


def _first_table(file: Path) -> ast.ClassDef | None:
    if not any(word in file.read_bytes() for word in (b"table", b"Table")):
        return None
    classes = (node for node in ast.walk(source.parsed(file)) if isinstance(node, ast.ClassDef))
    return next((node for node in classes if _makes_a_table(node)), None)


def _makes_a_table(node: ast.ClassDef) -> bool:
    """`table=True`, or a `__tablename__` or `__table__` in a class that is not abstract."""
    if any(keyword.arg == "table" and getattr(keyword.value, "value", False) is True for keyword in node.keywords):
        return True
    names = {target.id for part in node.body for target in _targets(part) if isinstance(target, ast.Name)}
    return bool(names & {"__tablename__", "__table__"}) and bool(node.bases) and "__abstract__" not in names


def _targets(part: ast.stmt) -> list[ast.expr]:
    return part.targets if isinstance(part, ast.Assign) else [part.target] if isinstance(part, ast.AnnAssign) else []
