"""Pytest fixtures for real servers. Each test process starts a server once, when the first test asks for it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import TypeVar

import pytest

from testkit import NotAvailable
from testkit.pgbouncer import PgBouncer, running_pgbouncer
from testkit.postgres import running_postgres

Server = TypeVar("Server")


@pytest.fixture(scope="session")
def start_postgres() -> Iterator[Callable[[], str]]:
    """Starts a PostgreSQL server the first time it is called; always returns its address."""
    with ExitStack() as running:
        yield cache(lambda: _available(running, running_postgres()))


@pytest.fixture(scope="session")
def postgres(start_postgres: Callable[[], str]) -> str:
    """The address of a PostgreSQL server."""
    return start_postgres()


@pytest.fixture(scope="session")
def pooler(postgres: str) -> Iterator[PgBouncer]:
    """A PgBouncer in transaction mode in front of that server."""
    with ExitStack() as running:
        yield _available(running, running_pgbouncer(postgres))


def _available(running: ExitStack, server: AbstractContextManager[Server]) -> Server:
    try:
        return running.enter_context(server)
    except NotAvailable as reason:
        pytest.skip(str(reason))
