"""Relationships that join by another column than the one they mean."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression

from model_doctor.checks.common import MANY_TO_MANY, MANY_TO_ONE, key_of, name, named, place
from model_doctor.findings import Finding
from model_doctor.keys import Key, Relationship, arguments, keys_between, keys_from, likeness
from model_doctor.models import relationships


def swapped(relationship: Relationship) -> Iterator[Finding]:
    """Two relationships to one class, each by the key whose name fits the other."""
    for other in _siblings(relationship):
        own, others = _key(relationship), _key(other)
        if not own or not others or place(other) < place(relationship) or set(own.columns) & set(others.columns):
            continue
        if _fits_better(relationship.key, others, own) and _fits_better(other.key, own, others):
            message = f"{name(relationship)} uses {own}, and {name(other)} uses {others}: they look swapped."
            fix = f'write {arguments(relationship, foreign_keys=str(others))} here and "{own}" on {other.key}.'
            yield Finding(place(relationship), "swapped-foreign-keys", message, fix, related=(place(other),))


def wrong_columns(relationship: Relationship) -> Iterator[Finding]:
    """It joins by the foreign key to another table, or by two primary keys although there is a foreign key."""
    if relationship.direction is MANY_TO_MANY or relationship.viewonly:
        return
    possible = keys_between(relationship.parent, relationship.mapper)
    for referred, referring in relationship.synchronize_pairs:
        by_ids = bool(possible) and referring.primary_key and referred.primary_key
        if not (referring.foreign_keys or by_ids) or _is_tied(relationship, referring, referred):
            continue
        message = f"It joins {named(referring)} with {named(referred)}, and no foreign key connects these two."
        options = " or ".join(arguments(relationship, foreign_keys=str(key)) for key in possible)
        fix = f"write {options}, without a primaryjoin." if options else "join the columns of a foreign key."
        yield Finding(place(relationship), "wrong-columns", message, fix)
        return


def join_without_foreign_key(relationship: Relationship) -> Iterator[Finding]:
    """A plain join by a column that refers to the other table in all but name.

    Silent for joins with further conditions, as generic associations have, and where something else writes the column.
    """
    if relationship.viewonly or relationship.direction is not MANY_TO_ONE or not _is_plain(relationship):
        return
    for referred, referring in relationship.synchronize_pairs:
        if referring.foreign_keys or not referred.primary_key or referring.primary_key or _is_shared(relationship):
            continue
        message = f"No foreign key guards {named(referring)}."
        later = ", use_alter=True" if keys_from(relationship.mapper, relationship.parent) else ""
        fix = f'write ForeignKey("{named(referred)}"{later}) on {named(referring)}.'
        yield Finding(place(relationship), "join-without-foreign-key", message, fix)


def another_fits_better(relationship: Relationship) -> Iterator[Finding]:
    """Two relationships use one key, and the name of one of them fits a key that none uses."""
    own = _key(relationship)
    taken = [_key(other) for other in _siblings(relationship)]
    if not own or own not in taken:
        return
    for key in keys_from(relationship.parent, relationship.mapper):
        if key not in taken and _fits_better(relationship.key, key, own) and not likeness(relationship.key, own):
            message = f"It uses {own}, as another relationship does, and {key} is used by none."
            fix = f"write {arguments(relationship, foreign_keys=str(key))}."
            yield Finding(place(relationship), "wrong-columns", message, fix)


CHECKS = (swapped, wrong_columns, join_without_foreign_key, another_fits_better)


def _siblings(relationship: Relationship) -> Iterator[Relationship]:
    """The other many-to-one relationships from the same class to the same class."""
    if relationship.direction is MANY_TO_ONE and not relationship.viewonly:
        for other in relationships(relationship.parent):
            works = other is not relationship and other._configure_finished and not other.viewonly
            if works and other.direction is MANY_TO_ONE and other.mapper is relationship.mapper:
                yield other


def _key(relationship: Relationship) -> Key | None:
    return key_of(relationship, relationship.parent, relationship.mapper)


def _fits_better(name: str, one: Key, other: Key) -> bool:
    return likeness(name, one) > likeness(name, other)


def _is_plain(relationship: Relationship) -> bool:
    """Whether the join is one equality."""
    join = relationship.primaryjoin
    return isinstance(join, BinaryExpression) and join.operator is operators.eq


def _is_shared(relationship: Relationship) -> bool:
    """Whether another relationship of the class goes by the same column: a column that refers to several tables."""
    own = {referring for _, referring in relationship.synchronize_pairs}
    others = (o for o in relationships(relationship.parent) if o is not relationship and o._configure_finished)
    return any(own & {referring for _, referring in other.synchronize_pairs} for other in others)


def _is_tied(relationship: Relationship, referring: Any, referred: Any) -> bool:
    """A class that inherits has its parent's key too, and two that refer to a third share its key."""
    ends = [end for end in (relationship.parent, relationship.mapper) if referred in end.columns.values()]
    same = {column for end in ends for column in end.get_property_by_column(referred).columns} | {referred}
    same |= {key.column for key in referred.foreign_keys}
    return any(key.column in same for key in referring.foreign_keys)
