"""The limit on concurrent database use: a crowd is served, and a database that hangs gives 503 in time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import uuid4

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import Connection

from testkit.patience import PATIENCE_SECONDS
from tests.client import ORIGIN
from tests.factories import Factory
from web.db.database import Database
from web.db.limiter import ConnectionLimiter, DatabaseBusy, SearchLimiter
from web.domain.errors import TooManySearches

# More requests than connections and threads together.
CROWD = 60
Result = TypeVar("Result")
on_postgresql = pytest.mark.databases("postgresql")


def test_waiting_for_a_slot_ends_after_the_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.db.limiter.WAIT_SECONDS", 0.05)

    async def wait_twice() -> None:
        limiter = ConnectionLimiter(1)
        for _ in range(2):
            async with limiter.slot():
                with pytest.raises(DatabaseBusy):
                    async with limiter.slot():
                        pass

    asyncio.run(wait_twice())


def test_a_limiter_may_have_a_timeout_of_its_own() -> None:
    async def wait() -> None:
        limiter = ConnectionLimiter(1, timeout=0.05)
        async with limiter.slot():
            with pytest.raises(DatabaseBusy, match=r"for 0\.05 seconds"):
                async with limiter.slot():
                    pass

    asyncio.run(wait())


def test_a_failing_request_returns_its_slot() -> None:
    async def fail_then_succeed() -> None:
        limiter = ConnectionLimiter(1, timeout=0.05)
        with pytest.raises(ValueError, match="broken"):
            async with limiter.slot():
                raise ValueError("broken")
        async with limiter.slot():
            pass

    asyncio.run(fail_then_succeed())


def test_a_user_has_a_few_slots_and_others_have_their_own() -> None:
    limiter = SearchLimiter(2)

    with limiter.slot("ada"), limiter.slot("ada"):
        with pytest.raises(TooManySearches), limiter.slot("ada"):
            pass
        with limiter.slot("bob"):
            pass

    with limiter.slot("ada"), limiter.slot("ada"):
        pass
    assert limiter._running == {}


def test_a_user_with_too_many_searches_waits_without_a_connection(database: Database) -> None:
    """The unit of work runs again until a slot is free, and holds no connection in between."""
    limiter, connections = SearchLimiter(1), []

    def search(connection: Connection) -> str:
        connections.append(connection)
        with limiter.slot("ada"):
            return "found"

    async def serve() -> str:
        with limiter.slot("ada"):
            waiting = asyncio.ensure_future(database.run(search, writing=False, transaction=False))
            while len(connections) < 3:
                await asyncio.sleep(0.01)
            assert all(connection.closed for connection in connections[:2])
        return await waiting

    assert asyncio.run(serve()) == "found"


@pytest.mark.usefixtures("patient")
def test_more_requests_than_slots_are_all_answered(app: Litestar, make: Factory) -> None:
    cookie = make.cookie(make.sign_in(make.user()))

    async def click(browser: httpx.AsyncClient, number: int) -> int:
        if number % 2:
            return (await browser.get("/tasks")).status_code
        form = {"title": f"Task {number}", "op": str(uuid4())}
        return (await browser.post("/tasks", data=form)).status_code

    async def crowd(browser: httpx.AsyncClient) -> list[int]:
        return await asyncio.gather(*(click(browser, number) for number in range(CROWD)))

    statuses = visited(app, cookie, crowd)

    assert Counter(statuses) == {200: CROWD / 2, 303: CROWD / 2}


@pytest.mark.parametrize("path", ["/tasks/x", "/tasks/1"])
def test_an_invalid_request_releases_its_slot(app: Litestar, make: Factory, path: str) -> None:
    cookie = make.cookie(make.sign_in(make.user()))

    async def send_invalid_requests(browser: httpx.AsyncClient) -> list[int]:
        return [(await browser.post(path, content=b"{}")).status_code for _ in range(CROWD)]

    statuses = visited(app, cookie, send_invalid_requests)

    assert set(statuses) <= {400, 404}


def test_a_client_that_reads_slowly_holds_no_slot(app: Litestar, make: Factory) -> None:
    cookie = make.cookie(make.sign_in(make.user()))

    async def read_slowly() -> None:
        headers = [(b"cookie", cookie.encode())]
        scope = {"type": "http", "path": "/tasks", "method": "GET", "headers": headers, "query_string": b""}
        began = asyncio.Event()

        async def send(message: object) -> None:
            began.set()
            await asyncio.Event().wait()

        reader = asyncio.create_task(app(scope, asyncio.Event().wait, send))  # type: ignore[arg-type]
        readers.append(reader)
        await began.wait()

    readers: list[asyncio.Task[None]] = []

    async def slow_readers_first(browser: httpx.AsyncClient) -> int:
        for _ in range(app.state.database.concurrency):
            await read_slowly()
        status = (await browser.get("/tasks")).status_code
        for reader in readers:
            reader.cancel()
        return status

    assert visited(app, cookie, slow_readers_first) == 200


@on_postgresql
def test_health_checks_and_assets_work_while_the_database_hangs(
    app: Litestar, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.db.limiter.WAIT_SECONDS", 0.5)
    cookie = make.cookie(make.sign_in(make.user()))
    style = app.state.assets.url("daybook.css")

    async def hang(browser: httpx.AsyncClient) -> tuple[set[str], list[int]]:
        # Afterwards connections exist, so requests with a slot wait on the event loop and not in a thread.
        await asyncio.gather(*(browser.get("/tasks") for _ in range(CROWD)))
        with app.state.database.engine.connect() as other:
            # If the event loop were blocked, this test could not release the lock; PostgreSQL does.
            other.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE_SECONDS}s'")
            other.exec_driver_sql("LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
            requests = [asyncio.create_task(browser.get("/tasks")) for _ in range(CROWD)]
            answers = asyncio.as_completed(requests)
            pages = {(await next(answers)).text for _ in range(CROWD - app.state.database.concurrency)}
            alive = [(await browser.get(path)).status_code for path in ("/healthz", style)]
            assert [task.done() for task in requests].count(False) == app.state.database.concurrency
        assert {(await task).status_code for task in requests} == {200, 503}
        return pages, alive

    pages, alive = visited(app, cookie, hang)

    assert alive == [200, 200]
    assert all("Back in a moment" in page for page in pages)


def visited(app: Litestar, cookie: str, visit: Callable[[httpx.AsyncClient], Awaitable[Result]]) -> Result:
    headers = {"cookie": cookie, "sec-fetch-site": "same-origin"}

    async def run() -> Result:
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        async with (
            app.lifespan(),
            httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as browser,
            asyncio.timeout(PATIENCE_SECONDS),
        ):
            return await visit(browser)

    return asyncio.run(run())
