"""Compares the revision of a database with that of the code, without importing Alembic: this runs at every start."""

import logging
import re
import sqlite3
import time
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from web.database_url import without_password
from web.db.errors import DatabaseUnavailable
from web.schema.locks import MigrationFailed, first_line, migration_engine
from web.settings import ROOT

log = logging.getLogger("daybook.schema")

# Seconds between two attempts to reach a database that is not there yet.
WAIT_PAUSE = 0.5
VERSIONS = ROOT / "alembic" / "versions"
# The lines that Alembic's template writes into each migration.
_REVISION_LINES = re.compile(r"""^(revision|down_revision) = ["'](\w+)["']$""", re.MULTILINE)


def wait_for_database(url: URL, seconds: float) -> None:
    """Return once a PostgreSQL database can be connected to, after that many seconds in any case.

    It may start later than Daybook, or be created later. The reason for the wait is logged once.
    """
    deadline, is_logged = time.monotonic() + seconds, False
    while url.drivername != "sqlite" and time.monotonic() < deadline:
        try:
            migration_engine(url).connect().close()
        except OperationalError as problem:
            if not is_logged:
                log.warning("%s; waiting for up to %.0f s.", _unreachable(url, problem), seconds)
            is_logged = True
            time.sleep(WAIT_PAUSE)
        else:
            return


def require_connection(url: URL) -> None:
    """Raises MigrationFailed, with the server's error message, if the database cannot be reached."""
    _connect(url).close()


def require_head(url: URL) -> None:
    """Raises MigrationFailed if the database cannot be reached or is not at the code's revision."""
    if url.drivername == "sqlite" and not Path(str(url.database)).exists():
        raise MigrationFailed(f"There is no database at {without_password(url)}; run `daybook migrate`.")
    with _connect(url) as connection:
        if problem := _revision_problem(connection):
            raise MigrationFailed(problem)


def database_problem(engine: Engine) -> str | None:
    """One sentence that says why the application cannot use this database, or None."""
    try:
        with engine.execution_options(autocommit=True).connect() as connection:
            return _revision_problem(connection)
    except DatabaseUnavailable as problem:
        return str(problem)
    except DBAPIError:
        return "The database does not answer."


def current_revision(connection: Connection) -> str | None:
    """The revision stored in the database by Alembic; None if there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


@cache
def head() -> str:
    """The latest revision: the one that no migration file names as its predecessor."""
    revisions = [dict(_REVISION_LINES.findall(file.read_text(encoding="utf-8"))) for file in VERSIONS.glob("*.py")]
    last: str
    (last,) = {lines["revision"] for lines in revisions} - {lines.get("down_revision") for lines in revisions}
    return last


def _connect(url: URL) -> Connection:
    try:
        connection = migration_engine(url).connect()
        if url.drivername == "sqlite":
            # SQLite opens any file; reading the header fails if it is not a database.
            connection.connection.cursor().execute("PRAGMA schema_version")
    except OperationalError as problem:
        raise MigrationFailed(f"{_unreachable(url, problem)}.") from problem
    except sqlite3.DatabaseError as problem:
        raise MigrationFailed(f"{without_password(url)} is not a readable SQLite database: {problem}.") from problem
    return connection


def _unreachable(url: URL, problem: OperationalError) -> str:
    return f"The database at {without_password(url)} does not answer: {first_line(problem)}"


def _revision_problem(connection: Connection) -> str | None:
    current = current_revision(connection)
    if current == head():
        return None
    return f"The database is at revision {current or 'none'} and the code at {head()}; run `daybook migrate`."
