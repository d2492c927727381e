"""At which revision a database is, and at which the code: asked at every start, so without loading Alembic."""

import re
import sqlite3
from functools import cache

from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from web.schema.locks import MigrationFailed, first_line, migration_engine
from web.settings import ROOT, shown

VERSIONS = ROOT / "alembic" / "versions"
# The lines that Alembic's own template writes into each file.
_NAMED = re.compile(r"""^(revision|down_revision) = ["'](\w+)["']$""", re.MULTILINE)


def require_answer(url: URL) -> None:
    """Raises MigrationFailed, with the server's own words, for a database that does not answer."""
    _answering(url).close()


def require_head(url: URL) -> None:
    """Raises MigrationFailed for a database that the application should not serve from, or that does not answer."""
    with _answering(url) as connection:
        if wrong := _what_differs(connection):
            raise MigrationFailed(wrong)


def what_is_wrong(engine: Engine) -> str | None:
    """Why the application should not serve from this database, in a sentence; None when all is well."""
    try:
        with engine.execution_options(autocommit=True).connect() as connection:
            return _what_differs(connection)
    except DBAPIError:
        return "The database does not answer."


def current_revision(connection: Connection) -> str | None:
    """The revision that Alembic wrote down in this database; None where it wrote nothing."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def head() -> str:
    """The revision that no other one follows, as the files of the migrations say."""
    named = [dict(_NAMED.findall(file.read_text(encoding="utf-8"))) for file in VERSIONS.glob("*.py")]
    last: str
    (last,) = {one["revision"] for one in named} - {one.get("down_revision") for one in named}
    return last


def _answering(url: URL) -> Connection:
    try:
        connection = migration_engine(url).connect()
        if url.drivername == "sqlite":
            # It opens any file; only a look inside tells whether that is a database.
            connection.connection.cursor().execute("PRAGMA schema_version")
    except OperationalError as problem:
        raise MigrationFailed(f"The database at {shown(url)} does not answer: {first_line(problem)}.") from problem
    except sqlite3.DatabaseError as problem:
        raise MigrationFailed(f"{shown(url)} cannot be read as a SQLite database: {problem}.") from problem
    return connection


def _what_differs(connection: Connection) -> str | None:
    current = current_revision(connection)
    if current == head():
        return None
    return f"The database is at revision {current or 'none'} and the code at {head()}; run `daybook migrate`."
