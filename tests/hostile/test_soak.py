"""Under steady use neither memory nor open files grow."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS
from tests.databases import Databases, Stage, settings_for
from tests.factories import Factory
from tests.hostile.claims import Claim
from tests.hostile.lengths import databases_when_long, length
from tests.hostile.server import Server, serving
from web.db.database import Database

# Rounds of one user; each has READS pages and a task that is added, completed and deleted.
ROUNDS = length(60, 3_000)
USERS = 3
READS = ("/today", "/tasks", "/tasks?q=milk&sort=title", "/lists", "/settings", "/nowhere", "/api/tasks", "/upcoming")
# The first rounds fill caches and pools.
MOST_GROWTH = 0.05
MEGABYTE = 1 << 20


@pytest.fixture
def site(dialect: str, databases: Databases) -> Iterator[tuple[Server, str]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="d-")))
        url = stack.enter_context(databases.copy(dialect, Stage.HEAD))
        yield stack.enter_context(serving(folder, url, API_REQUESTS_PER_MINUTE="0")), url


def memory_and_files(server: Server) -> tuple[int, int]:
    """Bytes in memory and open files of the web server."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in server.workers)
    return pages * 4096, sum(len([*Path(f"/proc/{pid}/fd").iterdir()]) for pid in server.workers)


def use(address: str, cookie: str, rounds: int) -> int:
    """How many requests were answered, all of them well."""
    answered = 0
    headers = {"cookie": cookie, "sec-fetch-site": "same-origin"}
    with httpx.Client(base_url=address, timeout=PATIENCE_SECONDS, headers=headers) as client:
        for _ in range(rounds):
            added = client.post(
                "/tasks", data={"title": "Buy milk", "op": str(uuid4())}, headers={"hx-request": "true"}
            )
            number = added.text.partition('<li id="task-')[2].partition('"')[0]
            answers = [client.get(path) for path in READS]
            answers += [client.post(f"/tasks/{number}/{action}") for action in ("complete", "delete")]
            assert {answer.status_code for answer in [added, *answers]} == {200, 303, 404}
            answered += 1 + len(answers)
    return answered


@databases_when_long()
def test_memory_and_files_stay_flat(site: tuple[Server, str], claim: Claim) -> None:
    server, url = site
    database = Database(settings_for(url).database_url)
    make = Factory(database)
    cookies = [make.cookie(make.sign_in(make.user())) for _ in range(USERS)]
    database.close()

    def all_use(rounds: int) -> int:
        with ThreadPoolExecutor(USERS) as pool:
            return sum(pool.map(lambda cookie: use(server.address, cookie, rounds), cookies))

    all_use(ROUNDS)
    before, files = memory_and_files(server)
    answered = all_use(ROUNDS)
    after, files_then = memory_and_files(server)

    assert after < before * (1 + MOST_GROWTH)
    # A pool may open one connection more; each request leaving one open would be hundreds.
    assert files_then <= files + 3
    growth = f"{before / MEGABYTE:.0f} MB {after / before - 1:+.1%}, {files_then - files:+} open files"
    claim(f"soak, {settings_for(url).database_url.get_backend_name()}", answered, growth)
