"""Which foreign keys could carry a relationship, which of them its name means, and how to write that down."""

import ast
import difflib
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Table
from sqlalchemy.exc import InvalidRequestError, NoReferenceError
from sqlalchemy.orm import Mapper, RelationshipProperty
from sqlalchemy.orm.clsregistry import _ModuleMarker

from model_doctor import source
from model_doctor.similar import most_similar

Relationship = RelationshipProperty[Any]
# Shorter common beginnings are chance: `assignee` and `author`.
SHORTEST_LIKENESS = 4


class Key(NamedTuple):
    """One foreign key, of one column or several, with the class that holds it."""

    holder: Mapper[Any]
    columns: tuple[Column[Any], ...]

    @property
    def attributes(self) -> list[str]:
        return [self.holder.get_property_by_column(column).key for column in self.columns]

    def __str__(self) -> str:
        """The string that `foreign_keys` takes."""
        names = [f"{self.holder.class_.__name__}.{attribute}" for attribute in self.attributes]
        return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def halves_of_a_key(holder: Table, target: Table) -> dict[Column[Any], Column[Any]]:
    """Columns that refer one by one to all columns of a composite primary key, where a key of all of them is meant."""
    wanted = list(target.primary_key.columns)
    single = [one for one in foreign_key_constraints(holder) if len(one.elements) == 1]
    halves = {next(iter(one.columns)): found for one in single if (found := referred_column(one.elements[0])) in wanted}
    return halves if len(wanted) > 1 and len(halves) == len(set(halves.values())) == len(wanted) else {}


def keys_between(one: Mapper[Any], other: Mapper[Any]) -> list[Key]:
    """Every foreign key between the two classes, in either direction."""
    ways = [(one, other)] if one is other else [(one, other), (other, one)]
    return [key for holder, target in ways for key in keys_from(holder, target)]


def keys_from(holder: Mapper[Any], target: Mapper[Any]) -> list[Key]:
    """Those that the class `holder` has to `target`, in the order of its columns."""
    return [
        Key(holder, tuple(constraint.columns))
        for table in tables_of(holder)
        for constraint in foreign_key_constraints(table)
        if any(referred(element) in tables_of(target) for element in constraint.elements)
        # The key by which a class inherits another is no relationship.
        and all(column in holder.columns.values() for column in constraint.columns)
        and not _inherits_by(holder, constraint)
    ]


def tables_of(mapper: Mapper[Any]) -> list[Table]:
    """Its own table and those that it inherits."""
    return [table for table in mapper.tables if isinstance(table, Table)]


def own_tables(mapper: Mapper[Any]) -> list[Table]:
    """Its own table; none for a class that is mapped to a join or a subquery."""
    return [mapper.local_table] if isinstance(mapper.local_table, Table) else []


def subjects(relationship: Relationship) -> tuple[str, ...]:
    """How settings name the relationship: `table.relationship`."""
    return tuple(f"{table.name}.{relationship.key}" for table in own_tables(relationship.parent))


def foreign_key_constraints(table: Table) -> list[ForeignKeyConstraint]:
    """In the order of the table's columns."""
    found = [constraint for constraint in table.constraints if isinstance(constraint, ForeignKeyConstraint)]
    order = {column: position for position, column in enumerate(table.columns)}
    return sorted(found, key=lambda constraint: order.get(next(iter(constraint.columns), None), 0))  # type: ignore[arg-type]


def referred(key: ForeignKey) -> Table | None:
    """The table that the key refers to; None if there is none of that name."""
    column = referred_column(key)
    return column.table if column is not None and isinstance(column.table, Table) else None


def referred_column(key: ForeignKey) -> Column[Any] | None:
    """The column that the key refers to; None if there is none of that name."""
    try:
        return key.column
    except (NoReferenceError, InvalidRequestError):
        return None


def refers_nowhere(mapper: Mapper[Any]) -> bool:
    """Whether a foreign key of the class names a table or column that does not exist."""
    keys = (key for table in tables_of(mapper) for column in table.columns for key in column.foreign_keys)
    return any(referred_column(key) is None for key in keys)


def target_of(relationship: Relationship) -> Mapper[Any] | None:
    """The class at the other end, also where the relationship cannot be configured; None for an unknown name."""
    try:
        # Called early, `mapper` does not configure everything first.
        relationship._setup_entity()
        return relationship.mapper
    except Exception:
        return None


def back_populates_of(relationship: Relationship) -> str:
    """What `back_populates` was given, before or after configuring. SQLAlchemy 2.0 resolves no string there."""
    given = getattr(relationship._init_args, "back_populates", None)
    found = given.argument if given is not None else relationship.back_populates
    return found if isinstance(found, str) else str(relationship.back_populates or "")


def likeness(name: str, key: Key) -> int:
    """How many letters of the relationship's name begin a word of the key: creator and created_by share five."""
    words = _words(name)
    return sum(max((_alike(word, other) for a in key.attributes for other in _words(a)), default=0) for word in words)


def meant(name: str, keys: list[Key], written: str = "") -> Key | None:
    """The key that is written wrongly, else the one that the name resembles most; None if several fit equally."""
    if len(keys) == 1:
        return keys[0]
    last = written.strip("[]() ").rpartition(".")[2]
    if last and (spelled := _spelled(last, [key.attributes[0] for key in keys])):
        return next(key for key in keys if key.attributes[0] == spelled)
    ranked = sorted(keys, key=lambda key: likeness(name, key), reverse=True)
    if len(ranked) > 1 and likeness(name, ranked[0]) > likeness(name, ranked[1]):
        return ranked[0]
    return None


def made_by_backref_of(relationship: Relationship) -> Relationship | None:
    """The relationship whose `backref` creates this one; None for one that is written itself."""
    if source.statement(relationship.parent.class_, relationship.key) is None:
        for other in relationship._reverse_property:
            name = other.backref[0] if isinstance(other.backref, tuple) else other.backref
            if name == relationship.key:
                return other
    return None


def arguments(relationship: Relationship, **given: object) -> str:
    """The arguments as they have to be written: within a backref, or for SQLModel in `sa_relationship_kwargs`."""
    if made_by_backref_of(relationship):
        written = ", ".join(f"{name}={_literal(value)}" for name, value in given.items())
        return f'backref=backref("{relationship.key}", {written})'
    if not hasattr(relationship.parent.class_, "__sqlmodel_relationships__"):
        return ", ".join(f"{name}={_literal(value)}" for name, value in given.items())
    own = {name: value for name, value in given.items() if name in ("back_populates", "passive_deletes")}
    if given.get("cascade") == "all, delete-orphan":
        own = {"cascade_delete": True, **own}
        given.pop("cascade")
    rest = {name: _literal(value) for name, value in given.items() if name not in own}
    within = ", ".join(f'"{name}": {value}' for name, value in rest.items())
    said = [f"{name}={_literal(value)}" for name, value in own.items()]
    return ", ".join([*said, f"sa_relationship_kwargs={{{within}}}"] if rest else said)


def choose(relationship: Relationship, keys: list[Key], written: str = "") -> str:
    """In words: which `foreign_keys` to write, or among which to choose."""
    names = [relationship.key, back_populates_of(relationship)]
    guess = next(filter(None, (meant(name, keys, written) for name in names if name)), None)
    if guess:
        return f"write {arguments(relationship, foreign_keys=str(guess))}."
    if keys:
        options = " or ".join(arguments(relationship, foreign_keys=str(key)) for key in keys)
        return f"write the one that is meant, {options}."
    return "give one of the two tables a foreign key to the other."


def class_names(mapper: Mapper[Any]) -> list[str]:
    """The names that a string in a relationship may use."""
    registry = mapper.registry._class_registry
    return [name for name, value in registry.items() if not isinstance(value, _ModuleMarker)]


def names_in(tree: ast.AST | None, argument: str) -> list[str]:
    """The names in the list, or the single name, given as `argument`: `foreign_keys=[created_by]` gives created_by."""
    given: Iterable[ast.expr] = source.keyword(tree, argument)
    return [ast.unparse(name) for value in given for name in (value.elts if isinstance(value, ast.List) else [value])]


def _inherits_by(holder: Mapper[Any], constraint: ForeignKeyConstraint) -> bool:
    parent = holder.inherits
    return parent is not None and all(
        column.primary_key and referred(element) is parent.local_table
        for column, element in zip(constraint.columns, constraint.elements, strict=True)
    )


def _spelled(name: str, attributes: list[str]) -> str | None:
    return name if name in attributes else most_similar(name, attributes) or _nearest(name, attributes)


def _nearest(name: str, attributes: list[str]) -> str | None:
    """Among few attributes a weaker likeness is enough: creator_id is created_by and not assigned_to."""
    return next(iter(difflib.get_close_matches(name, attributes, 1, 0.6)), None)


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+|[0-9]+", name.lower())


def _alike(one: str, other: str) -> int:
    """The letters that both begin with, if there are enough of them or they are the whole word."""
    length = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return length if length >= SHORTEST_LIKENESS or one == other else 0


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)
