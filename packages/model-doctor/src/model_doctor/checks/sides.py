"""The two sides of a relationship: they have to name each other and go by one key."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import RelationshipProperty

from model_doctor.checks.common import (
    MANY_TO_MANY,
    MANY_TO_ONE,
    is_concrete,
    key_of,
    name,
    place,
    shown_columns,
)
from model_doctor.findings import Finding
from model_doctor.keys import Relationship, arguments, back_populates_of
from model_doctor.models import relationships


def sides_disagree(relationship: Relationship) -> Iterator[Finding]:
    """The two sides of one pair go by different keys."""
    for other in relationship._reverse_property:
        if relationship.viewonly or other.viewonly or not _disagree(relationship, other):
            continue
        if _comes_first(relationship, other) and not _is_of_concrete_classes(relationship, other):
            own, others = shown_columns(relationship), shown_columns(other)
            message = f"{name(relationship)} goes by {own}, and its other side {name(other)} by {others}."
            fix = _agree(relationship, other)
            yield Finding(place(relationship), "sides-disagree", message, fix, related=(place(other),))


def one_side_only(relationship: Relationship) -> Iterator[Finding]:
    """It names its other side, which names none, or another relationship."""
    named = back_populates_of(relationship)
    if not named or relationship.viewonly:
        return
    other = relationship.mapper._props.get(named)
    if not isinstance(other, RelationshipProperty) or other.viewonly or _is_of_concrete_classes(relationship, other):
        return
    others = back_populates_of(other)
    if others == relationship.key or _disagree(relationship, other):
        return
    says = f'back_populates="{others}"' if others else "no back_populates"
    message = f"{name(relationship)} names {name(other)} as its other side, which has {says}."
    fix = f"write {arguments(other, back_populates=relationship.key)} on {name(other)}."
    yield Finding(place(other), "one-side-only", message, fix, related=(place(relationship),))


def neither_side(relationship: Relationship) -> Iterator[Finding]:
    """Two relationships over one key, and neither names the other."""
    if not _stands_alone(relationship):
        return
    for other in filter(_stands_alone, relationships(relationship.mapper)):
        if (
            other.mapper is relationship.parent
            and _comes_first(relationship, other)
            and _are_two_sides(relationship, other)
        ):
            message = (
                f"{name(relationship)} and {name(other)} are the two sides of one key, and neither names the other."
            )
            fix = (
                f"write {arguments(relationship, back_populates=other.key)} here, "
                f'and "{relationship.key}" on {name(other)}.'
            )
            yield Finding(place(relationship), "one-side-only", message, fix, related=(place(other),))


CHECKS = (sides_disagree, one_side_only, neither_side)


def _disagree(relationship: Relationship, other: Relationship) -> bool:
    return _columns(relationship) != _reversed_columns(other)


def _is_of_concrete_classes(relationship: Relationship, other: Relationship) -> bool:
    return is_concrete(relationship.parent) or is_concrete(other.parent)


def _comes_first(relationship: Relationship, other: Relationship) -> bool:
    """Of two sides one is reported: the one that holds the key."""
    ranks = [(one.direction is not MANY_TO_ONE, str(one)) for one in (relationship, other)]
    return ranks[0] < ranks[1]


def _stands_alone(relationship: Relationship) -> bool:
    paired = relationship.back_populates or relationship._reverse_property or relationship._overlaps
    return relationship._configure_finished and not paired and not relationship.viewonly


def _are_two_sides(relationship: Relationship, other: Relationship) -> bool:
    many = relationship.direction is MANY_TO_MANY
    return not _disagree(relationship, other) and (many or relationship.direction is not other.direction)


def _columns(relationship: Relationship) -> set[tuple[Any, ...]]:
    return {("own", *pair) for pair in relationship.synchronize_pairs} | {
        ("other", *pair) for pair in relationship.secondary_synchronize_pairs or ()
    }


def _reversed_columns(relationship: Relationship) -> set[tuple[Any, ...]]:
    """Its columns as its other side would name them: only a link table has two ends."""
    if relationship.direction is not MANY_TO_MANY:
        return _columns(relationship)
    ends = {"own": "other", "other": "own"}
    return {(ends[end], *pair) for end, *pair in _columns(relationship)}


def _agree(relationship: Relationship, other: Relationship) -> str:
    """The holder of the key is at one end or at the other."""
    ends = (relationship.parent, relationship.mapper), (relationship.mapper, relationship.parent)
    keys = [next(filter(None, (key_of(one, *end) for end in ends)), None) for one in (relationship, other)]
    options = list(dict.fromkeys(key for key in keys if key))
    if len(options) < 2:
        return "name the same foreign keys on both sides."
    written = " or ".join(f'"{key}"' for key in options)
    return f"write the same foreign_keys on both sides, {written}: {arguments(other, foreign_keys=str(options[0]))}."
