"""Databases for tests. Each process migrates and fills one per dialect and stage; tests get copies of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from enum import Enum
from functools import cache
from inspect import signature
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import pytest
from sqlalchemy import make_url

from testkit.postgres import fresh_database
from tests.client import ORIGIN
from tests.factories import SECRET, VAPID_PRIVATE_KEY
from web.db.database import Database
from web.schema.better_auth import migrate_better_auth
from web.schema.migrate import upgrade
from web.settings import Settings

DIALECTS = ("sqlite", "postgresql")
ABOVE_SERVICES = ("tests.controllers.", "tests.http.")
BOTH_WHEN_ASKED = {"dialect", "statements"}


# Changes a database; a function of a module, because the result is kept for all tests that name it.
Fill = Callable[[Settings], None]


class Stage(Enum):
    """What a database holds."""

    EMPTY = "empty"
    BETTER_AUTH = "Better Auth's tables"
    HEAD = "all migrations"


class Databases:
    """Copies of databases at a stage; removed with the session. `postgres` starts the server when one is needed."""

    def __init__(self, folder: Path, postgres: Callable[[], str]) -> None:
        self._folder = folder
        self._postgres = postgres
        self._open = ExitStack()
        self._template = cache(self._make_template)
        self.shared = cache(self._make_shared)
        self.connected = cache(self._connect_to_shared)

    @contextmanager
    def copy(self, dialect: str, stage: Stage, *fills: Fill) -> Iterator[str]:
        """The address of a database for one test, at a stage and then filled. Each filling happens once per process."""
        source = None if stage is Stage.EMPTY else self._template(dialect, stage, *fills)
        if dialect == "postgresql":
            with fresh_database(self._postgres(), copy_of=source) as url:
                yield url
            return
        file = self._folder / f"{uuid4().hex}.db"
        if source:
            shutil.copy(_file(source), file)
        yield f"sqlite:///{file}"
        for left in self._folder.glob(f"{file.name}*"):
            left.unlink()

    def close(self) -> None:
        self._open.close()

    def _make_template(self, dialect: str, stage: Stage, *fills: Fill) -> str:
        if fills:
            url = self._open.enter_context(self.copy(dialect, stage, *fills[:-1]))
            fills[-1](settings_for(url))
            return url
        below = Stage.EMPTY if stage is Stage.BETTER_AUTH else Stage.BETTER_AUTH
        url = self._open.enter_context(self.copy(dialect, below))
        if stage is Stage.BETTER_AUTH:
            migrate_better_auth(database_url=url)
        else:
            upgrade(settings_for(url).database_url)
        return url

    def _make_shared(self, dialect: str) -> Settings:
        """Settings for the one migrated database whose rows each test removes."""
        return settings_for(self._open.enter_context(self.copy(dialect, Stage.HEAD)))

    def _connect_to_shared(self, dialect: str) -> Database:
        return Database(self.shared(dialect).database_url)


def _file(url: str) -> str:
    return str(make_url(url).database)


def settings_for(database_url: str, **environment: str) -> Settings:
    url = make_url(database_url)
    return Settings.from_environment(
        {
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "BETTER_AUTH_SECRET": SECRET,
            "APP_URL": ORIGIN,
            "VAPID_PRIVATE_KEY": VAPID_PRIVATE_KEY,
            **environment,
        }
    )


def dialects_of(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """The databases that a test runs on.

    Those of its mark `databases`; else both, below the controllers. Controllers and HTTP see a database only through
    services, so each of their tests has one, by the hash of its name: half of them SQLite, half PostgreSQL. One that
    counts statements or asks for `dialect` has both, and all have with the option --both-databases.
    """
    if mark := metafunc.definition.get_closest_marker("databases"):
        return tuple(mark.args)
    option = metafunc.config.getoption
    if (
        metafunc.module.__name__.startswith(ABOVE_SERVICES)
        and not BOTH_WHEN_ASKED.intersection(signature(metafunc.function).parameters)
        and not option("both_databases")
        and not option("sqlite_only")
    ):
        return (DIALECTS[crc32(metafunc.definition.nodeid.encode()) % 2],)
    return DIALECTS
