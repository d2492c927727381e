"""Indexes: missing for a foreign key, superfluous, or named twice."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Column, Index, Table, UniqueConstraint
from sqlalchemy.sql import ClauseElement

from model_doctor.checks.common import is_partial, short_name
from model_doctor.findings import Finding, Place
from model_doctor.keys import foreign_key_constraints, referred_column
from model_doctor.models import Models, allows

# MySQL creates an index for every foreign key by itself.
_INDEXES_KEYS = {"mysql", "mariadb"}
# Each table has index names of its own.
_NAMES_PER_TABLE = {"mysql", "mariadb", "mssql"}
_PREFIX = {"index": "ix", "UNIQUE": "uq"}


class _Name(NamedTuple):
    """The name of a table, of an index or of a UNIQUE constraint."""

    name: str
    kind: str
    table: Table
    columns: tuple[Any, ...]

    def __str__(self) -> str:
        return f"the table {self.table.name}" if self.kind == "table" else f"the {self.kind} of {self._columns}"

    @property
    def _columns(self) -> str:
        return f"{self.table.name} ({', '.join(getattr(one, 'name', str(one)) for one in self.columns)})"


class _Entry(NamedTuple):
    """The primary key, a UNIQUE or an index; `written` is what to remove from the model."""

    rank: int
    name: str
    label: str
    columns: list[Any]
    unique: bool
    written: str


def without_index(table: Table, models: Models) -> Iterator[Finding]:
    """An index helps if it begins with the columns of the key, in any order, and leaves no row out."""
    if models.databases and set(models.databases) <= _INDEXES_KEYS:
        return
    for constraint in foreign_key_constraints(table):
        columns = list(constraint.columns)
        if any(referred_column(element) is None for element in constraint.elements):
            continue
        if not any(_begins_with(index, columns) for index in _indexes(table)):
            names = ", ".join(column.name for column in columns)
            listed = ", ".join(f'"{column.name}"' for column in columns)
            message = f"No index of {table.name} begins with {names}."
            index = short_name(f"ix_{table.name}_{'_'.join(column.name for column in columns)}")
            alone = "index=True, or " if len(columns) == 1 else ""
            fix = f'write {alone}Index("{index}", {listed}).'
            yield Finding(models.place(table, columns[0]), "foreign-key-without-index", message, fix)


def redundant(table: Table, models: Models) -> Iterator[Finding]:
    """An index or UNIQUE whose columns the primary key, a UNIQUE or another index begins with."""
    entries = sorted(_entries(table), key=lambda entry: (entry.rank, entry.name))
    for entry in entries[1:]:
        cover = next((other for other in entries if _covers(other, entry)), None)
        if entry.rank and cover:
            columns = ", ".join(column.name for column in entry.columns)
            message = f"{entry.label} on {columns} is superfluous: {cover.label} begins with the same columns."
            fix = f"remove {entry.written}."
            place = models.index_place(table, entry.name, entry.columns)
            yield Finding(place, "redundant-index", message, fix)


def duplicate_names(models: Models) -> Iterator[Finding]:
    """One name space for the tables and indexes of a schema, or of a whole SQLite file."""
    if models.databases and set(models.databases) <= _NAMES_PER_TABLE:
        return
    names = [_Name(str(table.name), "table", table, ()) for table in models.tables]
    names += [name for table in models.tables for name in _index_names(table, models)]
    seen: dict[tuple[int, str | None, str], _Name] = {}
    for name in names:
        first = seen.setdefault((id(name.table.metadata), name.table.schema, name.name), name)
        if first is not name and name.kind != "table" and not allows("duplicate-index-name", name.table.info):
            message = f"The name {name.name} is used twice: for {first} and {name}."
            fix = f'name one of them otherwise, after its table: "{_PREFIX[name.kind]}_{name.table.name}_…".'
            related = (_place(first, models),)
            subjects = (str(name.table.name),)
            yield Finding(_place(name, models), "duplicate-index-name", message, fix, subjects, related)


TABLE_CHECKS = (without_index, redundant)
PROJECT_CHECKS = (duplicate_names,)


def _index_names(table: Table, models: Models) -> Iterator[_Name]:
    """Of its indexes; on PostgreSQL its named UNIQUEs are indexes too."""
    if not models.databases or "postgresql" in models.databases:
        uniques = [one for one in table.constraints if isinstance(one, UniqueConstraint) and isinstance(one.name, str)]
        # It creates one where two have the same name and columns.
        names = {_Name(str(unique.name), "UNIQUE", table, tuple(unique.columns)) for unique in uniques}
        yield from sorted(names, key=str)
    for index in sorted(table.indexes, key=lambda one: (str(one.name), str(list(one.expressions)))):
        if index.name is not None:
            yield _Name(str(index.name), "index", table, tuple(index.expressions))


def _place(name: _Name, models: Models) -> Place:
    return models.index_place(name.table, name.name, [one for one in name.columns if isinstance(one, Column)])


def _indexes(table: Table) -> Iterator[list[Any]]:
    yield list(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns)
    for index in table.indexes:
        if not is_partial(index):
            yield list(index.expressions)


def _begins_with(index: list[Any], columns: list[Column[Any]]) -> bool:
    first = index[: len(columns)]
    return len(first) == len(columns) and all(any(part is column for column in columns) for part in first)


def _entries(table: Table) -> Iterator[_Entry]:
    if table.primary_key.columns:
        yield _Entry(0, "", "the primary key", list(table.primary_key.columns), True, "")
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.columns:
            name, covered = str(constraint.name or ""), list(constraint.columns)
            written = "unique=True" if _is_flag(covered, "unique") else f"the UniqueConstraint {name}".strip()
            yield _Entry(1, name, f"the UNIQUE {name}".strip(), covered, True, written)
    for index in table.indexes:
        if _is_plain(index):
            columns: list[Any] = list(index.expressions)
            name = str(index.name or "an index")
            written = f"index=True ({name})" if _is_flag(columns, "index") else f"the Index {name}"
            yield _Entry(2 if index.unique else 3, name, name, columns, bool(index.unique), written)


def _is_flag(columns: list[Any], flag: str) -> bool:
    """Whether the column itself says `index=True` or `unique=True`."""
    return len(columns) == 1 and bool(getattr(columns[0], flag))


def _is_plain(index: Index) -> bool:
    """On columns only, of all rows, and of the usual kind: others answer other queries."""
    options = [value for given in index.dialect_options.values() for value in given.values()]
    special = any(isinstance(value, ClauseElement) or bool(value) for value in options)
    return bool(index.expressions) and not special and all(isinstance(one, Column) for one in index.expressions)


def _covers(other: _Entry, entry: _Entry) -> bool:
    """Whether `other` answers all that `entry` does; of two that are the same, the first stays."""
    if other is entry or len(other.columns) < len(entry.columns):
        return False
    if any(one is not another for one, another in zip(entry.columns, other.columns, strict=False)):
        return False
    if len(other.columns) > len(entry.columns):
        return not entry.unique
    return (other.unique or not entry.unique) and (other.rank, other.name) < (entry.rank, entry.name)
