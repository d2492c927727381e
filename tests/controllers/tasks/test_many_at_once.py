"""Concurrent requests to the task list."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from litestar import Litestar

from testkit.patience import PATIENCE_SECONDS
from tests.client import ORIGIN, HtmlClient
from web.app import SPARE_THREADS


@pytest.mark.usefixtures("patient")
class TestConcurrentRequests:
    """There are more requests than threads and connections; requests that hold one must be able to finish."""

    MANY = 60

    def test_all_pages_are_rendered(self, app: Litestar, ada: HtmlClient) -> None:
        answers = self.ask(app, ada, ["GET"] * self.MANY)

        assert answers == [200] * self.MANY

    def test_all_tasks_are_added(self, app: Litestar, ada: HtmlClient) -> None:
        answers = self.ask(app, ada, ["POST"] * self.MANY)

        assert answers == [303] * self.MANY
        assert ada.get("/tasks").counts == (self.MANY, self.MANY, 0)

    def ask(self, app: Litestar, visitor: HtmlClient, methods: list[str]) -> list[int]:
        headers = {"cookie": visitor.cookie, "sec-fetch-site": "same-origin"}

        async def ask_all() -> list[int]:
            # Same size as in production: an add that waits for another add of the same user blocks a thread.
            threads = ThreadPoolExecutor(app.state.database.concurrency + SPARE_THREADS)
            asyncio.get_running_loop().set_default_executor(threads)
            transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
                asking = [client.request(method, "/tasks", data={"title": "Buy milk"}) for method in methods]
                async with asyncio.timeout(PATIENCE_SECONDS):
                    return [answer.status_code for answer in await asyncio.gather(*asking)]

        return asyncio.run(ask_all())
