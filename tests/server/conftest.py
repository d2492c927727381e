"""Folders and migrated databases for the command `daybook`."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import make_url

from tests.databases import Databases, Stage
from tests.server.command import environment

MigratedEnvironment = Callable[..., dict[str, str]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for a Unix socket in it."""
    with TemporaryDirectory(prefix="d-") as name:
        yield Path(name)


@pytest.fixture
def migrated_environment(folder: Path, databases: Databases) -> MigratedEnvironment:
    """The environment of a `daybook` whose SQLite database is migrated already."""

    return lambda **changes: migrated_copy(databases, folder, **changes)


def migrated_copy(databases: Databases, folder: Path, **changes: str) -> dict[str, str]:
    """Copies a migrated SQLite database into the folder; the environment of a `daybook` that uses it."""
    with databases.copy("sqlite", Stage.HEAD) as url:
        shutil.copy(str(make_url(url).database), folder / "daybook.db")
    return environment(folder, **changes)
