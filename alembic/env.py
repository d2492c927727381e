"""How Alembic reaches the database: always in one transaction that holds a lock (see web/schema/locks.py)."""

import os
import warnings

from alembic import context
from alembic.util import CommandError as AlembicError

from web.db import search_sqlite
from web.schema.comparable import holds_more_than_columns
from web.schema.locks import LIMITS
from web.schema.migrate import (
    BETTER_AUTH_TABLES,
    MigrationFailed,
    metadata,
    migrating,
    require_users,
)
from web.settings import Settings

# It would say so of SQLite each time; `include_object` leaves them out on both.
warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")


def include_name(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name in (*BETTER_AUTH_TABLES, search_sqlite.TABLE, *search_sqlite.SHADOW_TABLES))


def include_object(part: object, name: str | None, kind: str, _: bool, __: object) -> bool:
    return include_name(name, kind, None) and not holds_more_than_columns(part)


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


def write_down(dialect: str) -> None:
    context.configure(dialect_name=dialect, literal_binds=True)
    with context.begin_transaction():
        for setting in LIMITS:
            context.execute(setting)
        context.run_migrations()


wanted = context.config.attributes
if context.is_offline_mode():
    write_down(wanted.get("dialect", "postgresql"))
elif given := wanted.get("connection"):
    run(given)
else:
    with migrating(Settings.from_environment(os.environ).direct_database_url) as opened:
        try:
            require_users(opened)
        except MigrationFailed as problem:
            # The one kind that `alembic` prints as a sentence.
            raise AlembicError(str(problem)) from problem
        run(opened)
