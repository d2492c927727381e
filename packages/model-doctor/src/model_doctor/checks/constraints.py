"""Link tables that take a pair twice, and constraints without a name."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Constraint,
    DateTime,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from model_doctor.checks.common import unique_sets
from model_doctor.findings import Finding, count
from model_doctor.keys import foreign_key_constraints, referred
from model_doctor.models import Models, allows, is_foreign

_MOST_SHOWN = 5


def link_without_primary_key(table: Table, models: Models) -> Iterator[Finding]:
    """A table of two foreign keys and nothing else that makes a row unique."""
    keys = foreign_key_constraints(table)
    linking = [column for constraint in keys for column in constraint.columns]
    if len(keys) != 2 or table.primary_key.columns or any(not column.foreign_keys for column in table.columns):
        return
    if not any(unique <= set(linking) for unique in unique_sets(table)):
        message = f"{table.name} links {_listed(table)} and has no primary key."
        fix = f"write primary_key=True on {' and on '.join(column.name for column in linking)}."
        yield Finding(models.place(table), "link-without-primary-key", message, fix)


def link_without_unique(table: Table, models: Models) -> Iterator[Finding]:
    """A link with an id of its own, between two tables. With more columns a row may be an event, which can repeat."""
    keys = [key for key in foreign_key_constraints(table) if len(key.columns) == 1]
    linking = [next(iter(key.columns)) for key in keys]
    if len(keys) != 2 or len(_ends(table)) != 2 or any(column.nullable or column.primary_key for column in linking):
        return
    others = [column for column in table.columns if column not in linking and not column.primary_key]
    if others and not (all(map(_is_timestamp, others)) and _is_named_after_both(table)):
        return
    if not any(unique <= set(linking) for unique in unique_sets(table)):
        listed = ", ".join(f'"{column.name}"' for column in linking)
        message = f"{table.name} links {_listed(table)} and has no UNIQUE over {' and '.join(c.name for c in linking)}."
        fix = f"write UniqueConstraint({listed}) in __table_args__, or make both the primary key."
        yield Finding(models.place(table), "link-without-unique", message, fix)


def unnamed(models: Models) -> Iterator[Finding]:
    """One finding per MetaData. A primary key may go without a name: there is only one."""
    for metadata in models.metadatas:
        if found := list(_nameless(metadata, models)):
            tables = list(dict.fromkeys(table for table, _ in found))
            listed = "; ".join(f"{table.name}: {_described(constraint)}" for table, constraint in found[:_MOST_SHOWN])
            more = f"; and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
            message = (
                f"{count(len(found), 'constraint')} in {count(len(tables), 'table')} "
                f"{'has' if len(found) == 1 else 'have'} no name: {listed}{more}."
            )
            subjects = tuple(table.name for table in tables)
            yield Finding(models.place(tables[0]), "unnamed-constraint", message, _fix(found, metadata), subjects)


TABLE_CHECKS = (link_without_primary_key, link_without_unique)
PROJECT_CHECKS = (unnamed,)


def _ends(table: Table) -> list[str]:
    """The tables that it refers to."""
    targets = [referred(key.elements[0]) for key in foreign_key_constraints(table)]
    return list(dict.fromkeys(target.name for target in targets if target is not None))


def _listed(table: Table) -> str:
    return " and ".join(_ends(table))


def _is_timestamp(column: Column[Any]) -> bool:
    return isinstance(column.type, DateTime) or isinstance(getattr(column.type, "impl", None), DateTime)


def _is_named_after_both(table: Table) -> bool:
    """`user_role` links users and roles; `visit`, with a user and a shop, is an event."""
    return all(end.rstrip("s").lower() in table.name.lower() for end in _ends(table))


def _nameless(metadata: MetaData, models: Models) -> Iterator[tuple[Table, Constraint]]:
    for table in models.tables:
        if table.metadata is metadata and not is_foreign(table.info) and not allows("unnamed-constraint", table.info):
            nameless = [c for c in table.constraints if not c.name and not isinstance(c, PrimaryKeyConstraint)]
            yield from ((table, constraint) for constraint in sorted(nameless, key=_described))


def _fix(found: list[tuple[Table, Constraint]], metadata: MetaData) -> str:
    only_checks = all(isinstance(constraint, CheckConstraint) for _, constraint in found)
    if only_checks or "fk" in metadata.naming_convention:
        return "give each a name=."
    return "give the MetaData a naming_convention (once for all tables), and each CHECK a name=."


def _described(constraint: Constraint) -> str:
    columns = ", ".join(column.name for column in getattr(constraint, "columns", ()))
    if isinstance(constraint, CheckConstraint):
        return f"CHECK ({constraint.sqltext})"
    if isinstance(constraint, UniqueConstraint):
        return f"UNIQUE ({columns})"
    return f"FOREIGN KEY ({columns})" if isinstance(constraint, ForeignKeyConstraint) else type(constraint).__name__
