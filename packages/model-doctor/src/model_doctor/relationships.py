"""Relationships that SQLAlchemy accepts and that do the wrong thing."""

import ast
from collections.abc import Iterator
from typing import Any, Literal

from sqlalchemy import Index, Table, UniqueConstraint
from sqlalchemy.orm import RelationshipDirection, RelationshipProperty

from model_doctor import source
from model_doctor.findings import Finding, Place
from model_doctor.keys import Key, cure, keys_between, keys_from, likeness
from model_doctor.reading import relationships

_Relationship = RelationshipProperty[Any]
_MANY_TO_ONE, _ONE_TO_MANY = RelationshipDirection.MANYTOONE, RelationshipDirection.ONETOMANY
_MANY_TO_MANY = RelationshipDirection.MANYTOMANY
_COLLECTIONS = {
    *("list", "set", "frozenset", "dict", "deque", "List", "Set", "FrozenSet", "Dict", "Deque", "Sequence"),
    *("MutableSequence", "Collection", "Iterable", "AbstractSet", "MutableSet", "Mapping", "MutableMapping"),
    *("WriteOnlyMapped", "DynamicMapped"),
}


def swapped(relationship: _Relationship) -> Iterator[Finding]:
    """Two that point at one class, each through the key whose name fits the other."""
    for other in _siblings(relationship):
        mine, others = _key(relationship), _key(other)
        if not mine or not others or place(other) < place(relationship) or set(mine.columns) & set(others.columns):
            continue
        if _fits_better(relationship.key, others, mine) and _fits_better(other.key, mine, others):
            name = relationship.parent.class_.__name__
            wrong = f"{name}.{relationship.key} uses {mine}, and {name}.{other.key} uses {others}: they look swapped."
            said = f"write {cure(relationship, foreign_keys=str(others))} here and {str(mine)!r} on {other.key}."
            yield Finding(place(relationship), "swapped-foreign-keys", wrong, said.replace("'", '"'))


def wrong_columns(relationship: _Relationship) -> Iterator[Finding]:
    """It joins columns that no foreign key ties, although the two tables are tied by others."""
    if relationship.direction is _MANY_TO_MANY or relationship.viewonly:
        return
    possible = keys_between(relationship.parent, relationship.mapper)
    for referred, referring in relationship.synchronize_pairs:
        # A natural key of its own, an email say, may tie two tables that an id ties too.
        meant = not referring.foreign_keys and not (possible and referred.primary_key)
        if meant or _is_tied(relationship, referring, referred):
            continue
        wrong = f"It joins {_named(referring)} with {_named(referred)}, and no foreign key ties these two."
        options = " or ".join(cure(relationship, foreign_keys=str(key)) for key in possible)
        said = f"write {options}, without a primaryjoin." if options else "join the columns of a foreign key."
        yield Finding(place(relationship), "wrong-columns", wrong, said)
        return


def another_fits_better(relationship: _Relationship) -> Iterator[Finding]:
    """Two use one key, and the name of one of them fits a key that nobody uses."""
    mine = _key(relationship)
    taken = [_key(other) for other in _siblings(relationship)]
    if not mine or mine not in taken:
        return
    for key in keys_from(relationship.parent, relationship.mapper):
        if key not in taken and _fits_better(relationship.key, key, mine) and not likeness(relationship.key, mine):
            wrong = f"It uses {mine}, as another relationship does, and {key} is used by none."
            said = f"write {cure(relationship, foreign_keys=str(key))}."
            yield Finding(place(relationship), "wrong-columns", wrong, said)


def sides_disagree(relationship: _Relationship) -> Iterator[Finding]:
    """The two sides of one pair name different keys."""
    for other in relationship._reverse_property:
        if relationship.viewonly or other.viewonly or _columns(relationship) == _reversed_columns(other):
            continue
        if _comes_first(relationship, other):
            mine, others = _shown_columns(relationship), _shown_columns(other)
            wrong = f"{relationship} goes by {mine}, and its other side {other} by {others}."
            yield Finding(place(relationship), "sides-disagree", wrong, _agree(relationship, other))


def one_side_only(relationship: _Relationship) -> Iterator[Finding]:
    """It names its other side, which names nobody, or somebody else."""
    named = relationship.back_populates
    if not named or relationship.viewonly:
        return
    other = relationship.mapper.get_property(named, _configure_mappers=False)
    if isinstance(other, RelationshipProperty) and other.back_populates != relationship.key and not other.viewonly:
        says = f'back_populates="{other.back_populates}"' if other.back_populates else "no back_populates"
        wrong = f"{relationship} names {other} as its other side, which has {says}."
        yield Finding(
            place(other), "one-side-only", wrong, f"write {cure(other, back_populates=relationship.key)} on {other}."
        )


def neither_side(relationship: _Relationship) -> Iterator[Finding]:
    """Two that are each other's other side, and neither says so."""
    if not _stands_alone(relationship):
        return
    for other in filter(_stands_alone, relationships(relationship.mapper)):
        if (
            other.mapper is relationship.parent
            and _comes_first(relationship, other)
            and _are_two_sides(relationship, other)
        ):
            wrong = f"{relationship} and {other} are the two sides of one key, and neither names the other."
            said = f'write {cure(relationship, back_populates=other.key)} here, and "{relationship.key}" on {other}.'
            yield Finding(place(relationship), "one-side-only", wrong, said)


def cascade_on_many_side(relationship: _Relationship) -> Iterator[Finding]:
    """Deleting goes from the many to the one, or round in a circle."""
    if not relationship.cascade.delete or relationship.viewonly:
        return
    if relationship.direction is _MANY_TO_ONE and not relationship.single_parent:
        wrong = (
            f"{relationship} refers to one {_target(relationship)} that others may refer to, and cascades the delete."
        )
        said = "take delete out of its cascade; on the other side it is what you want."
        yield Finding(place(relationship), "cascade-on-many-side", wrong, said)
    if relationship.direction is _MANY_TO_MANY and any(o.cascade.delete for o in relationship._reverse_property):
        wrong = f"Both sides of {relationship} cascade the delete, and each has many of the other."
        yield Finding(place(relationship), "cascade-on-many-side", wrong, "take delete out of the cascade of one side.")


def annotation(relationship: _Relationship) -> Iterator[Finding]:
    """It says list where there is one, or one where there are many."""
    tree = source.annotation(relationship.parent.class_, relationship.key)
    target = _target(relationship)
    said = _kind(tree, target) if tree and not relationship.viewonly else None
    if said == "collection" and relationship.direction is _MANY_TO_ONE:
        wrong = f"It is annotated as a collection, and {_shown_columns(relationship)} refers to one {target}."
        yield Finding(place(relationship), "collection-on-scalar-side", wrong, f"annotate it as {target} | None.")
    if said == "scalar" and relationship.direction is not _MANY_TO_ONE and not _at_most_one(relationship):
        wrong = f"It is annotated as one {target}, and many may belong to it."
        key = _shown_columns(relationship)
        unique = f", or make {key} unique" if relationship.direction is _ONE_TO_MANY else ""
        yield Finding(
            place(relationship), "scalar-on-collection-side", wrong, f"annotate it as list[{target}]{unique}."
        )


CHECKS = (
    swapped,
    wrong_columns,
    another_fits_better,
    sides_disagree,
    one_side_only,
    neither_side,
    cascade_on_many_side,
    annotation,
)


def place(relationship: _Relationship) -> Place:
    """Where it is written."""
    return source.attribute_place(relationship.parent.class_, relationship.key)


def _comes_first(relationship: _Relationship, other: _Relationship) -> bool:
    """Of two sides one is told: the one that holds the key."""
    ranks = [(one.direction is not _MANY_TO_ONE, str(one)) for one in (relationship, other)]
    return ranks[0] < ranks[1]


def _stands_alone(relationship: _Relationship) -> bool:
    paired = relationship.back_populates or relationship._reverse_property or relationship._overlaps
    return relationship._configure_finished and not paired and not relationship.viewonly


def _are_two_sides(relationship: _Relationship, other: _Relationship) -> bool:
    many = relationship.direction is _MANY_TO_MANY
    return _columns(relationship) == _reversed_columns(other) and (
        many or relationship.direction is not other.direction
    )


def _siblings(relationship: _Relationship) -> Iterator[_Relationship]:
    """The other many-to-one relationships from the same class to the same class."""
    if relationship.direction is _MANY_TO_ONE and not relationship.viewonly:
        for other in relationships(relationship.parent):
            works = other is not relationship and other._configure_finished and not other.viewonly
            if works and other.direction is _MANY_TO_ONE and other.mapper is relationship.mapper:
                yield other


def _key(relationship: _Relationship) -> Key | None:
    used = [referring for _, referring in relationship.synchronize_pairs]
    possible = keys_from(relationship.parent, relationship.mapper)
    return next((key for key in possible if set(key.columns) == set(used)), None)


def _fits_better(name: str, one: Key, other: Key) -> bool:
    return likeness(name, one) > likeness(name, other)


def _is_tied(relationship: _Relationship, referring: Any, referred: Any) -> bool:
    """A class that inherits has its parent's key too, and two that refer to a third share its key."""
    ends = [end for end in (relationship.parent, relationship.mapper) if referred in end.columns.values()]
    same = {column for end in ends for column in end.get_property_by_column(referred).columns} | {referred}
    same |= {key.column for key in referred.foreign_keys}
    return any(key.column in same for key in referring.foreign_keys)


def _columns(relationship: _Relationship) -> set[tuple[Any, ...]]:
    return {("own", *pair) for pair in relationship.synchronize_pairs} | {
        ("other", *pair) for pair in relationship.secondary_synchronize_pairs or ()
    }


def _reversed_columns(relationship: _Relationship) -> set[tuple[Any, ...]]:
    """Its columns as its other side would name them: only a link table has two ends."""
    if relationship.direction is not _MANY_TO_MANY:
        return _columns(relationship)
    ends = {"own": "other", "other": "own"}
    return {(ends[end], *pair) for end, *pair in _columns(relationship)}


def _shown_columns(relationship: _Relationship) -> str:
    pairs = [*relationship.synchronize_pairs, *(relationship.secondary_synchronize_pairs or ())]
    return ", ".join(dict.fromkeys(_named(referring) for _, referring in pairs))


def _agree(relationship: _Relationship, other: _Relationship) -> str:
    options = [key for key in (_key(relationship), _key(other) or _other_key(other)) if key]
    if len(options) < 2:
        return "name the same foreign keys on both sides."
    written = " or ".join(f'"{key}"' for key in options)
    return f"write the same foreign_keys on both sides, {written}: {cure(other, foreign_keys=str(options[0]))}."


def _other_key(relationship: _Relationship) -> Key | None:
    used = {referring for _, referring in relationship.synchronize_pairs}
    possible = keys_from(relationship.mapper, relationship.parent)
    return next((key for key in possible if set(key.columns) == used), None)


def _named(column: Any) -> str:
    return f"{column.table.name}.{column.name}"


def _target(relationship: _Relationship) -> str:
    return relationship.mapper.class_.__name__


def _at_most_one(relationship: _Relationship) -> bool:
    """Whether the database allows no second row with the same reference."""
    columns = {referring for _, referring in relationship.synchronize_pairs}
    return (
        relationship.direction is _ONE_TO_MANY
        and not relationship.uselist
        and any(unique and unique <= columns for table in {c.table for c in columns} for unique in _uniques(table))
    )


def _uniques(table: Table) -> Iterator[set[Any]]:
    yield set(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield set(constraint.columns)
    for index in table.indexes:
        if isinstance(index, Index) and index.unique:
            yield set(index.columns)


def _kind(tree: ast.expr, target: str) -> Literal["collection", "scalar"] | None:
    """How the annotation reads; None where a name of the project's own hides it."""
    match tree:
        case ast.Constant(value=str(text)):
            try:
                return _kind(ast.parse(text, mode="eval").body, target)
            except SyntaxError:
                return None
        case ast.Subscript(value=outer, slice=inner):
            name = ast.unparse(outer).rpartition(".")[2]
            if name in ("Mapped", "Optional", "Union", "Annotated", "Required"):
                return _kind(inner, target)
            return "collection" if name in _COLLECTIONS else None
        case ast.Tuple(elts=several):
            return next(filter(None, (_kind(one, target) for one in several)), None)
        case ast.BinOp(left=left, right=right):
            return _kind(left, target) or _kind(right, target)
        case ast.Name() | ast.Attribute():
            name = ast.unparse(tree).rpartition(".")[2]
            return "scalar" if name == target else "collection" if name in _COLLECTIONS else None
    return None
