"""Databases for the tests that compare models with one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from tests.servers import NotAvailable
from tests.servers.postgres import fresh_database, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server."""
    try:
        with running_postgres() as url:
            yield url
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """An empty database."""
    if request.param == "sqlite":
        yield make_url(f"sqlite:///{tmp_path}/some.db")
    else:
        with fresh_database(request.getfixturevalue("postgres")) as address:
            yield make_url(address).set(drivername="postgresql+psycopg2")
