"""What several checks of relationships share."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapper, RelationshipDirection

from model_doctor import source
from model_doctor.findings import Place
from model_doctor.keys import Key, Relationship, keys_from, made_by_backref_of

MANY_TO_ONE = RelationshipDirection.MANYTOONE
ONE_TO_MANY = RelationshipDirection.ONETOMANY
MANY_TO_MANY = RelationshipDirection.MANYTOMANY
# What the databases and SQLAlchemy use for identifiers at most: PostgreSQL's limit.
LONGEST_NAME = 63


def place(relationship: Relationship) -> Place:
    """Where it is written; one that a `backref` creates is written at the relationship with the backref."""
    written = made_by_backref_of(relationship) or relationship
    return source.attribute_place(written.parent.class_, written.key)


def name(relationship: Relationship) -> str:
    return f"{relationship.parent.class_.__name__}.{relationship.key}"


def target_name(relationship: Relationship) -> str:
    return relationship.mapper.class_.__name__


def named(column: Any) -> str:
    """`table.column`, as far as it is a column of a table."""
    table = getattr(column, "table", None)
    return f"{getattr(table, 'name', table)}.{getattr(column, 'name', column)}"


def referring_columns(relationship: Relationship) -> list[Any]:
    return [referring for _, referring in relationship.synchronize_pairs]


def shown_columns(relationship: Relationship) -> str:
    pairs = [*relationship.synchronize_pairs, *(relationship.secondary_synchronize_pairs or ())]
    return ", ".join(dict.fromkeys(named(referring) for _, referring in pairs))


def key_of(relationship: Relationship, holder: Mapper[Any], target: Mapper[Any]) -> Key | None:
    """The foreign key of `holder` that the relationship goes by."""
    used = set(referring_columns(relationship))
    return next((key for key in keys_from(holder, target) if set(key.columns) == used), None)


def is_concrete(mapper: Mapper[Any]) -> bool:
    """Concrete inheritance writes a relationship once per class, and all of them name one other side."""
    return any(one.concrete for one in (mapper, *mapper.iterate_to_root(), *mapper.self_and_descendants))


def unique_sets(table: Table) -> Iterator[set[Any]]:
    """The sets of columns that the database allows once: primary key, UNIQUE and unique indexes of all rows."""
    if table.primary_key.columns:
        yield set(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield set(constraint.columns)
    for index in table.indexes:
        if index.unique and not is_partial(index) and all(isinstance(one, Column) for one in index.expressions):
            yield set(index.columns)


def is_alone(relationship: Relationship) -> bool:
    """Whether the database allows no second row with the same reference."""
    columns = set(referring_columns(relationship))
    return any(unique <= columns for table in {column.table for column in columns} for unique in unique_sets(table))


def is_partial(index: Index) -> bool:
    """Whether it leaves rows out."""
    return any(index.dialect_options[name].get("where") is not None for name in ("postgresql", "sqlite"))


def short_name(name: str) -> str:
    """A name that every database accepts."""
    return name[:LONGEST_NAME].rstrip("_")
