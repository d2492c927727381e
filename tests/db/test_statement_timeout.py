"""A database that hangs holds no request for ever, and nothing of the request goes on in the server."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from litestar.testing import TestClient
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.client import ORIGIN, HtmlClient
from tests.databases import settings_for
from tests.factories import Factory
from web.app import create_app
from web.db.database import Database
from web.db.green_wait import StatementTimeout
from web.settings import Settings

pytestmark = pytest.mark.databases("postgresql")

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
SLOW_COMMIT = """
CREATE TABLE slow_to_commit (id int);
CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3600); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON slow_to_commit DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION sleep()"""


@pytest.fixture
def url(database: Database) -> str:
    return database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.db.green_wait.STATEMENT_SECONDS", 0.2)
    monkeypatch.setattr("web.db.green_wait.CANCEL_SECONDS", 0.2)


@contextmanager
def by_hand(url: str, *statements: str) -> Iterator[Any]:
    """A cursor outside the pool, in a transaction that executed the statements."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        yield cursor


def is_anything_waiting(url: str) -> bool:
    with by_hand(url, WAITING) as cursor:
        return bool(cursor.fetchone()[0])


def read_tasks(connection: Connection) -> Any:
    return connection.scalar(text("SELECT count(*) FROM tasks"))


def commit_slowly(connection: Connection) -> Any:
    connection.execute(text("INSERT INTO slow_to_commit VALUES (1)"))


async def timed_out(serving: Database, work: Callable[[Connection], Any]) -> bool:
    with pytest.raises(OperationalError) as stopped:
        await asyncio.wait_for(serving.run(work, writing=True, transaction=True), PATIENCE_SECONDS)
    return isinstance(stopped.value.orig, StatementTimeout)


@pytest.mark.usefixtures("hasty")
class TestTheDatabase:
    @pytest.fixture
    def serving(self, migrated: Settings, database: Database) -> Iterator[Database]:
        serving = Database(migrated.database_url, concurrency=1)
        serving.enable_green_wait()
        yield serving
        serving.close()

    def test_stops_a_statement_that_waits_for_a_lock(self, serving: Database, url: str) -> None:
        async def both() -> None:
            # The first connection is made in a thread, the others wait on the event loop.
            for _ in range(2):
                with by_hand(url, "LOCK TABLE tasks"):
                    assert await timed_out(serving, read_tasks)
                    await asyncio.to_thread(wait_until, lambda: not is_anything_waiting(url))
                assert await serving.run(read_tasks, writing=False, transaction=False) == 0

        asyncio.run(both())

    def test_gives_up_on_a_server_that_does_not_answer_at_all(self, serving: Database) -> None:
        def pid(connection: Connection) -> int:
            return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)

        async def stopped() -> None:
            backend = await serving.run(pid, writing=True, transaction=True)
            os.kill(backend, signal.SIGSTOP)
            try:
                assert await timed_out(serving, read_tasks)
                assert await serving.run(pid, writing=True, transaction=True) != backend
            finally:
                os.kill(backend, signal.SIGCONT)

        asyncio.run(stopped())

    def test_stops_a_commit_that_hangs(self, serving: Database, url: str) -> None:
        with by_hand(url, SLOW_COMMIT) as cursor:
            cursor.connection.commit()
            try:
                assert asyncio.run(timed_out(serving, commit_slowly))
                wait_until(lambda: not is_anything_waiting(url))
                cursor.execute("SELECT count(*) FROM slow_to_commit")
                assert cursor.fetchone() == (0,)
            finally:
                cursor.execute("DROP TABLE slow_to_commit; DROP FUNCTION sleep()")
                cursor.connection.commit()

    def test_a_page_says_so(self, ada: HtmlClient, url: str) -> None:
        with by_hand(url, "LOCK TABLE tasks"):
            for answer in (ada.get("/tasks"), ada.post("/tasks", title="Buy milk"), ada.post("/tasks/1/complete")):
                assert (answer.status, answer.headers["retry-after"]) == (503, "5")
                assert "Look whether your change was saved" in answer.text
        assert ada.get("/tasks").titles == []


def test_pages_without_a_session_need_no_connection(
    migrated: Settings, database: Database, make: Factory, url: str
) -> None:
    """All connections are in use, by requests that wait for a lock."""
    app = create_app(settings_for(migrated.node_database_url(), DATABASE_CONCURRENCY="1"))
    with TestClient(app, base_url=ORIGIN) as client, ThreadPoolExecutor(1) as pool:
        ada = HtmlClient(client, cookie=make.cookie(make.sign_in(make.user())))
        signed_out = HtmlClient(client)
        with by_hand(url, "LOCK TABLE tasks"):
            waiting = pool.submit(ada.get, "/tasks")
            wait_until(lambda: is_anything_waiting(url))

            assert signed_out.get("/sign-in").status == 200
            assert signed_out.get("/tasks").to == "/sign-in?next=%2Ftasks"
            assert not waiting.done()
        assert waiting.result().status == 200
