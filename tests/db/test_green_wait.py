"""Queries on PostgreSQL yield to the event loop while they wait, and their errors are ordinary exceptions."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import TypeVar

import psycopg2
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from testkit.patience import PATIENCE_SECONDS, wait_until
from web.db.database import Database
from web.settings import Settings

on_postgresql = pytest.mark.databases("postgresql")
Result = TypeVar("Result")


@pytest.fixture
def serving(migrated: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    # Each test looks at a single run; tests/db/test_retry.py tests repeated ones.
    monkeypatch.setattr("web.db.database.RETRY_SECONDS", 0)
    database = Database(migrated.database_url, concurrency=2)
    database.enable_green_wait()
    yield database
    if database.engine.dialect.name == "postgresql":
        # A cancelled query sleeps on in the server.
        by_hand(database, ENDED)
    database.close()


def run(database: Database, work: Callable[[Connection], Result]) -> Awaitable[Result]:
    return database.run(work, writing=False, transaction=False)


def thread_of(connection: Connection) -> int:
    """The thread in which a query runs."""
    assert connection.scalar(text("SELECT 1")) == 1
    return threading.get_ident()


def slow(connection: Connection) -> int:
    connection.execute(text("SELECT pg_sleep(3600)"))
    return threading.get_ident()


async def asleep(database: Database, number: int = 1) -> list["asyncio.Task[int]"]:
    """Tasks that wait on the event loop for a query that sleeps in the server."""
    await run(database, thread_of)
    tasks = [asyncio.ensure_future(run(database, slow)) for _ in range(number)]
    await asyncio.to_thread(wait_until, lambda: len(by_hand(database, SLEEPING)) >= number)
    return tasks


SLEEPING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep(3600%'"
ENDED = f"SELECT pg_terminate_backend(pid, {1000 * PATIENCE_SECONDS}) FROM ({SLEEPING}) AS sleeping"


def by_hand(database: Database, statement: str) -> list[tuple[object, ...]]:
    """The rows of a statement on a connection outside the pool."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_connecting_uses_a_thread_and_queries_on_postgresql_do_not(serving: Database) -> None:
    async def twice() -> list[bool]:
        return [await run(serving, thread_of) == threading.get_ident() for _ in range(2)]

    assert asyncio.run(twice()) == [False, serving.engine.dialect.name == "postgresql"]


@on_postgresql
def test_concurrent_queries_share_the_event_loop(serving: Database) -> None:
    """As many queries run at once as there are slots, and none of them in a thread."""

    async def crowd() -> tuple[int, set[int]]:
        await run(serving, thread_of)
        together, most = 0, 0

        def count(connection: Connection) -> int:
            nonlocal together, most
            together += 1
            most = max(most, together)
            wait_until(lambda: connection.execute(text("SELECT pg_sleep(0.01)")) and most > 1)
            together -= 1
            return threading.get_ident()

        threads = await asyncio.gather(*(run(serving, count) for _ in range(12)))
        return most, set(threads)

    assert asyncio.run(crowd()) == (2, {threading.get_ident()})


@on_postgresql
def test_a_second_connection_is_made_in_a_thread_too(serving: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    connect = serving.autocommit.dialect.connect
    monkeypatch.setattr(
        serving.autocommit.dialect, "connect", lambda *a, **b: made.append(threading.get_ident()) or connect(*a, **b)
    )

    async def one_and_then_two() -> None:
        await run(serving, thread_of)
        await asyncio.gather(*(run(serving, lambda one: one.scalar(text("SELECT pg_sleep(0.1)"))) for _ in range(2)))

    asyncio.run(one_and_then_two())

    assert len(made) == 2
    assert threading.get_ident() not in made


@on_postgresql
def test_a_connection_lost_during_a_query_is_an_error_and_the_next_query_works(serving: Database) -> None:
    async def lose() -> bool:
        (task,) = await asleep(serving)
        assert await asyncio.to_thread(by_hand, serving, ENDED) == [(True,)]
        with pytest.raises(DBAPIError) as lost:
            await task
        assert lost.value.connection_invalidated
        return await run(serving, thread_of) == threading.get_ident()

    assert asyncio.run(lose())


@on_postgresql
def test_a_cancelled_query_releases_its_slot_and_connection(serving: Database) -> None:
    async def cancel() -> list[int]:
        tasks = await asleep(serving, 2)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(task.cancelled() for task in tasks)
        return [await asyncio.wait_for(run(serving, thread_of), PATIENCE_SECONDS) for _ in range(3)]

    assert set(asyncio.run(cancel())) == {threading.get_ident()}


@on_postgresql
def test_a_silent_server_times_out_without_blocking_other_queries(serving: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = serving.engine.url.set(host="127.0.0.1", port=port, query={"connect_timeout": "1"})
        nowhere = Database(url)
        nowhere.enable_green_wait()

        async def both() -> None:
            waiting = asyncio.ensure_future(run(nowhere, thread_of))
            assert await asyncio.wait_for(run(serving, thread_of), PATIENCE_SECONDS)
            with pytest.raises(OperationalError, match="timeout expired"):
                await asyncio.wait_for(waiting, PATIENCE_SECONDS)

        asyncio.run(both())
        nowhere.close()
