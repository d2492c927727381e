"""Importing what is to be examined, and collecting every mapper and table that came with it."""

import importlib
import sys
import sysconfig
import traceback
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import Mapper, RelationshipProperty

from model_doctor import source
from model_doctor.findings import Place, Unreadable, shown

_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_IN_OTHER_WORDS = {
    "could not assemble any primary key columns": (
        "A mapped table needs a primary key; a link table's is both of its foreign keys: "
        "write primary_key=True on each."
    ),
    "is already defined for this MetaData": "Two classes have one table, or one module is imported under two names.",
    "Mapped[] generic type": "Write Mapped[…] around the annotation, or use a Field or Relationship of SQLModel.",
}


@dataclass
class Models:
    """What the modules hold. Relationships may be in any state: see configuring.py."""

    roots: list[str]
    modules: list[str] = field(default_factory=list)
    mappers: list[Mapper[Any]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def metadatas(self) -> list[MetaData]:
        return list({id(table.metadata): table.metadata for table in self.tables}.values())

    @cached_property
    def mapper_of(self) -> dict[Table, Mapper[Any]]:
        """For each table the class that makes it, not one that inherits it."""
        found: dict[Table, Mapper[Any]] = {}
        for mapper in self.mappers:
            if isinstance(mapper.local_table, Table) and not _inherits_its_table(mapper):
                found.setdefault(mapper.local_table, mapper)
        return found

    def place(self, table: Table, column: str = "") -> Place:
        """Where the table or its column is written: an attribute, a `Column` of a `Table`, or the class."""
        model, attribute = self.attribute(table, column)
        if model is None:
            return source.table_place(table, self.modules, column)
        if column and source.statement(model, attribute) is None and source.table_call(table, self.modules):
            written = source.table_place(table, self.modules, column)
            return Place(written.file, written.line, model.__name__, attribute)
        return source.attribute_place(model, attribute) if column else source.class_place(model)

    def statement(self, table: Table, column: str) -> Any:
        """The source of the column, however it is written; None where it cannot be found."""
        model, attribute = self.attribute(table, column)
        found = source.statement(model, attribute) if model else None
        return found or source.column_tree(table, self.modules, column)

    def attribute(self, table: Table, column: str) -> tuple[type | None, str]:
        """The class and the attribute that a column is mapped to; no class for a table of its own."""
        for mapper in self.mappers:
            if mapper.local_table is table and column and table.c[column] in mapper.columns.values():
                return mapper.class_, mapper.get_property_by_column(table.c[column]).key
        owner = self.mapper_of.get(table)
        return (owner.class_ if owner else None), column


def read(names: Iterable[str]) -> tuple[Models, list[Unreadable]]:
    """Import the modules and everything they import. One that fails does not keep the others from being read."""
    models = Models(list(names))
    unreadable = [failed for name in models.roots if (failed := import_quietly(name))]
    return collect(models), unreadable


def import_quietly(name: str) -> Unreadable | None:
    """Import a module, its prints on stderr; what stopped it, be it `sys.exit` or a syntax error, or None."""
    try:
        with redirect_stdout(sys.stderr):
            importlib.import_module(name)
    except (Exception, SystemExit) as problem:
        return _unreadable(name, problem)
    return None


def collect(models: Models) -> Models:
    """Look again for mappers and tables in all that is imported by now."""
    modules = list(_modules_of_interest(models.roots))
    models.modules = [module.__name__ for module in modules]
    held = [value for module in modules for value in list(vars(module).values())]
    mappers = {mapper for value in held for mapper in _mappers_beside(value)}
    models.mappers = sorted((m for m in mappers if m.class_.__module__ in models.modules), key=_sort_key)
    mapped = [mapper.local_table for mapper in models.mappers if isinstance(mapper.local_table, Table)]
    tables = {value for value in held if isinstance(value, Table)}
    tables |= {beside for table in mapped for beside in table.metadata.tables.values()}
    of_libraries = {m.local_table for m in mappers - set(models.mappers)}
    models.tables = sorted(tables - of_libraries, key=lambda table: str(table.fullname))
    return models


def relationships(mapper: Mapper[Any]) -> Iterator[RelationshipProperty[Any]]:
    """The relationships that this class itself brings, also where the mappers cannot be configured."""
    # `mapper.relationships` would configure first, and fail for all where one is wrong.
    for prop in list(mapper._props.values()):
        if isinstance(prop, RelationshipProperty) and prop.parent is mapper:
            yield prop


def _modules_of_interest(roots: list[str]) -> Iterator[ModuleType]:
    """Those that are named, what is beside them, and what is installed nowhere: not the libraries."""
    tops = {root.partition(".")[0] for root in roots}
    for name, module in sorted(sys.modules.items(), key=lambda item: item[0]):
        file = getattr(module, "__file__", None)
        # One module may be known under two names; it counts once, as what it calls itself.
        own = name.partition(".")[0] in tops or not str(file).startswith(_INSTALLED)
        if file and own and name == getattr(module, "__name__", None):
            yield module


def _mappers_beside(value: Any) -> Iterable[Mapper[Any]]:
    mapper = vars(value).get("__mapper__") if isinstance(value, type) else None
    # `registry.mappers` fails on a class that is mapped only when all are configured.
    managers = mapper.registry._managers if isinstance(mapper, Mapper) else ()
    return [manager.mapper for manager in managers if manager.is_mapped]


def _inherits_its_table(mapper: Mapper[Any]) -> bool:
    return mapper.inherits is not None and mapper.inherits.local_table is mapper.local_table


def _sort_key(mapper: Mapper[Any]) -> tuple[str, str]:
    return mapper.class_.__module__, mapper.class_.__qualname__


def _unreadable(name: str, problem: BaseException) -> Unreadable:
    if isinstance(problem, ModuleNotFoundError) and problem.name and f"{name}.".startswith(f"{problem.name}."):
        return Unreadable(name, f"There is no module named {problem.name} here.")
    if isinstance(problem, SyntaxError):
        return Unreadable(name, f"SyntaxError: {problem.msg}", shown(problem.filename or ""), problem.lineno or 0)
    file, line = _to_blame(problem)
    return Unreadable(name, _in_words(problem), file, line)


def _in_words(problem: BaseException) -> str:
    if isinstance(problem, SystemExit):
        return f"it ends the program while it is imported (sys.exit({problem.code!r}))."
    said = str(problem).strip().partition("\n")[0]
    more = [words for cryptic, words in _IN_OTHER_WORDS.items() if cryptic in said]
    return " ".join([f"{type(problem).__name__}: {said}", *more])


def _to_blame(problem: BaseException) -> tuple[str, int]:
    """The last line of the project's own on the way to the problem."""
    frames = traceback.extract_tb(problem.__traceback__)
    own = [f for f in frames if Path(f.filename).is_file() and not f.filename.startswith((*_INSTALLED, __file__))]
    return (shown(own[-1].filename), own[-1].lineno or 0) if own else ("", 0)
