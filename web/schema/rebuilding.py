"""What the steps of web/schema/operations.py share: is there something to do, and how SQLite rebuilds a table."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from web.schema.existing import inspector_of_target, on_sqlite
from web.schema.locks import MigrationFailed


class NotSafe(MigrationFailed):
    """The step would lose data or a part of the schema. The text says which."""


@contextmanager
def altering(table: str, without: Sequence[str] = ()) -> Iterator[BatchOperations]:
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


def not_yet_valid() -> dict[str, Any]:
    return {} if on_sqlite() else {"postgresql_not_valid": True}


def absent(has: Callable[..., bool], *names: str) -> bool:
    return op.get_context().as_sql or not has(*names)


def present(has: Callable[..., bool], *names: str) -> bool:
    return op.get_context().as_sql or has(*names)
