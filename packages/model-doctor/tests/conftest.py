"""Databases for the tests that compare models with one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from testkit.postgres import fresh_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """An empty database."""
    if request.param == "sqlite":
        yield make_url(f"sqlite:///{tmp_path}/some.db")
    else:
        with fresh_database(request.getfixturevalue("postgres")) as address:
            yield make_url(address).set(drivername="postgresql+psycopg2")
