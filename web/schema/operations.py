"""Idempotent schema changes for migrations, the same on SQLite and PostgreSQL.

Each step inspects the database and does nothing if its change is already there, so a migration also runs on a database
that was changed by hand. SQLite has to rebuild a table for most changes: a step that would lose a named constraint,
index or trigger on the way raises NotSafe. In offline mode (`--sql`) every step assumes the schema of its revision.

Landed migrations import these names: never rename or remove one.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
from web.schema.locks import MigrationFailed


class NotSafe(MigrationFailed):
    """The step would lose data or a part of the schema. The text says which."""


def add_table(table: str, *parts: sa.schema.SchemaItem) -> None:
    if _absent(has_table, table):
        for part in parts:
            if isinstance(part, sa.Constraint) and isinstance(part.name, str):
                part.name = op.f(part.name)
        op.create_table(table, *parts)


def drop_table(table: str) -> None:
    if _present(has_table, table):
        op.drop_table(table)


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column. NOT NULL needs a server default if the table has rows."""
    if _absent(has_column, table, column.name):
        with _altering(table) as batch:
            batch.add_column(column)


def drop_column(table: str, column: str) -> None:
    """Raises NotSafe if an index contains the column: PostgreSQL would silently drop the index too."""
    if _present(has_column, table, column):
        _require_unindexed(table, column)
        with _altering(table) as batch:
            batch.drop_column(column)


def rename_column(table: str, old: str, new: str) -> None:
    """Constraints and indexes follow, on SQLite triggers too; the body of a PostgreSQL function does not."""
    if _absent(has_column, table, new):
        op.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')


def change_column(table: str, column: str, **changes: Any) -> None:
    """`changes` are those of Alembic's `alter_column`: `type_`, `nullable`, `server_default`."""
    with _altering(table) as batch:
        batch.alter_column(column, **changes)


def change_defaults(table: str, **defaults: sa.TextClause | None) -> None:
    """Set the server default of each named column; None removes it."""
    with _altering(table) as batch:
        for column, default in defaults.items():
            batch.alter_column(column, server_default=default)


def add_checks(table: str, **conditions: str) -> None:
    """Add CHECK constraints by name. On PostgreSQL they are NOT VALID: `validate` checks the existing rows later."""
    missing = {name: condition for name, condition in conditions.items() if _absent(has_constraint, table, name)}
    if missing:
        with _altering(table) as batch:
            for name, condition in missing.items():
                batch.create_check_constraint(op.f(name), sa.text(condition), **_not_yet_valid())


def add_foreign_key(
    table: str, name: str, columns: Sequence[str], other: str, others: Sequence[str], **of: Any
) -> None:
    """Add a foreign key. On PostgreSQL it is NOT VALID, as with `add_checks`."""
    if _absent(has_constraint, table, name):
        with _altering(table) as batch:
            batch.create_foreign_key(op.f(name), other, list(columns), list(others), **of, **_not_yet_valid())


def validate(table: str, name: str) -> None:
    """Check the existing rows against a constraint. Belongs in a later revision, because it reads the whole table."""
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')


def add_unique(table: str, name: str, columns: Sequence[str]) -> None:
    if _absent(has_constraint, table, name):
        with _altering(table) as batch:
            batch.create_unique_constraint(op.f(name), list(columns))


def drop_constraint(table: str, *names: str, kind: str = "check") -> None:
    """`kind` is `check`, `unique` or `foreignkey`."""
    existing = [name for name in names if _present(has_constraint, table, name)]
    if existing:
        with _altering(table, without=existing) as batch:
            for name in existing:
                batch.drop_constraint(op.f(name), type_=kind)


def rename_constraint(table: str, old: str, new: str) -> None:
    """Rename a CHECK, UNIQUE or foreign key constraint."""
    if not _absent(has_constraint, table, new):
        return
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{old}" TO "{new}"')
        return
    kind, add = _renamed_copy(table, old, new)
    with _altering(table, without=[old]) as batch:
        batch.drop_constraint(op.f(old), type_=kind)
        add(batch)


def rename_index(table: str, old: str, new: str) -> None:
    if not _absent(has_index, table, new):
        return
    if not on_sqlite():
        op.execute(f'ALTER INDEX "{old}" RENAME TO "{new}"')
        return
    query = sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :old")
    definition: str = op.get_bind().execute(query, {"old": old}).scalar_one()
    op.get_bind().exec_driver_sql(f'DROP INDEX "{old}"')
    op.get_bind().exec_driver_sql(definition.replace(old, new, 1))


def add_index(table: str, name: str, columns: Sequence[Any], **options: Any) -> None:
    if _absent(has_index, table, name):
        op.create_index(op.f(name), table, list(columns), **options)


def drop_index(table: str, name: str) -> None:
    if _present(has_index, table, name):
        op.drop_index(op.f(name), table_name=table)


def add_extension(name: str) -> None:
    """Create a PostgreSQL extension. Raises NotSafe if it is missing and the role may not create it."""
    if _absent(has_extension, name):
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
    if _absent(has_trigger, name):
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


@contextmanager
def _altering(table: str, without: Sequence[str] = ()) -> Iterator[BatchOperations]:
    if not on_sqlite():
        with op.batch_alter_table(table) as batch:
            yield batch
        return
    _require_rebuildable(table)
    before, triggers = _names(table), _triggers(table)
    with op.batch_alter_table(table) as batch:
        yield batch
    for name in triggers.keys() - _triggers(table).keys():
        op.get_bind().exec_driver_sql(triggers[name])
    if lost := before - _names(table) - set(without):
        raise NotSafe(f"Rebuilding {table} would lose {', '.join(sorted(map(str, lost)))}.")


def _require_rebuildable(table: str) -> None:
    if op.get_bind().exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise NotSafe(
            f"Rebuilding {table} with foreign_keys=ON would delete the rows that refer to it; use web.schema.migrate."
        )
    if None in _names(table):
        raise NotSafe(f"{table} has a constraint without a name, which rebuilding it would lose.")
    query = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
    on_expressions = set(op.get_bind().scalars(sa.text(query), {"table": table})) - _names(table)
    if on_expressions:
        raise NotSafe(f"{table} has an index on an expression, which rebuilding it would lose: {on_expressions}.")


def _names(table: str) -> set[str | None]:
    """The names of the table's CHECK, UNIQUE and foreign key constraints and of its indexes."""
    inspector = inspector_of_target()
    getters = (
        inspector.get_check_constraints,
        inspector.get_unique_constraints,
        inspector.get_foreign_keys,
        inspector.get_indexes,
    )
    return {part["name"] for get in getters for part in get(table)}


def _triggers(table: str) -> dict[str, str]:
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return {row.name: row.sql for row in op.get_bind().execute(query, {"table": table})}


def _not_yet_valid() -> dict[str, Any]:
    return {} if on_sqlite() else {"postgresql_not_valid": True}


def _absent(has: Callable[..., bool], *names: str) -> bool:
    return op.get_context().as_sql or not has(*names)


def _present(has: Callable[..., bool], *names: str) -> bool:
    return op.get_context().as_sql or has(*names)
