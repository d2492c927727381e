"""Who deletes the children: the ORM's cascade and the database's ON DELETE have to agree."""

from collections.abc import Callable, Iterator
from functools import wraps

from sqlalchemy import Table

from model_doctor.checks.common import (
    MANY_TO_MANY,
    MANY_TO_ONE,
    ONE_TO_MANY,
    is_alone,
    name,
    named,
    place,
    referring_columns,
    target_name,
)
from model_doctor.findings import Finding
from model_doctor.keys import Relationship, arguments

_Check = Callable[[Relationship], Iterator[Finding]]


def from_parents(check: _Check) -> _Check:
    """Restrict a check to one-to-many relationships over real foreign keys: deleting the parent concerns children."""

    @wraps(check)
    def checked(relationship: Relationship) -> Iterator[Finding]:
        deletes = relationship.direction is ONE_TO_MANY and not relationship.viewonly
        # Concrete inheritance joins the tables of the subclasses in a subquery.
        if deletes and all(c.foreign_keys and isinstance(c.table, Table) for c in referring_columns(relationship)):
            yield from check(relationship)

    return checked


@from_parents
def passive_deletes_without_ondelete(relationship: Relationship) -> Iterator[Finding]:
    """`passive_deletes="all"` says that the database should refuse; True says that it should act."""
    if relationship.passive_deletes is True and _ondelete(relationship) in ("", "NO ACTION"):
        message = f"passive_deletes=True leaves the delete to {_keys(relationship)}, which has no ondelete."
        fix = f'write ondelete="CASCADE" (or "SET NULL") on {_keys(relationship)}, or take passive_deletes away.'
        yield Finding(place(relationship), "passive-deletes-without-ondelete", message, fix)


@from_parents
def ondelete_without_passive_deletes(relationship: Relationship) -> Iterator[Finding]:
    """ON DELETE CASCADE in the database, and an ORM that sets NULL before it comes to that."""
    if _ondelete(relationship) != "CASCADE" or relationship.cascade.delete or relationship.passive_deletes == "all":
        return
    fix = f"write {arguments(relationship, cascade=_cascade(relationship), passive_deletes=True)}."
    if relationship.passive_deletes:
        message = (
            f"{_keys(relationship)} is ON DELETE CASCADE, and {name(relationship)} has no cascade for loaded rows."
        )
        yield Finding(place(relationship), "ondelete-without-cascade", message, fix)
    else:
        message = f"{_keys(relationship)} is ON DELETE CASCADE, and {name(relationship)} sets it to NULL first."
        yield Finding(place(relationship), "ondelete-without-passive-deletes", message, fix)


@from_parents
def cascade_but_set_null(relationship: Relationship) -> Iterator[Finding]:
    """The ORM deletes children that the database would keep."""
    rule = _ondelete(relationship)
    if relationship.cascade.delete and rule in ("SET NULL", "SET DEFAULT"):
        message = f"{name(relationship)} cascades the delete, and {_keys(relationship)} is ON DELETE {rule}."
        fix = f'write ondelete="CASCADE" on {_keys(relationship)}, or take delete out of the cascade.'
        yield Finding(place(relationship), "cascade-but-set-null", message, fix)


@from_parents
def not_null_child(relationship: Relationship) -> Iterator[Finding]:
    """A child that must have a parent, and no rule for it when the parent is deleted."""
    # passive_deletes without a rule, and SET NULL on NOT NULL, are reported as such; RESTRICT asks for a refusal.
    rules = ("CASCADE", "SET NULL", "RESTRICT", "NO ACTION")
    if relationship.cascade.delete or relationship.passive_deletes or _ondelete(relationship) in rules:
        return
    if any(not column.nullable for column in referring_columns(relationship)):
        message = f"{_keys(relationship)} is NOT NULL, and {name(relationship)} has no cascade."
        fix = (
            f"write {arguments(relationship, cascade='all, delete-orphan')}; or, to keep parents with children, "
            f'{arguments(relationship, passive_deletes="all")} and ondelete="RESTRICT" on {_keys(relationship)}.'
        )
        yield Finding(place(relationship), "not-null-child", message, fix)


def cascade_on_many_side(relationship: Relationship) -> Iterator[Finding]:
    """The delete goes from the many to the one, or in a circle."""
    if not relationship.cascade.delete or relationship.viewonly:
        return
    if relationship.direction is MANY_TO_ONE and not relationship.single_parent and not is_alone(relationship):
        target = target_name(relationship)
        message = f"{name(relationship)} refers to one {target} that others may refer to, and cascades the delete."
        fix = "take delete out of its cascade; the cascade belongs on the other side."
        yield Finding(place(relationship), "cascade-on-many-side", message, fix)
    if relationship.direction is MANY_TO_MANY and any(o.cascade.delete for o in relationship._reverse_property):
        message = f"Both sides of {name(relationship)} cascade the delete, and each has many of the other."
        fix = "take delete out of the cascade of one side."
        yield Finding(place(relationship), "cascade-on-many-side", message, fix)


CHECKS = (
    passive_deletes_without_ondelete,
    ondelete_without_passive_deletes,
    cascade_but_set_null,
    not_null_child,
    cascade_on_many_side,
)


def _cascade(relationship: Relationship) -> str:
    """With delete-orphan, taking a child out of the list deletes it: only right for one that cannot be without."""
    nullable = all(column.nullable for column in referring_columns(relationship))
    return "all, delete" if nullable else "all, delete-orphan"


def _ondelete(relationship: Relationship) -> str:
    rules = {(key.ondelete or "").upper() for column in referring_columns(relationship) for key in column.foreign_keys}
    return rules.pop() if len(rules) == 1 else ""


def _keys(relationship: Relationship) -> str:
    return ", ".join(named(column) for column in referring_columns(relationship))
