"""Idempotent schema changes for migrations, the same on SQLite and PostgreSQL.

Each step inspects the database and does nothing if its change is already there, so a migration also runs on a database
that was changed by hand. SQLite has to rebuild a table for most changes: a step that would lose a named constraint,
index or trigger on the way raises NotSafe. In offline mode (`--sql`) every step assumes the schema of its revision.

Landed migrations import these names: never rename or remove one.
"""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from web.schema.existing import (
    has_column,
    has_constraint,
    has_extension,
    has_index,
    has_table,
    has_trigger,
    inspector_of_target,
    on_sqlite,
)
from web.schema.rebuilding import NotSafe, absent, altering, not_yet_valid, present


def add_table(table: str, *parts: sa.schema.SchemaItem) -> None:
    if absent(has_table, table):
        for part in parts:
            if isinstance(part, sa.Constraint) and isinstance(part.name, str):
                part.name = op.f(part.name)
        op.create_table(table, *parts)


def drop_table(table: str) -> None:
    if present(has_table, table):
        op.drop_table(table)


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column. NOT NULL needs a server default if the table has rows."""
    if absent(has_column, table, column.name):
        with altering(table) as batch:
            batch.add_column(column)


def drop_column(table: str, column: str) -> None:
    """Raises NotSafe if an index contains the column: PostgreSQL would silently drop the index too."""
    if present(has_column, table, column):
        _require_unindexed(table, column)
        with altering(table) as batch:
            batch.drop_column(column)


def drop_columns(table: str, *columns: str) -> None:
    """As `drop_column`, with SQLite rebuilding the table once."""
    existing = [column for column in columns if present(has_column, table, column)]
    for column in existing:
        _require_unindexed(table, column)
    if existing:
        with altering(table) as batch:
            for column in existing:
                batch.drop_column(column)


def rename_column(table: str, old: str, new: str) -> None:
    """Constraints and indexes follow, on SQLite triggers too; the body of a PostgreSQL function does not."""
    if absent(has_column, table, new):
        op.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')


def change_column(table: str, column: str, **changes: Any) -> None:
    """`changes` are those of Alembic's `alter_column`: `type_`, `nullable`, `server_default`."""
    with altering(table) as batch:
        batch.alter_column(column, **changes)


def change_defaults(table: str, **defaults: sa.TextClause | None) -> None:
    """Set the server default of each named column; None removes it."""
    with altering(table) as batch:
        for column, default in defaults.items():
            batch.alter_column(column, server_default=default)


def add_checks(table: str, **conditions: str) -> None:
    """Add CHECK constraints by name. On PostgreSQL they are NOT VALID: `validate` checks the existing rows later."""
    missing = {name: condition for name, condition in conditions.items() if absent(has_constraint, table, name)}
    if missing:
        with altering(table) as batch:
            for name, condition in missing.items():
                batch.create_check_constraint(op.f(name), sa.text(condition), **not_yet_valid())


def add_foreign_key(
    table: str, name: str, columns: Sequence[str], other: str, others: Sequence[str], **of: Any
) -> None:
    """Add a foreign key. On PostgreSQL it is NOT VALID, as with `add_checks`."""
    if absent(has_constraint, table, name):
        with altering(table) as batch:
            batch.create_foreign_key(op.f(name), other, list(columns), list(others), **of, **not_yet_valid())


def add_constraints(table: str, *constraints: sa.Constraint) -> None:
    """Add named CHECK, UNIQUE and foreign key constraints, with SQLite rebuilding the table once.

    On PostgreSQL CHECKs and foreign keys are NOT VALID, as with `add_checks`, and a UNIQUE takes an index made before.
    """
    missing = [one for one in constraints if absent(has_constraint, table, str(one.name))]
    if missing:
        for unique in (one for one in missing if isinstance(one, sa.UniqueConstraint) and not on_sqlite()):
            op.create_index(op.f(str(unique.name)), table, _columns(unique), unique=True)
        with altering(table) as batch:
            for constraint in missing:
                _add_constraint(batch, table, constraint)


def validate(table: str, name: str) -> None:
    """Check the existing rows against a constraint. Belongs in a later revision, because it reads the whole table."""
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')


def add_unique(table: str, name: str, columns: Sequence[str]) -> None:
    if absent(has_constraint, table, name):
        with altering(table) as batch:
            batch.create_unique_constraint(op.f(name), list(columns))


def drop_constraint(table: str, *names: str, kind: str = "check") -> None:
    """`kind` is `check`, `unique` or `foreignkey`."""
    existing = [name for name in names if present(has_constraint, table, name)]
    if existing:
        with altering(table, without=existing) as batch:
            for name in existing:
                batch.drop_constraint(op.f(name), type_=kind)


def rename_constraint(table: str, old: str, new: str) -> None:
    """Rename a CHECK, UNIQUE or foreign key constraint."""
    if not absent(has_constraint, table, new):
        return
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{old}" TO "{new}"')
        return
    kind, add = _renamed_copy(table, old, new)
    with altering(table, without=[old]) as batch:
        batch.drop_constraint(op.f(old), type_=kind)
        add(batch)


def rename_index(table: str, old: str, new: str) -> None:
    if not absent(has_index, table, new):
        return
    if not on_sqlite():
        op.execute(f'ALTER INDEX "{old}" RENAME TO "{new}"')
        return
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :old")
    definition: str = op.get_bind().execute(query, {"old": old}).scalar_one()
    op.get_bind().exec_driver_sql(f'DROP INDEX "{old}"')
    op.get_bind().exec_driver_sql(definition.replace(old, new, 1))


def add_index(table: str, name: str, columns: Sequence[Any], **options: Any) -> None:
    if absent(has_index, table, name):
        op.create_index(op.f(name), table, list(columns), **options)


def drop_index(table: str, name: str) -> None:
    if present(has_index, table, name):
        op.drop_index(op.f(name), table_name=table)


def add_extension(name: str) -> None:
    """Create a PostgreSQL extension. Raises NotSafe if it is missing and the role may not create it."""
    if absent(has_extension, name):
        if not op.get_context().as_sql and not _may_add_extension(name):
            raise NotSafe(
                f"This role may not create the extension {name}: run CREATE EXTENSION {name} as the owner of the "
                "database, or grant the role CREATE on the database, and migrate again."
            )
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def run_function(statement: str) -> None:
    """Execute a CREATE OR REPLACE FUNCTION."""
    op.execute(sa.DDL(statement.strip().replace("%", "%%")))  # type: ignore[no-untyped-call]


def add_trigger(name: str, statement: str) -> None:
    if absent(has_trigger, name):
        # DDL() instead of text(), which would read a colon as a bind parameter.
        op.execute(sa.DDL(statement.strip().replace("%", "%%")))  # type: ignore[no-untyped-call]


def drop_trigger(table: str, name: str) -> None:
    op.execute(f'DROP TRIGGER IF EXISTS "{name}"' if on_sqlite() else f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')


def _may_add_extension(name: str) -> bool:
    query = """
        SELECT rolsuper OR trusted AND has_database_privilege(current_database(), 'CREATE')
        FROM pg_available_extension_versions, pg_roles WHERE name = :name AND rolname = current_user
    """
    return any(op.get_bind().scalars(sa.text(query), {"name": name}))


def _require_unindexed(table: str, column: str) -> None:
    indexes = [] if op.get_context().as_sql else inspector_of_target().get_indexes(table)
    if containing := [str(index["name"]) for index in indexes if column in index["column_names"]]:
        raise NotSafe(f"Drop {', '.join(containing)} first: an index contains {table}.{column}.")


def _renamed_copy(table: str, old: str, new: str) -> tuple[str, Callable[[BatchOperations], Any]]:
    """The kind of a constraint, and a function that creates the same one under another name."""
    inspector, name = inspector_of_target(), op.f(new)
    if check := _find(old, inspector.get_check_constraints(table)):
        return "check", lambda batch: batch.create_check_constraint(name, sa.text(check["sqltext"]))
    if unique := _find(old, inspector.get_unique_constraints(table)):
        return "unique", lambda batch: batch.create_unique_constraint(name, unique["column_names"])
    if key := _find(old, inspector.get_foreign_keys(table)):
        columns, referred = key["constrained_columns"], key["referred_columns"]
        return "foreignkey", lambda batch: batch.create_foreign_key(
            name, key["referred_table"], columns, referred, **key["options"]
        )
    raise NotSafe(f"{table} has no constraint {old} to rename.")


def _find(name: str, constraints: Sequence[Any]) -> Any:
    return next((constraint for constraint in constraints if constraint["name"] == name), None)


def _add_constraint(batch: BatchOperations, table: str, constraint: Any) -> None:
    name = op.f(constraint.name)
    if isinstance(constraint, sa.CheckConstraint):
        batch.create_check_constraint(name, constraint.sqltext, **not_yet_valid())
    elif isinstance(constraint, sa.ForeignKeyConstraint):
        targets = [element.target_fullname.partition(".") for element in constraint.elements]
        referred, rule = [column for _, _, column in targets], constraint.ondelete
        batch.create_foreign_key(
            name, targets[0][0], list(constraint.column_keys), referred, ondelete=rule, **not_yet_valid()
        )
    elif on_sqlite():
        batch.create_unique_constraint(name, _columns(constraint))
    else:
        op.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" UNIQUE USING INDEX "{name}"')


def _columns(constraint: Any) -> list[str]:
    return list(constraint._pending_colargs)
