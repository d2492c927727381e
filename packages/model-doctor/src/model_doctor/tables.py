"""Foreign keys and constraints: what a table promises, and whether it can hold it."""

import difflib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    Dialect,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import CompileError
from sqlalchemy.types import TypeEngine

from model_doctor.findings import Finding
from model_doctor.keys import referred_column
from model_doctor.reading import Models

_DIALECTS = (postgresql.dialect(), sqlite.dialect())  # type: ignore[no-untyped-call]


def unknown_target(table: Table, models: Models) -> Iterator[Finding]:
    """`ForeignKey("user.id")` where the table is called users."""
    for column in table.columns:
        for key in column.foreign_keys:
            if referred_column(key) is None:
                known = [f"{other.fullname}.{c.name}" for other in models.tables for c in other.primary_key]
                like = difflib.get_close_matches(key.target_fullname, known, 1)
                wrong = f"It refers to {key.target_fullname}, and no imported model has that table and column."
                said = f'write "{like[0]}".' if like else "correct the name, or import the module with that table."
                yield Finding(models.place(table, column.name), "foreign-key-target-unknown", wrong, said)


def another_type(table: Table, models: Models) -> Iterator[Finding]:
    """A foreign key holds the same values as its target, so it has the same type and length."""
    for column in table.columns:
        for key in column.foreign_keys:
            target = referred_column(key)
            if target is None:
                continue
            mine, others = _type_names(column.type), _type_names(target.type)
            if mine != others:
                name = f"{target.table.name}.{target.name}"
                # What the two databases call it may differ; the first difference is the one to show.
                one, other = next((a, b) for a, b in zip(mine, others, strict=True) if a != b)
                wrong = f"{table.name}.{column.name} is {one}, and {name}, which it refers to, is {other}."
                said = f"give it the type and length of {name}: {other}."
                yield Finding(models.place(table, column.name), "foreign-key-type", wrong, said)


def without_index(table: Table, models: Models) -> Iterator[Finding]:
    """An index is of use if it begins with the columns of the key and leaves no row out."""
    for constraint in _foreign_keys(table):
        columns = list(constraint.columns)
        if not any(_begins_with(index, columns) for index in _indexes(table)):
            names = ", ".join(column.name for column in columns)
            listed = ", ".join(f'"{column.name}"' for column in columns)
            wrong = f"No index of {table.name} begins with {names}."
            alone = "index=True, or " if len(columns) == 1 else ""
            said = f'write {alone}Index("ix_{table.name}_{"_".join(c.name for c in columns)}", {listed}).'
            yield Finding(models.place(table, columns[0].name), "foreign-key-without-index", wrong, said)


def set_null_on_not_null(table: Table, models: Models) -> Iterator[Finding]:
    """`Field(ondelete="SET NULL")` refuses this itself; a `Column` does not."""
    for constraint in _foreign_keys(table):
        for column in constraint.columns:
            if (constraint.ondelete or "").upper() == "SET NULL" and not column.nullable:
                wrong = f"{table.name}.{column.name} is ON DELETE SET NULL and NOT NULL."
                said = 'make the column nullable, or write ondelete="CASCADE".'
                yield Finding(models.place(table, column.name), "set-null-on-not-null", wrong, said)


def link_without_primary_key(table: Table, models: Models) -> Iterator[Finding]:
    """A table that ties two others, and lets the same pair in twice."""
    keys = _foreign_keys(table)
    linking = {column for constraint in keys for column in constraint.columns}
    if len(keys) != 2 or list(table.primary_key.columns) or any(not c.foreign_keys for c in table.columns):
        return
    if not any(isinstance(c, UniqueConstraint) and set(c.columns) <= linking for c in table.constraints):
        wrong = f"{table.name} links {' and '.join(key.referred_table.name for key in keys)} and has no primary key."
        said = f"write primary_key=True on {' and on '.join(c.name for c in table.columns if c in linking)}."
        yield Finding(models.place(table), "link-without-primary-key", wrong, said)


def unnamed(table: Table, models: Models) -> Iterator[Finding]:
    """One finding a table. Its primary key may go without: there is but one."""
    nameless = [c for c in table.constraints if not c.name and not isinstance(c, PrimaryKeyConstraint)]
    if nameless:
        listed = "; ".join(sorted(map(_described, nameless)))
        wrong = f"{table.name} has constraints without a name: {listed}."
        said = "give the MetaData a naming_convention (once for all tables), and each CHECK a name=."
        yield Finding(models.place(table), "unnamed-constraint", wrong, said)


CHECKS = (unknown_target, another_type, without_index, set_null_on_not_null, link_without_primary_key, unnamed)


def _foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    """In the order of the columns; those that lead nowhere are told by `unknown_target`."""
    keys = [key for key in table.constraints if isinstance(key, ForeignKeyConstraint)]
    resolved = [key for key in keys if all(referred_column(element) is not None for element in key.elements)]
    order = {column.name: position for position, column in enumerate(table.columns)}
    return sorted(resolved, key=lambda key: order[key.columns[0].name])


def _type_names(kind: TypeEngine[Any]) -> list[str]:
    """As each database would write it; text without a length is one type, whatever it is called."""
    return [_type_name(kind, dialect) for dialect in _DIALECTS]


def _type_name(kind: TypeEngine[Any], dialect: Dialect) -> str:
    try:
        name = kind.compile(dialect=dialect)
    except CompileError:
        # A type that this database does not have.
        name = repr(kind)
    return "TEXT" if name == "VARCHAR" else name


def _indexes(table: Table) -> Iterator[list[Any]]:
    yield list(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield list(constraint.columns)
    for index in table.indexes:
        if not any(index.dialect_options[name].get("where") is not None for name in ("postgresql", "sqlite")):
            yield list(index.expressions)


def _begins_with(index: list[Any], columns: list[Column[Any]]) -> bool:
    first = index[: len(columns)]
    return bool(first) and all(any(part is column for column in columns) for part in first)


def _described(constraint: Constraint) -> str:
    columns = ", ".join(column.name for column in getattr(constraint, "columns", ()))
    match constraint:
        case CheckConstraint():
            return f"CHECK ({constraint.sqltext})"
        case UniqueConstraint():
            return f"UNIQUE ({columns})"
        case ForeignKeyConstraint():
            return f"FOREIGN KEY ({columns})"
    return type(constraint).__name__
