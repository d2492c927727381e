"""Databases for tests of migrations: empty, with Better Auth's tables only, or at head."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import Connection, Engine

from tests.databases import Databases, Stage, settings_for
from web.db.database import Database
from web.schema.migrate import configuration, upgrade, upgrade_one
from web.settings import Settings

Fresh = Callable[[], Settings]


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings for a database without a table."""
    return settings_for(database_url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    database = Database(settings.database_url)
    yield database.engine
    database.close()


@pytest.fixture
def fresh(dialect: str, databases: Databases) -> Iterator[Fresh]:
    """Makes databases that hold only Better Auth's tables."""
    with ExitStack() as open_databases:

        def copy() -> Settings:
            return settings_for(open_databases.enter_context(databases.copy(dialect, Stage.BETTER_AUTH)))

        yield copy


@pytest.fixture
def at_first(dialect: str, databases: Databases) -> Iterator[Settings]:
    """Settings for a database at the first revision, without rows."""
    with databases.copy(dialect, Stage.BETTER_AUTH, to_first) as url:
        yield settings_for(url)


@pytest.fixture
def at_head(dialect: str, databases: Databases) -> Iterator[Settings]:
    """Settings for a migrated database that a test may change."""
    with databases.copy(dialect, Stage.HEAD) as url:
        yield settings_for(url)


def to_first(settings: Settings) -> None:
    """Applies the first revision; for `Databases.copy`."""
    upgrade_one(settings.database_url, configuration())


def to_head(settings: Settings) -> None:
    """Migrates Daybook's tables; for `Databases.copy`."""
    upgrade(settings.database_url)


@contextmanager
def looking(settings: Settings) -> Iterator[Connection]:
    """A connection that reads without a transaction, so that it blocks no writer."""
    database = Database(settings.database_url)
    with database.engine.execution_options(autocommit=True).connect() as connection:
        yield connection
    database.close()
