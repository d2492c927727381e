"""What `daybook migrate` would do, without doing it."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import Script
from sqlalchemy import URL, Connection, bindparam, event, text

from web.db.search_sqlite import SHADOW_TABLES
from web.schema.better_auth import pending_in_better_auth, sql_of_better_auth
from web.schema.locks import migration_engine
from web.schema.migrate import BETTER_AUTH_TABLES, ahead, configuration, metadata
from web.schema.revision import current_revision, require_answer
from web.settings import Settings

# FTS5's own, of today's index and of the one before revision 0014.
SHADOW_TABLES_EVER = (*SHADOW_TABLES, "task_words_config", "task_words_data", "task_words_idx")
LOOKING = ("SELECT", "PRAGMA", "BEGIN")


def pending(settings: Settings) -> list[str]:
    """What is to be done, a step a line; changes nothing. Raises as `migrate` does."""
    with _looking_only(settings.direct_database_url) as url:
        theirs = pending_in_better_auth(database_url=_for_node(url)) if settings.better_auth_url is None else []
        return [f"Better Auth: {step}" for step in theirs] + [f"{step.revision} {step.doc}" for step in _ours(url)]


def planned_sql(settings: Settings) -> str:
    """The same as SQL, a transaction a revision. Raises as `migrate` does."""
    with _looking_only(settings.direct_database_url) as url:
        theirs = sql_of_better_auth(database_url=_for_node(url)) if settings.better_auth_url is None else ""
        return "\n\n".join(filter(None, [theirs and f"-- Better Auth\n{theirs}", sql_of(url, configuration())]))


def sql_of(url: URL, config: Config) -> str:
    """Our revisions from where the database is to head."""
    with migration_engine(url).connect() as connection:
        current = current_revision(connection)
        steps = ahead(config, current)
        if connection.dialect.name == "postgresql":
            return "\n\n".join(_offline(config, step) for step in steps)
        with _copy_of_schema(connection, current) as copy:
            return "\n\n".join(_rehearsed(config, step, copy) for step in steps)


def _ours(url: URL) -> Iterator[Script]:
    with migration_engine(url).connect() as connection:
        yield from ahead(configuration(), current_revision(connection))


@contextmanager
def _looking_only(url: URL) -> Iterator[URL]:
    """The address to look at: SQLite would make a file where there is none."""
    if url.drivername != "sqlite" or Path(str(url.database)).exists():
        require_answer(url)
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="daybook-") as folder:
        yield url.set(database=f"{folder}/empty.db")


def _for_node(url: URL) -> str:
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)


def _offline(config: Config, step: Script) -> str:
    config.output_buffer = io.StringIO()
    config.attributes["connection"] = None
    config.attributes["dialect"] = "postgresql"
    command.upgrade(config, f"{step.down_revision or 'base'}:{step.revision}", sql=True)
    return config.output_buffer.getvalue().strip()


@contextmanager
def _copy_of_schema(connection: Connection, current: str | None) -> Iterator[Connection]:
    """Rebuilding a SQLite table takes a live one to look at: this one is empty, and in memory."""
    asked = text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT IN :shadows ORDER BY rootpage = 0")
    # FTS5 makes its own tables once more.
    made = connection.scalars(asked.bindparams(bindparam("shadows", SHADOW_TABLES_EVER, expanding=True))).all()
    with migration_engine(URL.create("sqlite")).connect() as copy:
        for statement in made:
            copy.exec_driver_sql(statement)
        metadata.create_all(copy, [metadata.tables[name] for name in BETTER_AUTH_TABLES if name in metadata.tables])
        if current:
            copy.execute(text("INSERT INTO alembic_version VALUES (:current)"), {"current": current})
        yield copy


def _rehearsed(config: Config, step: Script, copy: Connection) -> str:
    statements: list[str] = []

    def keep(_: Any, __: Any, statement: str, *___: Any) -> None:
        if not statement.strip().startswith(LOOKING):
            statements.append(statement.strip())

    event.listen(copy, "before_cursor_execute", keep)
    config.attributes["connection"] = copy
    command.upgrade(config, step.revision)
    event.remove(copy, "before_cursor_execute", keep)
    lines = [f"-- {step.revision} {step.doc}", "PRAGMA foreign_keys=OFF;", "BEGIN IMMEDIATE;"]
    return "\n".join([*lines, *(f"{statement};" for statement in statements), "COMMIT;"])
