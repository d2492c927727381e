"""Alembic's environment. Every command runs in one transaction that holds the migration lock (web/schema/locks.py)."""

import os
import warnings

from alembic import context
from alembic.util import CommandError as AlembicError

from web.db.search_sqlite import SHADOW_TABLES, TABLE
from web.schema.comparable import is_expression_index
from web.schema.locks import LIMITS
from web.schema.migrate import (
    BETTER_AUTH_TABLES,
    MigrationFailed,
    metadata,
    migrating,
    require_users,
)
from web.settings import Settings

# Alembic cannot compare these indexes; `include_object` leaves them out, web.schema.drift compares them.
warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")


def include_name(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name in (*BETTER_AUTH_TABLES, TABLE, *SHADOW_TABLES))


def include_object(part: object, name: str | None, kind: str, _: bool, __: object) -> bool:
    return include_name(name, kind, None) and not is_expression_index(part)


def run(connection: object) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=include_name,
        include_object=include_object,
        compare_type=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_offline(dialect: str) -> None:
    context.configure(dialect_name=dialect, literal_binds=True)
    with context.begin_transaction():
        for setting in LIMITS:
            context.execute(setting)
        context.run_migrations()


attributes = context.config.attributes
if context.is_offline_mode():
    run_offline(attributes.get("dialect", "postgresql"))
elif connection := attributes.get("connection"):
    run(connection)
else:
    with migrating(Settings.from_environment(os.environ).direct_database_url) as connection:
        try:
            require_users(connection)
        except MigrationFailed as problem:
            # `alembic` prints this type as a sentence instead of a traceback.
            raise AlembicError(str(problem)) from problem
        run(connection)
