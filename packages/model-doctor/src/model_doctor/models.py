"""Every mapper and table that came with the imported modules, and where each is written."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.orm import Mapper, RelationshipProperty

from model_doctor import source
from model_doctor.findings import Place
from model_doctor.importing import is_installed


@dataclass
class Models:
    """The models of the modules. Their relationships may be in any state: see configure.py."""

    roots: list[str]
    modules: list[str] = field(default_factory=list)
    mappers: list[Mapper[Any]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # The names of databases that the project uses; empty where nothing says so.
    databases: tuple[str, ...] = ()
    # Modules that could not be imported: what they define is unknown.
    incomplete: bool = False
    # References into such modules, which are not judged.
    unjudged: set[str] = field(default_factory=set)

    @property
    def metadatas(self) -> list[MetaData]:
        return list({id(table.metadata): table.metadata for table in self.tables}.values())

    @cached_property
    def mapper_of(self) -> dict[Table, Mapper[Any]]:
        """For each table the class that creates it, not one that inherits it."""
        found: dict[Table, Mapper[Any]] = {}
        for mapper in self.mappers:
            if isinstance(mapper.local_table, Table) and not inherits_its_table(mapper):
                found.setdefault(mapper.local_table, mapper)
        return found

    @cached_property
    def attributes(self) -> dict[Column[Any], tuple[type, str]]:
        """The class and the attribute that each column is mapped to; the first class where several map it."""
        found: dict[Column[Any], tuple[type, str]] = {}
        for mapper in self.mappers:
            for prop in mapper._props.values():
                for column in getattr(prop, "columns", ()):
                    if isinstance(column, Column) and column.table is mapper.local_table:
                        found.setdefault(column, (mapper.class_, prop.key))
        return found

    def attribute(self, table: Table, column: Column[Any] | None) -> tuple[type | None, str]:
        """The class and the attribute of a column; no class for a table that no class maps."""
        if column is not None and column in self.attributes:
            return self.attributes[column]
        owner = self.mapper_of.get(table)
        return (owner.class_ if owner else None), "" if column is None else column.name

    def place(self, table: Table, column: Column[Any] | None = None) -> Place:
        """Where the table or its column is written: an attribute, a `Column` of a `Table`, or the class."""
        model, attribute = self.attribute(table, column)
        if model is None:
            return source.table_place(table, self.modules, "" if column is None else column.name)
        if column is None:
            return source.class_place(model)
        if source.statement(model, attribute) is None and source.table_call(table, self.modules):
            written = source.table_place(table, self.modules, column.name)
            return Place(written.file, written.line, model.__name__, attribute, written.end)
        return source.attribute_place(model, attribute)

    def index_place(self, table: Table, name: str, columns: Sequence[Column[Any]]) -> Place:
        """Where the index or UNIQUE of this name is written; the place of its first column if that makes it."""
        place = self.place(table, next(iter(columns), None))
        owner = self.mapper_of.get(table)
        trees = source.class_trees(owner.class_) if owner else source.table_trees(table, self.modules)
        found = source.index_call(trees, name, [column.name for column in columns])
        if found is None:
            return place
        module, call = found
        return Place(source.file_of(module), call.lineno, place.model, place.attribute, call.end_lineno or 0)

    def statement(self, table: Table, column: Column[Any]) -> Any:
        """The syntax tree of the column, however it is written; None where it cannot be found."""
        model, attribute = self.attribute(table, column)
        found = source.statement(model, attribute) if model else None
        return found or source.column_tree(table, self.modules, column.name)


def collect(models: Models) -> Models:
    """Look for mappers and tables in everything that is imported by now."""
    modules = list(_modules_of_interest(models.roots))
    models.modules = [module.__name__ for module in modules]
    own = set(models.modules)
    held = [value for module in modules for value in _held_by(module)]
    mappers = {mapper for value in held for mapper in _mappers_beside(value)}
    models.mappers = sorted((m for m in mappers if m.class_.__module__ in own), key=_sort_key)
    mapped = [mapper.local_table for mapper in models.mappers if isinstance(mapper.local_table, Table)]
    tables = {value for value in held if _is_a(value, Table)}
    named = [value for value in held if _is_a(value, MetaData)]
    metadatas = {id(one): one for one in (*named, *(table.metadata for table in mapped))}
    tables |= {table for metadata in metadatas.values() for table in metadata.tables.values()}
    of_libraries = {m.local_table for m in mappers - set(models.mappers)}
    models.tables = sorted(tables - of_libraries, key=lambda table: str(table.fullname))
    return models


def relationships(mapper: Mapper[Any]) -> Iterator[RelationshipProperty[Any]]:
    """The relationships that this class itself defines, also where the mappers cannot be configured."""
    # `mapper.relationships` would configure first, and fail for all where one is wrong.
    for prop in list(mapper._props.values()):
        if isinstance(prop, RelationshipProperty) and prop.parent is mapper:
            yield prop


def inherits_its_table(mapper: Mapper[Any]) -> bool:
    """Single-table inheritance."""
    return mapper.inherits is not None and mapper.inherits.local_table is mapper.local_table


def allows(code: str, *infos: dict[Any, Any]) -> bool:
    """`info={"doctor": {"allow": {"code": "reason"}}}` on a relationship, a column or a table."""
    allowed = [info.get("doctor", {}).get("allow", {}) for info in infos]
    return any(isinstance(allow, Mapping) and str(allow.get(code) or "").strip() for allow in allowed)


def is_foreign(info: dict[Any, Any]) -> bool:
    """`info={"owner": "…"}`: the table is mapped, and another program creates and changes it."""
    return bool(info.get("owner"))


def _modules_of_interest(roots: list[str]) -> Iterator[ModuleType]:
    """The named modules and their packages, and every module that is not installed: no libraries, nor this package."""
    tops = {root.partition(".")[0] for root in roots}
    itself = __name__.partition(".")[0]
    for name, module in sorted(sys.modules.items(), key=lambda item: item[0]):
        held = _namespace(module)
        file = held.get("__file__")
        top = name.partition(".")[0]
        own = top in tops or not (top == itself or is_installed(str(file)))
        # One module may be known under two names; it counts once, under its own.
        if file and own and name == held.get("__name__"):
            yield module


def _namespace(module: object) -> dict[str, Any]:
    """Without asking the module for an attribute: a lazy one would load, or raise."""
    try:
        found: dict[str, Any] = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return found


def _held_by(module: ModuleType) -> Iterator[Any]:
    """The values of the module, and those of its classes: some projects keep their tables in a class."""
    for value in list(_namespace(module).values()):
        yield value
        if _is_a(value, type) and value.__module__ == module.__name__:
            yield from list(vars(value).values())


def _is_a(value: object, kind: type) -> bool:
    """By its own type: `isinstance` also asks for `__class__`, and a lazy object then loads, or raises."""
    return issubclass(type(value), kind)


def _mappers_beside(value: Any) -> Iterable[Mapper[Any]]:
    mapper = vars(value).get("__mapper__") if _is_a(value, type) else None
    # `registry.mappers` fails on a class that is mapped only when all are configured.
    managers = mapper.registry._managers if isinstance(mapper, Mapper) else ()
    return [manager.mapper for manager in managers if manager.is_mapped]


def _sort_key(mapper: Mapper[Any]) -> tuple[str, str]:
    return mapper.class_.__module__, mapper.class_.__qualname__
