"""Modules of a package that define tables and that nothing imports."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Table

from model_doctor import source
from model_doctor.alembic_env import imported_by_alembic
from model_doctor.findings import Finding, Place, Unreadable, shown
from model_doctor.importing import import_quietly
from model_doctor.models import Models, collect

# Folders in a package that are not part of the program.
_NOT_THE_PROGRAM = ("tests", "test", "alembic", "migrations", "versions")
# What imports modules without an import statement.
_DYNAMIC = (b"__getattr__", b"walk_packages", b"iter_modules", b"import_module", b"__import__")


def import_the_rest(names: list[str]) -> tuple[list[Finding], list[Unreadable]]:
    """Report what the packages among the names never import, then import it, so that its models are examined too.

    What Alembic's env.py imports counts as imported. A package that imports by itself, with a module `__getattr__` or
    pkgutil, or that imports no module with a table, is searched without a finding, and so are the tables of another
    database, with a MetaData of their own. A module that is no package is examined alone.
    """
    packages = [name for name in names if hasattr(sys.modules.get(name), "__path__")]
    if not packages:
        return [], []
    try:
        failed = [import_quietly(module) for module in imported_by_alembic(packages)]
        # All are found before the first is imported, since one may import another.
        missing = [found for package in packages for found in _never_imported(package)]
    except OSError as problem:
        return [], [Unreadable(", ".join(packages), f"searching it for modules failed: {problem}.")]
    known = {id(metadata) for metadata in collect(Models(names)).metadatas}
    failed += [import_quietly(module) for module, _ in missing]
    findings = [finding for module, finding in missing if finding and not _is_of_another_database(module, known)]
    return findings, [problem for problem in failed if problem]


def _never_imported(package: str) -> Iterator[tuple[str, Finding | None]]:
    with_tables = [(module, file, table) for module, file in _modules(package) if (table := _first_table(file))]
    # One that imports none of them leaves that to others: there is nothing that it forgot.
    silent = _imports_dynamically(package) or not any(module in sys.modules for module, *_ in with_tables)
    for module, file, table in with_tables:
        if module in sys.modules:
            continue
        message = f"{module} defines {table.name}, and nothing that was imported imports it."
        fix = (
            f"write `import {module}` where Alembic's env.py takes its metadata from, often in the package's "
            "__init__.py; or, if another module imports it, name that too: model-doctor MODULE PACKAGE."
        )
        place = Place(shown(file), table.lineno, table.name, "", table.lineno)
        yield module, None if silent else Finding(place, "never-imported", message, fix)


def _is_of_another_database(module: str, known: set[int]) -> bool:
    """Whether all its tables are of a MetaData that none of the imported modules uses."""
    held = list(vars(sys.modules[module]).values()) if module in sys.modules else []
    own = [value for value in held if isinstance(value, type) and value.__module__ == module]
    tables = [table for model in own if isinstance(table := getattr(model, "__table__", None), Table)]
    return bool(tables) and known.isdisjoint(id(table.metadata) for table in tables)


def _imports_dynamically(package: str) -> bool:
    within = [module for name, module in list(sys.modules.items()) if f"{name}.".startswith(f"{package}.")]
    files = [Path(file) for module in within if (file := getattr(module, "__file__", None))]
    packages = [file for file in files if file.name == "__init__.py" and file.is_file()]
    return any(word in file.read_bytes() for file in packages for word in _DYNAMIC)


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    for folder in map(Path, getattr(sys.modules.get(package), "__path__", ())):
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            if not any(
                part in _NOT_THE_PROGRAM or part.startswith(("test_", "conftest", "__main__")) for part in parts
            ):
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
