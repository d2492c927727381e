"""Steps of a migration that look before they act, the same on SQLite and PostgreSQL.

Each does nothing where it is done already, so that a migration also heals a database that somebody changed by hand.
On SQLite a table may have to be rebuilt: nothing that has a name is lost on the way, or the step fails.
Without a database to look at (`--sql`), each believes that the revision is true.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from web.db import postgresql, sqlite
from web.schema.locks import MigrationFailed


class NotSafe(MigrationFailed):
    """A step that would lose something; its text says what."""


def on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def dialect_module() -> ModuleType:
    """web.db.sqlite or web.db.postgresql, also where there is no connection (`--sql`)."""
    return {"sqlite": sqlite, "postgresql": postgresql}[op.get_context().dialect.name]


def has_table(table: str) -> bool:
    return _inspector().has_table(table)


def has_column(table: str, column: str) -> bool:
    return has_table(table) and column in {found["name"] for found in _inspector().get_columns(table)}


def has_constraint(table: str, name: str) -> bool:
    """Whether the table has a CHECK, a unique, a foreign or a primary key of that name."""
    if not has_table(table):
        return False
    found = _inspector()
    lists = (found.get_check_constraints, found.get_unique_constraints, found.get_foreign_keys)
    names = {constraint["name"] for of_one_kind in lists for constraint in of_one_kind(table)}
    return name in names | {found.get_pk_constraint(table)["name"]}


def has_index(table: str, name: str) -> bool:
    return has_table(table) and name in {found["name"] for found in _inspector().get_indexes(table)}


def has_trigger(name: str) -> bool:
    asked = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :name"
    if not on_sqlite():
        asked = "SELECT 1 FROM pg_trigger WHERE tgname = :name AND pg_table_is_visible(tgrelid)"
    return op.get_bind().execute(sa.text(asked), {"name": name}).first() is not None


def has_extension(name: str) -> bool:
    asked = sa.text("SELECT 1 FROM pg_extension WHERE extname = :name")
    return op.get_bind().execute(asked, {"name": name}).first() is not None


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
    """NOT NULL needs a server default where the table has rows."""
    if _absent(has_column, table, column.name):
        with _altering(table) as batch:
            batch.add_column(column)


def drop_column(table: str, column: str) -> None:
    """Raises NotSafe while an index holds it: PostgreSQL would drop that too, without a word."""
    if _present(has_column, table, column):
        _require_unindexed(table, column)
        with _altering(table) as batch:
            batch.drop_column(column)


def rename_column(table: str, old: str, new: str) -> None:
    """Constraints, indexes and, on SQLite, triggers follow; a function's text on PostgreSQL does not."""
    if _absent(has_column, table, new):
        op.execute(f'ALTER TABLE "{table}" RENAME COLUMN "{old}" TO "{new}"')


def change_column(table: str, column: str, **changes: Any) -> None:
    """`type_`, `nullable` or `server_default`, as Alembic's alter_column takes them."""
    with _altering(table) as batch:
        batch.alter_column(column, **changes)


def change_defaults(table: str, **defaults: sa.TextClause | None) -> None:
    """What the database fills in, by column; None for nothing."""
    with _altering(table) as batch:
        for column, default in defaults.items():
            batch.alter_column(column, server_default=default)


def add_checks(table: str, **conditions: str) -> None:
    """By name. On PostgreSQL they hold for what is written from now on; `validate` holds the older rows to them."""
    wanted = {name: condition for name, condition in conditions.items() if _absent(has_constraint, table, name)}
    if wanted:
        with _altering(table) as batch:
            for name, condition in wanted.items():
                batch.create_check_constraint(op.f(name), sa.text(condition), **_not_yet_valid())


def add_foreign_key(
    table: str, name: str, columns: Sequence[str], other: str, others: Sequence[str], **of: Any
) -> None:
    """On PostgreSQL it holds for what is written from now on, as with `add_checks`."""
    if _absent(has_constraint, table, name):
        with _altering(table) as batch:
            batch.create_foreign_key(op.f(name), other, list(columns), list(others), **of, **_not_yet_valid())


def validate(table: str, name: str) -> None:
    """Hold the rows that were there before to a constraint too. In a later revision: it reads the whole table."""
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')


def add_unique(table: str, name: str, columns: Sequence[str]) -> None:
    if _absent(has_constraint, table, name):
        with _altering(table) as batch:
            batch.create_unique_constraint(op.f(name), list(columns))


def drop_constraint(table: str, *names: str, kind: str = "check") -> None:
    """`kind` is check, unique or foreignkey."""
    wanted = [name for name in names if _present(has_constraint, table, name)]
    if wanted:
        with _altering(table, without=wanted) as batch:
            for name in wanted:
                batch.drop_constraint(op.f(name), type_=kind)


def rename_constraint(table: str, old: str, new: str) -> None:
    """A check, a unique or a foreign key."""
    if not _absent(has_constraint, table, new):
        return
    if not on_sqlite():
        op.execute(f'ALTER TABLE "{table}" RENAME CONSTRAINT "{old}" TO "{new}"')
        return
    kind, add = _on_sqlite_again(table, old, new)
    with _altering(table, without=[old]) as batch:
        batch.drop_constraint(op.f(old), type_=kind)
        add(batch)


def rename_index(table: str, old: str, new: str) -> None:
    if not _absent(has_index, table, new):
        return
    if not on_sqlite():
        op.execute(f'ALTER INDEX "{old}" RENAME TO "{new}"')
        return
    asked = sa.text("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :old")
    made: str = op.get_bind().execute(asked, {"old": old}).scalar_one()
    op.get_bind().exec_driver_sql(f'DROP INDEX "{old}"')
    op.get_bind().exec_driver_sql(made.replace(old, new, 1))


def add_index(table: str, name: str, columns: Sequence[Any], **options: Any) -> None:
    if _absent(has_index, table, name):
        op.create_index(op.f(name), table, list(columns), **options)


def drop_index(table: str, name: str) -> None:
    if _present(has_index, table, name):
        op.drop_index(op.f(name), table_name=table)


def add_extension(name: str) -> None:
    """One of PostgreSQL's own. Raises NotSafe where it is missing and this role may not add it."""
    if _absent(has_extension, name):
        if not op.get_context().as_sql and not _may_add_extension(name):
            raise NotSafe(
                f"This role may not add the extension {name}: let the database's owner run CREATE EXTENSION {name}, "
                "or grant the role CREATE on the database, and migrate again."
            )
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def run_function(statement: str) -> None:
    """A CREATE OR REPLACE FUNCTION, as it stands."""
    op.execute(sa.DDL(statement.strip().replace("%", "%%")))  # type: ignore[no-untyped-call]


def add_trigger(name: str, statement: str) -> None:
    if _absent(has_trigger, name):
        # As it stands: text() would take a colon for a parameter.
        op.execute(sa.DDL(statement.strip().replace("%", "%%")))  # type: ignore[no-untyped-call]


def drop_trigger(table: str, name: str) -> None:
    op.execute(f'DROP TRIGGER IF EXISTS "{name}"' if on_sqlite() else f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')


def _may_add_extension(name: str) -> bool:
    asked = """
        SELECT rolsuper OR trusted AND has_database_privilege(current_database(), 'CREATE')
        FROM pg_available_extension_versions, pg_roles WHERE name = :name AND rolname = current_user
    """
    return any(op.get_bind().scalars(sa.text(asked), {"name": name}))


def _require_unindexed(table: str, column: str) -> None:
    indexes = [] if op.get_context().as_sql else _inspector().get_indexes(table)
    if holding := [str(index["name"]) for index in indexes if column in index["column_names"]]:
        raise NotSafe(f"Drop {', '.join(holding)} first: an index holds {table}.{column}.")


def _on_sqlite_again(table: str, old: str, new: str) -> tuple[str, Callable[[BatchOperations], Any]]:
    """The kind of a constraint, and what makes the same one under another name."""
    found, name = _inspector(), op.f(new)
    if check := _called(old, found.get_check_constraints(table)):
        return "check", lambda batch: batch.create_check_constraint(name, sa.text(check["sqltext"]))
    if unique := _called(old, found.get_unique_constraints(table)):
        return "unique", lambda batch: batch.create_unique_constraint(name, unique["column_names"])
    if key := _called(old, found.get_foreign_keys(table)):
        mine, others = key["constrained_columns"], key["referred_columns"]
        return "foreignkey", lambda batch: batch.create_foreign_key(
            name, key["referred_table"], mine, others, **key["options"]
        )
    raise NotSafe(f"{table} has no constraint {old} to rename.")


def _called(name: str, constraints: Sequence[Any]) -> Any:
    return next((constraint for constraint in constraints if constraint["name"] == name), None)


@contextmanager
def _altering(table: str, without: Sequence[str] = ()) -> Iterator[BatchOperations]:
    if not on_sqlite():
        with op.batch_alter_table(table) as batch:
            yield batch
        return
    _require_rebuildable(table)
    before, triggers = _named(table), _triggers(table)
    with op.batch_alter_table(table) as batch:
        yield batch
    kept = _triggers(table)
    for name in triggers.keys() - kept.keys():
        op.get_bind().exec_driver_sql(triggers[name])
    if lost := before - _named(table) - set(without):
        raise NotSafe(f"Rebuilding {table} would lose {', '.join(sorted(map(str, lost)))}.")


def _require_rebuildable(table: str) -> None:
    if op.get_bind().exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise NotSafe(
            f"Rebuilding {table} with foreign_keys=ON would delete what refers to it; use web.schema.migrate."
        )
    if None in _named(table):
        raise NotSafe(f"{table} has a constraint without a name, which rebuilding it would lose.")
    hidden = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
    on_expressions = set(op.get_bind().scalars(sa.text(hidden), {"table": table})) - _named(table)
    if on_expressions:
        raise NotSafe(f"{table} has an index on an expression, which rebuilding it would lose: {on_expressions}.")


def _named(table: str) -> set[str | None]:
    """What hangs on a table: its checks, keys and indexes by name."""
    found = _inspector()
    lists = (found.get_check_constraints, found.get_unique_constraints, found.get_foreign_keys, found.get_indexes)
    return {part["name"] for of_one_kind in lists for part in of_one_kind(table)}


def _triggers(table: str) -> dict[str, str]:
    asked = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return {row.name: row.sql for row in op.get_bind().execute(asked, {"table": table})}


def _inspector() -> sa.Inspector:
    return sa.inspect(op.get_bind())


def _not_yet_valid() -> dict[str, Any]:
    return {} if on_sqlite() else {"postgresql_not_valid": True}


def _absent(has: Callable[..., bool], *names: str) -> bool:
    return op.get_context().as_sql or not has(*names)


def _present(has: Callable[..., bool], *names: str) -> bool:
    return op.get_context().as_sql or has(*names)
