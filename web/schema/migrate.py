"""Bringing a database to where the code wants it: one revision at a time, each all or nothing."""

from collections.abc import Sequence

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError as AlembicError
from sqlalchemy import URL, Connection, String, inspect
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

# Imported for their tables.
from web.db.database import Database
from web.models import task, task_counts, user  # noqa: F401
from web.schema.better_auth import migrate_better_auth
from web.schema.locks import MigrationFailed, first_line, is_locked, migrating, migration_engine, patiently
from web.schema.reindex import complete_search
from web.schema.revision import current_revision, require_answer
from web.settings import ROOT, Settings, shown

__all__ = ["BETTER_AUTH_TABLES", "MigrationFailed", "metadata", "migrate", "migrating"]

metadata = SQLModel.metadata
# Its own migration makes these; ours neither creates, drops nor compares them.
BETTER_AUTH_TABLES = ("users", "sessions", "accounts", "verifications", "rate_limits")


def migrate(settings: Settings) -> None:
    """Better Auth's tables by Better Auth, unless it lives elsewhere; then ours.

    Raises MigrationFailed, BetterAuthFailed or NodeNotFound.
    """
    require_answer(settings.direct_database_url)
    patiently(lambda: _refuse_strange_users(settings.direct_database_url))
    if settings.better_auth_url is None:
        migrate_better_auth(database_url=settings.node_database_url(direct=True))
    upgrade(settings.direct_database_url)
    database = Database(settings.direct_database_url)
    complete_search(database)
    database.close()


def upgrade(url: URL, config: Config | None = None) -> None:
    """Our tables to head, a revision a transaction: after a crash, the next one goes on from there.

    Several at once take turns. Raises MigrationFailed.
    """
    config = config or configuration()
    while patiently(lambda: one_up(url, config)):
        pass


def downgrade(url: URL, to: str = "-1", config: Config | None = None) -> str | None:
    """Back to a revision, `base` or by a number of steps, in one transaction; where it is then.

    What the columns held is gone. Raises MigrationFailed.
    """
    config = config or configuration()

    def down() -> str | None:
        with migrating(url) as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, to)
            return current_revision(connection)

    try:
        return patiently(down)
    except AlembicError as problem:
        with migration_engine(url).connect() as connection:
            current = current_revision(connection) or "none"
        raise MigrationFailed(f"Cannot go down: there is no revision {to} before {current}.") from problem


def ahead(config: Config, current: str | None) -> Sequence[Script]:
    """The revisions from `current` to head, the next one first. Raises MigrationFailed for an unknown one."""
    scripts = ScriptDirectory.from_config(config)
    try:
        return list(scripts.iterate_revisions("head", current or "base"))[::-1]
    except RevisionError as problem:
        raise MigrationFailed(
            f"The database is at revision {current}, which this code does not know: newer code has migrated it."
        ) from problem


def require_users(connection: Connection) -> None:
    """Raises MigrationFailed unless there is a table `users` that a task can refer to."""
    place, found = shown(connection.engine.url), inspect(connection)
    if not found.has_table("users"):
        raise MigrationFailed(f"There is no table users in {place}: Better Auth makes it, so run its migration first.")
    types = {column["name"]: column["type"] for column in found.get_columns("users")}
    key = found.get_pk_constraint("users")["constrained_columns"]
    if not isinstance(types.get("id"), String) or key != ["id"]:
        was = f"it is {types['id']}" if "id" in types else "there is none"
        raise MigrationFailed(
            f"The table users in {place} is not Better Auth's: its id must be text and the primary key, and {was}"
            f"{'' if key == ['id'] or 'id' not in types else ', and not the key'}."
        )


def _refuse_strange_users(url: URL) -> None:
    # Better Auth would add its columns to whatever has the name.
    with migration_engine(url).connect() as connection:
        if inspect(connection).has_table("users"):
            require_users(connection)


def configuration() -> Config:
    return Config(ROOT / "alembic.ini")


def one_up(url: URL, config: Config) -> bool:
    """The next revision, in a transaction of its own; whether there was one to go."""
    with migrating(url) as connection:
        require_users(connection)
        steps = ahead(config, current_revision(connection))
        if not steps:
            return False
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, steps[0].revision)
        except DBAPIError as problem:
            if is_locked(problem):
                raise
            raise MigrationFailed(
                f"Revision {steps[0].revision}, {steps[0].doc}, cannot be applied, and nothing of it was kept: "
                f"{first_line(problem)}."
            ) from problem
    return True
