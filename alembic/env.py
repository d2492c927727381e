"""How Alembic reaches the database: always in one transaction that holds a lock (see web/schema/migrating.py)."""

import os

from alembic import context

from web.schema.migrating import BETTER_AUTH_TABLES, metadata, migrating
from web.settings import Settings


def include_name(name: str | None, kind: str, _: object) -> bool:
    return not (kind == "table" and name in BETTER_AUTH_TABLES)


def include_object(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
    return include_name(name, kind, None)


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


if given := context.config.attributes.get("connection"):
    run(given)
else:
    with migrating(Settings.from_environment(os.environ).direct_database_url) as opened:
        run(opened)
