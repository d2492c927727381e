"""Upgrades and downgrades a database: one revision at a time, each in a transaction of its own."""

from collections.abc import Sequence
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationStep
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError as AlembicError
from sqlalchemy import URL, Connection, String, inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from web.database_url import without_password
from web.db.database import Database
from web.models import import_all
from web.schema.better_auth import migrate_better_auth
from web.schema.database_settings import require_suitable
from web.schema.locks import MigrationFailed, first_line, is_locked, migrating, migration_engine, retry_while_locked
from web.schema.reindex import complete_search
from web.schema.revision import current_revision, require_connection, wait_for_database
from web.settings import ROOT, Settings

__all__ = ["BETTER_AUTH_TABLES", "MigrationFailed", "metadata", "migrate", "migrating"]

import_all()
metadata = SQLModel.metadata
# Created by Better Auth's own migration. Alembic neither creates, drops nor compares them.
BETTER_AUTH_TABLES = (
    "users",
    "sessions",
    "accounts",
    "verifications",
    "jwks",
    "two_factors",
    "passkeys",
    "rate_limits",
)


def migrate(settings: Settings) -> None:
    """Migrate Better Auth's tables, unless BETTER_AUTH_URL names another one, then Daybook's. Idempotent.

    Raises MigrationFailed, BetterAuthFailed or NodeNotFound.
    """
    wait_for_database(settings.direct_database_url, settings.database_wait)
    require_connection(settings.direct_database_url)
    retry_while_locked(lambda: _check_database(settings.direct_database_url))
    if settings.better_auth_url is None:
        migrate_better_auth(database_url=settings.node_database_url(direct=True))
    upgrade(settings.direct_database_url)
    database = Database(settings.direct_database_url)
    complete_search(database)
    database.close()


def upgrade(url: URL, config: Config | None = None) -> None:
    """Upgrade Daybook's tables to head, one transaction per revision: after a crash the next run continues there.

    Concurrent runs wait for each other. Raises MigrationFailed.
    """
    config = config or configuration()
    while retry_while_locked(lambda: upgrade_one(url, config)):
        pass


def downgrade(url: URL, to: str = "-1", config: Config | None = None) -> str | None:
    """Downgrade to a revision, to `base` or by a number of steps, in one transaction; returns the new revision.

    The data in dropped columns is lost. Raises MigrationFailed.
    """
    config = config or configuration()

    def down() -> str | None:
        with migrating(url) as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, to)
            return current_revision(connection)

    try:
        return retry_while_locked(down)
    except AlembicError as problem:
        with migration_engine(url).connect() as connection:
            current = current_revision(connection) or "none"
        raise MigrationFailed(f"Cannot go down: there is no revision {to} before {current}.") from problem


def pending_revisions(config: Config, current: str | None) -> Sequence[Script]:
    """The revisions between `current` and head, oldest first. Raises MigrationFailed for an unknown `current`."""
    scripts = scripts_of(config)
    try:
        return list(scripts.iterate_revisions("head", current or "base"))[::-1]
    except RevisionError as problem:
        raise MigrationFailed(
            f"The database is at revision {current}, which this version does not know: a newer version has migrated it."
        ) from problem


def require_users(connection: Connection) -> None:
    """Raises MigrationFailed unless there is a table `users` that a foreign key can refer to."""
    database, inspector = without_password(connection.engine.url), inspect(connection)
    if not inspector.has_table("users"):
        raise MigrationFailed(f"There is no table users in {database}: run Better Auth's migration first.")
    types = {column["name"]: column["type"] for column in inspector.get_columns("users")}
    key = inspector.get_pk_constraint("users")["constrained_columns"]
    if not isinstance(types.get("id"), String) or key != ["id"]:
        actual = f"its id is {types['id']}" if "id" in types else "it has no id"
        not_key = "" if key == ["id"] or "id" not in types else " and not the primary key"
        raise MigrationFailed(
            f"The table users in {database} is not Better Auth's: id must be text and the primary key, but "
            f"{actual}{not_key}."
        )


def _check_database(url: URL) -> None:
    with migration_engine(url).connect() as connection:
        require_suitable(connection)
        # Better Auth would add its columns to any table with that name.
        if inspect(connection).has_table("users"):
            require_users(connection)


def configuration() -> Config:
    """Alembic's configuration, from alembic.ini."""
    return Config(ROOT / "alembic.ini")


def scripts_of(config: Config) -> ScriptDirectory:
    """The revisions, loaded once per configuration: loading all of them takes longer than applying one."""
    if "scripts" not in config.attributes:
        config.attributes["scripts"] = ScriptDirectory.from_config(config)
    scripts: ScriptDirectory = config.attributes["scripts"]
    return scripts


def apply(config: Config, revision: Script, **options: Any) -> None:
    """`alembic upgrade` for this revision alone. The options are EnvironmentContext's, such as `as_sql`."""
    scripts = scripts_of(config)
    step = MigrationStep.upgrade_from_script(scripts.revision_map, revision)
    with EnvironmentContext(config, scripts, fn=lambda *_: [step], destination_rev=revision.revision, **options):
        scripts.run_env()


def upgrade_one(url: URL, config: Config) -> bool:
    """Apply the next revision in a transaction of its own; False if there was none. Raises MigrationFailed."""
    with migrating(url) as connection:
        require_users(connection)
        steps = pending_revisions(config, current_revision(connection))
        if not steps:
            return False
        config.attributes["connection"] = connection
        try:
            apply(config, steps[0])
        except DBAPIError as problem:
            if is_locked(problem):
                raise
            raise MigrationFailed(
                f"Revision {steps[0].revision}, {steps[0].doc}, failed and was rolled back: {first_line(problem)}."
            ) from problem
    return True
