"""Bringing a database to where the code wants it: one at a time, all of it or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import SQLModel

from web.auth.child import migrate_better_auth
from web.database import private_file

# Imported for their tables.
from web.models import task, user  # noqa: F401
from web.settings import ROOT, Settings, shown

metadata = SQLModel.metadata
# Its own migration makes these; ours neither creates, drops nor compares them.
BETTER_AUTH_TABLES = ("users", "sessions", "accounts", "verifications")
# Any number does, as long as nobody else in the database uses it.
LOCK = 0x6461_7962


class MigrationFailed(Exception):
    """The database cannot be brought to head; the text is one sentence for whoever runs it."""


def migrate(settings: Settings) -> None:
    """Better Auth's tables by Better Auth, unless it lives elsewhere; then ours.

    Raises MigrationFailed, BetterAuthFailed or NodeNotFound.
    """
    require_answer(settings.direct_database_url)
    if settings.better_auth_url is None:
        migrate_better_auth(database_url=settings.node_database_url(direct=True))
    upgrade(settings.direct_database_url)


def upgrade(url: URL) -> None:
    """Our tables to head. Raises MigrationFailed where Better Auth's are missing."""
    config = _configuration()
    with migrating(url) as connection:
        if not inspect(connection).has_table("users"):
            raise MigrationFailed(
                f"There is no table users in {shown(url)}: Better Auth makes it, so run its migration first."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def require_answer(url: URL) -> None:
    """Raises MigrationFailed, with the server's own words, for a database that does not answer."""
    engine = _engine(url)
    try:
        with engine.connect():
            pass
    except OperationalError as problem:
        said = str(problem.orig).strip().splitlines()
        raise MigrationFailed(
            f"The database at {shown(url)} does not answer: {said[0] if said else problem}."
        ) from problem


def what_is_wrong(engine: Engine) -> str | None:
    """Why the application should not serve from this database, in a sentence; None when all is well."""
    try:
        with engine.connect() as connection:
            here = MigrationContext.configure(connection).get_current_revision()
    except DBAPIError:
        return "The database does not answer."
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    if here == head:
        return None
    return f"The database is at revision {here or 'none'} and the code at {head}; run `daybook migrate`."


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """A connection in a transaction that keeps every other migration waiting until it ends."""
    engine = _engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text("SET LOCAL lock_timeout = '4s'"))
        yield connection
        if engine.dialect.name == "sqlite":
            _require_whole_references(connection)
    engine.dispose()


def _engine(url: URL) -> Engine:
    if url.drivername != "sqlite":
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    private_file(url)
    engine = create_engine(url, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": 30})
    # Off, or rebuilding a table would delete what refers to it; checked before the commit instead.
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=OFF"))
    # IMMEDIATE: one writer from the first statement on, and a crash leaves nothing half done.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _require_whole_references(connection: Connection) -> None:
    if broken := connection.execute(text("PRAGMA foreign_key_check")).fetchall():
        raise MigrationFailed(f"The migration would leave {len(broken)} rows that refer to nothing.")


def _configuration() -> Config:
    return Config(ROOT / "alembic.ini")
