"""Foreign keys: whether they refer to something, and whether the database accepts them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table

from model_doctor.checks.common import named, unique_sets
from model_doctor.dialects import family, is_unsigned, size, type_name
from model_doctor.findings import Finding
from model_doctor.keys import foreign_key_constraints, halves_of_a_key, referred_column
from model_doctor.models import Models, is_foreign
from model_doctor.similar import most_similar


def unknown_target(table: Table, models: Models) -> Iterator[Finding]:
    """`ForeignKey("user.id")` where the table is called users."""
    for column in table.columns:
        for key in column.foreign_keys:
            if referred_column(key) is not None:
                continue
            place = models.place(table, column)
            if models.incomplete:
                models.unjudged.add(f"{place.file}:{place.line}")
                continue
            message = f"It refers to {key.target_fullname}, and no imported model has that table and column."
            like = _similar_target(key.target_fullname, models)
            fix = f'write "{like}".' if like else "correct the name, or import the module with that table."
            yield Finding(place, "foreign-key-target-unknown", message, fix)


def target_not_unique(table: Table, models: Models) -> Iterator[Finding]:
    """The columns that a key refers to must be a primary key or unique, all of them together. MySQL takes an index."""
    if models.databases and set(models.databases) <= {"mysql", "mariadb"}:
        return
    for constraint in foreign_key_constraints(table):
        targets = [column for element in constraint.elements if (column := referred_column(element)) is not None]
        other = targets[0].table if targets else None
        if len(targets) < len(constraint.elements) or not isinstance(other, Table) or is_foreign(other.info):
            continue
        if set(targets) in list(unique_sets(other)):
            continue
        column = next(iter(constraint.columns))
        if halves := halves_of_a_key(table, other):
            if column is next(iter(halves)):
                yield _halves(table, other, halves, models)
            if column in halves:
                continue
        names = ", ".join(target.name for target in targets)
        message = f"It refers to {other.name} ({names}), which is not unique."
        listed = ", ".join(f'"{target.name}"' for target in targets)
        unique = (
            f"unique=True on {named(targets[0])}"
            if len(targets) == 1
            else f"UniqueConstraint({listed}) in {other.name}"
        )
        fix = f"write {unique}, or refer to the primary key."
        related = (models.place(other, targets[0]),)
        yield Finding(models.place(table, column), "foreign-key-target-not-unique", message, fix, related=related)


def _halves(table: Table, other: Table, halves: dict[Column[Any], Column[Any]], models: Models) -> Finding:
    own, theirs = ([column.name for column in columns] for columns in (halves.keys(), halves.values()))
    message = f"{', '.join(own)} refer to {other.name} ({', '.join(theirs)}) one by one; only together they are unique."
    local = ", ".join(f'"{name}"' for name in own)
    remote = ", ".join(f'"{other.name}.{name}"' for name in theirs)
    fix = f"write ForeignKeyConstraint([{local}], [{remote}]) in __table_args__ instead of a ForeignKey in each."
    first, target = next(iter(halves.items()))
    related = (models.place(other, target),)
    return Finding(models.place(table, first), "foreign-key-target-not-unique", message, fix, related=related)


def another_type(table: Table, models: Models) -> Iterator[Finding]:
    """A foreign key has to be comparable with its target, and big enough for its values."""
    for column in table.columns:
        for key in column.foreign_keys:
            target = referred_column(key)
            if target is not None:
                yield from _compared(column, target, table, models)


def set_null_on_not_null(table: Table, models: Models) -> Iterator[Finding]:
    """`Field(ondelete="SET NULL")` refuses this itself; a `Column` does not."""
    for constraint in foreign_key_constraints(table):
        # PostgreSQL 15 can set some of the columns only: ON DELETE SET NULL (parent_id).
        rule = (constraint.ondelete or "").upper()
        for column in constraint.columns:
            if rule == "SET NULL" and not column.nullable:
                message = f"{named(column)} is ON DELETE SET NULL and NOT NULL."
                fix = 'make the column nullable, or write ondelete="CASCADE".'
                yield Finding(models.place(table, column), "set-null-on-not-null", message, fix)


CHECKS = (unknown_target, target_not_unique, another_type, set_null_on_not_null)


def _similar_target(written: str, models: Models) -> str | None:
    """The likeness of the table's name decides, then the column's."""
    name, _, column = written.rpartition(".")
    tables = {str(table.fullname): table for table in models.tables}
    found = name if name in tables else most_similar(name, tables)
    if found is None:
        return None
    columns = [one.name for one in tables[found].columns]
    primary = [one.name for one in tables[found].primary_key]
    fitting = column if column in columns else most_similar(column, columns) or next(iter(primary), None)
    return f"{found}.{fitting}" if fitting else None


def _compared(column: Column[Any], target: Column[Any], table: Table, models: Models) -> Iterator[Finding]:
    """One finding, for the first database on which the two types do not fit."""
    # SQLite compares values of any type, and enforces no length.
    for database in (name for name in models.databases if name != "sqlite"):
        own, others = type_name(column.type, database), type_name(target.type, database)
        if own is None or others is None or own == others:
            continue
        place = models.place(table, column)
        message = f"{named(column)} is {own}, and {named(target)}, which it refers to, is {others} on {database}."
        fix = f"give it the type of {named(target)}: {others}."
        related = (models.place(target.table, target),) if isinstance(target.table, Table) else ()
        if _is_refused(own, others, database):
            yield Finding(place, "foreign-key-type", message, fix, related=related)
            return
        if _is_smaller(own, others):
            yield Finding(place, "foreign-key-size", message, fix, related=related)
            return


def _is_smaller(own: str, others: str) -> bool:
    """Whether the referenced column holds values that this one does not; without a limit it says nothing of them."""
    here, there = size(own), size(others)
    return here is not None and there is not None and family(own) == family(others) and here < there


def _is_refused(own: str, others: str, database: str) -> bool:
    if database in ("mysql", "mariadb") and family(own) == family(others) == "number":
        return size(own) != size(others) or is_unsigned(own) != is_unsigned(others)
    return family(own) != family(others) and bool(family(own) and family(others))
