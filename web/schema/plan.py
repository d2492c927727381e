"""Shows what `daybook migrate` would do, as a list of steps or as SQL, without doing it."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import Script
from sqlalchemy import URL, Connection, bindparam, event, text

from web.database_url import canonical
from web.db.search_sqlite import SHADOW_TABLES
from web.schema.better_auth import pending_in_better_auth, sql_of_better_auth
from web.schema.database_settings import require_suitable
from web.schema.locks import migration_engine
from web.schema.migrate import BETTER_AUTH_TABLES, apply, configuration, metadata, pending_revisions
from web.schema.revision import current_revision, require_connection
from web.settings import Settings

# FTS5's own, of today's index and of the one before revision 0014.
ALL_SHADOW_TABLES = (*SHADOW_TABLES, "task_words_config", "task_words_data", "task_words_idx")
READ_STATEMENTS = ("SELECT", "PRAGMA", "BEGIN")


def pending(settings: Settings) -> list[str]:
    """The steps that `migrate` would take, one line each. Raises the same errors."""
    with _existing_or_empty(settings.direct_database_url) as url:
        steps = [] if settings.better_auth_url else pending_in_better_auth(database_url=canonical(url))
        revisions = [f"{revision.revision} {revision.doc}" for revision in _daybook_revisions(url)]
    return [*(f"Better Auth: {step}" for step in steps), *revisions]


def planned_sql(settings: Settings) -> str:
    """The same steps as SQL, one transaction per revision. Raises the same errors."""
    with _existing_or_empty(settings.direct_database_url) as url:
        better_auth = "" if settings.better_auth_url else sql_of_better_auth(database_url=canonical(url))
        parts = [better_auth and f"-- Better Auth\n{better_auth}", sql_of(url, configuration())]
    return "\n\n".join(filter(None, parts))


def sql_of(url: URL, config: Config) -> str:
    """The SQL of Daybook's revisions between the database's one and head."""
    with migration_engine(url).connect() as connection:
        current = current_revision(connection)
        steps = pending_revisions(config, current)
        if connection.dialect.name == "postgresql":
            return "\n\n".join(_offline(config, step) for step in steps)
        with _copy_of_schema(connection, current) as copy:
            return "\n\n".join(_rehearsed(config, step, copy) for step in steps)


def _daybook_revisions(url: URL) -> Iterator[Script]:
    with migration_engine(url).connect() as connection:
        yield from pending_revisions(configuration(), current_revision(connection))


@contextmanager
def _existing_or_empty(url: URL) -> Iterator[URL]:
    """The URL to inspect. For a missing SQLite file a temporary one, because connecting would create the file."""
    if url.drivername != "sqlite" or Path(str(url.database)).exists():
        require_connection(url)
        with migration_engine(url).connect() as connection:
            require_suitable(connection)
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="daybook-") as folder:
        yield url.set(database=f"{folder}/empty.db")


def _offline(config: Config, step: Script) -> str:
    config.output_buffer = io.StringIO()
    config.attributes["connection"] = None
    config.attributes["dialect"] = "postgresql"
    apply(config, step, as_sql=True, starting_rev=step.down_revision or "base")
    return config.output_buffer.getvalue().strip()


@contextmanager
def _copy_of_schema(connection: Connection, current: str | None) -> Iterator[Connection]:
    """An empty copy in memory: the steps inspect the table they rebuild, so SQLite needs a live database."""
    # Without the tables that FTS5 creates itself.
    query = text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT IN :shadows ORDER BY rootpage = 0")
    statements = connection.scalars(query.bindparams(bindparam("shadows", ALL_SHADOW_TABLES, expanding=True))).all()
    with migration_engine(URL.create("sqlite")).connect() as copy:
        for statement in statements:
            copy.exec_driver_sql(statement)
        metadata.create_all(copy, [metadata.tables[name] for name in BETTER_AUTH_TABLES if name in metadata.tables])
        if current:
            copy.execute(text("INSERT INTO alembic_version VALUES (:current)"), {"current": current})
        yield copy


def _rehearsed(config: Config, step: Script, copy: Connection) -> str:
    statements: list[str] = []

    def record(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.strip().startswith(READ_STATEMENTS):
            statements.append(statement.strip())

    event.listen(copy, "before_cursor_execute", record)
    config.attributes["connection"] = copy
    apply(config, step)
    event.remove(copy, "before_cursor_execute", record)
    lines = [f"-- {step.revision} {step.doc}", "PRAGMA foreign_keys=OFF;", "BEGIN IMMEDIATE;"]
    return "\n".join([*lines, *(f"{statement};" for statement in statements), "COMMIT;"])
