"""Who deletes the children: the ORM and the database have to say the same."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy.orm import RelationshipDirection, RelationshipProperty

from model_doctor.findings import Finding
from model_doctor.keys import cure
from model_doctor.relationships import place

_Relationship = RelationshipProperty[Any]
_Check = Callable[[_Relationship], Iterator[Finding]]


def from_parents(check: _Check) -> _Check:
    """Asks only where deleting this class concerns others: one to many, over a real foreign key."""

    def asked(relationship: _Relationship) -> Iterator[Finding]:
        deletes = relationship.direction is RelationshipDirection.ONETOMANY and not relationship.viewonly
        if deletes and all(column.foreign_keys for column in _referring(relationship)):
            yield from check(relationship)

    asked.__name__, asked.__doc__ = check.__name__, check.__doc__
    return asked


@from_parents
def passive_deletes_without_ondelete(relationship: _Relationship) -> Iterator[Finding]:
    """With `passive_deletes="all"` a refusal of the database is meant."""
    if relationship.passive_deletes is True and _ondelete(relationship) in ("", "NO ACTION"):
        wrong = f"passive_deletes=True leaves the delete to {_keys(relationship)}, which has no ondelete."
        said = f'write ondelete="CASCADE" (or "SET NULL") on {_keys(relationship)}, or take passive_deletes away.'
        yield Finding(place(relationship), "passive-deletes-without-ondelete", wrong, said)


@from_parents
def ondelete_without_passive_deletes(relationship: _Relationship) -> Iterator[Finding]:
    """ON DELETE CASCADE in the database, and an ORM that sets NULL before it comes to that."""
    if _ondelete(relationship) != "CASCADE" or relationship.cascade.delete or relationship.passive_deletes == "all":
        return
    said = f"write {cure(relationship, cascade='all, delete-orphan', passive_deletes=True)}."
    if relationship.passive_deletes:
        wrong = f"{_keys(relationship)} is ON DELETE CASCADE, and {relationship} has no cascade for what is loaded."
        yield Finding(place(relationship), "ondelete-without-cascade", wrong, said)
    else:
        wrong = f"{_keys(relationship)} is ON DELETE CASCADE, and {relationship} sets it to NULL first."
        yield Finding(place(relationship), "ondelete-without-passive-deletes", wrong, said)


@from_parents
def cascade_but_set_null(relationship: _Relationship) -> Iterator[Finding]:
    """The ORM deletes children that the database would keep."""
    if relationship.cascade.delete and _ondelete(relationship) in ("SET NULL", "SET DEFAULT"):
        wrong = f"{relationship} cascades the delete, and {_keys(relationship)} is ON DELETE {_ondelete(relationship)}."
        said = f'write ondelete="CASCADE" on {_keys(relationship)}, or take delete out of the cascade.'
        yield Finding(place(relationship), "cascade-but-set-null", wrong, said)


@from_parents
def not_null_child(relationship: _Relationship) -> Iterator[Finding]:
    """A child that must have a parent, and nobody who says what becomes of it."""
    if relationship.cascade.delete or relationship.passive_deletes == "all" or _ondelete(relationship) == "CASCADE":
        return
    if any(not column.nullable for column in _referring(relationship)):
        wrong = f"{_keys(relationship)} is NOT NULL, and {relationship} has no cascade."
        said = (
            f"write {cure(relationship, cascade='all, delete-orphan')}; or, if a parent with children is to stay, "
            f'{cure(relationship, passive_deletes="all")} and ondelete="RESTRICT" on {_keys(relationship)}.'
        )
        yield Finding(place(relationship), "not-null-child", wrong, said)


CHECKS = (passive_deletes_without_ondelete, ondelete_without_passive_deletes, cascade_but_set_null, not_null_child)


def _referring(relationship: _Relationship) -> list[Any]:
    return [referring for _, referring in relationship.synchronize_pairs]


def _ondelete(relationship: _Relationship) -> str:
    said = {(key.ondelete or "").upper() for column in _referring(relationship) for key in column.foreign_keys}
    return said.pop() if len(said) == 1 else ""


def _keys(relationship: _Relationship) -> str:
    return ", ".join(f"{column.table.name}.{column.name}" for column in _referring(relationship))
