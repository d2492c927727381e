"""Databases that are nowhere near head: empty ones, and ones that hold only what Better Auth made."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine

from testkit.postgres import fresh_database
from tests.conftest import settings_for
from web.db.database import Database
from web.schema.better_auth import migrate_better_auth
from web.schema.migrate import upgrade
from web.settings import Settings

Fresh = Callable[[], Settings]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a database that holds nothing yet."""
    if request.param == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path}/daybook.db")
    else:
        with fresh_database(request.getfixturevalue("postgres")) as url:
            yield settings_for(url)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    database = Database(settings.database_url)
    yield database.engine
    database.close()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def with_people(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings for a database that holds Better Auth's tables and none of ours; only for copying."""
    if request.param == "sqlite":
        settings = settings_for(f"sqlite:///{tmp_path_factory.mktemp('with-people') / 'daybook.db'}")
        migrate_better_auth(database_url=settings.node_database_url())
        yield settings
    else:
        with fresh_database(request.getfixturevalue("postgres")) as url:
            migrate_better_auth(database_url=url)
            yield settings_for(url)


@pytest.fixture
def fresh(with_people: Settings, tmp_path: Path) -> Iterator[Fresh]:
    """Makes copies of it, each a database of one's own."""
    with ExitStack() as until_the_end:

        def copy() -> Settings:
            return settings_for(until_the_end.enter_context(_copy(with_people.database_url, tmp_path)))

        yield copy


@pytest.fixture
def at_head(fresh: Fresh) -> Settings:
    """Settings for a database of one's own, with all our migrations in it."""
    settings = fresh()
    upgrade(settings.database_url)
    return settings


@contextmanager
def _copy(original: URL, folder: Path) -> Iterator[str]:
    if original.drivername == "sqlite":
        file = folder / f"{len(list(folder.iterdir()))}.db"
        shutil.copy(str(original.database), file)
        yield f"sqlite:///{file}"
    else:
        address = original.render_as_string(hide_password=False)
        with fresh_database(address, copy_of=address) as url:
            yield url


@contextmanager
def looking(settings: Settings) -> Iterator[Connection]:
    """A connection that reads, and keeps nobody waiting."""
    database = Database(settings.database_url)
    with database.engine.execution_options(autocommit=True).connect() as connection:
        yield connection
    database.close()
