"""A statement past its deadline is stopped, and its connection serves the next one."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from web.db.database import Database
from web.db.deadline import deadline
from web.domain.errors import SearchTooSlow

ENDLESS = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c",
    "postgresql": "SELECT pg_sleep(3600)",
}


def endless(connection: Connection) -> None:
    with deadline(connection, 0.05):
        connection.execute(text(ENDLESS[connection.dialect.name]))


def answer_until(is_late: Callable[[], bool], connection: Connection) -> None:
    with deadline(connection, 0):
        while not is_late():
            assert answers(connection)


def answers(connection: Connection) -> bool:
    return connection.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("transaction", [False, True])
def test_what_takes_too_long_is_stopped(database: Database, transaction: bool) -> None:
    with database.connect(transaction=transaction) as connection, pytest.raises(SearchTooSlow):
        endless(connection)

    with database.connect(transaction=transaction) as connection:
        assert answers(connection)


def test_it_is_stopped_on_the_event_loop_too(database: Database) -> None:
    async def serve() -> bool:
        database.enable_green_wait()
        await database.run(answers, writing=False, transaction=False)
        with pytest.raises(SearchTooSlow):
            await database.run(endless, writing=False, transaction=False)
        return await database.run(answers, writing=False, transaction=False)

    assert asyncio.run(serve())


def test_what_is_quick_is_left_alone(database: Database) -> None:
    with database.connect(transaction=False) as connection:
        with deadline(connection, 3600):
            assert answers(connection)
        assert answers(connection)


def test_another_error_stays_what_it_is(database: Database) -> None:
    with database.connect(transaction=False) as connection, pytest.raises(DBAPIError), deadline(connection, 3600):
        connection.execute(text("SELECT nothing FROM nowhere"))


def test_a_connection_that_may_still_be_cancelled_is_not_used_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time was up just as the statement ended: PostgreSQL would cancel the next one, so nothing follows."""
    cancelled = []
    monkeypatch.setattr(f"web.db.{database.engine.dialect.name}.cancel", cancelled.append)
    with database.connect(transaction=False) as connection:
        before = connection.connection.driver_connection
        with pytest.raises(SearchTooSlow):
            answer_until(lambda: bool(cancelled), connection)

        assert cancelled == [before]
        assert connection.invalidated
