"""What the database that a migration changes has already. Steps of web/schema/operations.py look here first."""

from types import ModuleType

import sqlalchemy as sa
from alembic import op

from web.db import postgresql, sqlite


def on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def dialect_module() -> ModuleType:
    """web.db.sqlite or web.db.postgresql, also where there is no connection (`--sql`)."""
    return {"sqlite": sqlite, "postgresql": postgresql}[op.get_context().dialect.name]


def has_table(table: str) -> bool:
    return inspector_of_target().has_table(table)


def has_column(table: str, column: str) -> bool:
    return has_table(table) and column in {found["name"] for found in inspector_of_target().get_columns(table)}


def has_constraint(table: str, name: str) -> bool:
    """Whether the table has a CHECK, UNIQUE, foreign key or primary key constraint of that name."""
    if not has_table(table):
        return False
    inspector = inspector_of_target()
    getters = (inspector.get_check_constraints, inspector.get_unique_constraints, inspector.get_foreign_keys)
    names = {constraint["name"] for get in getters for constraint in get(table)}
    return name in names | {inspector.get_pk_constraint(table)["name"]}


def has_index(table: str, name: str) -> bool:
    return has_table(table) and name in {found["name"] for found in inspector_of_target().get_indexes(table)}


def has_trigger(name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = :name"
    if not on_sqlite():
        query = "SELECT 1 FROM pg_trigger WHERE tgname = :name AND pg_table_is_visible(tgrelid)"
    return op.get_bind().execute(sa.text(query), {"name": name}).first() is not None


def has_extension(name: str) -> bool:
    query = sa.text("SELECT 1 FROM pg_extension WHERE extname = :name")
    return op.get_bind().execute(query, {"name": name}).first() is not None


def inspector_of_target() -> sa.Inspector:
    return sa.inspect(op.get_bind())
