"""Under steady use neither memory nor open files grow."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
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

# Seconds of use that is measured; `.ci/run` takes five minutes, beside the tests.
SECONDS = int(os.environ.get("TEST_SOAK_SECONDS") or length(5, 1_800))
# Each user makes a round each second: READS pages, and a task that is added, completed and deleted.
USERS = 3
READS = ("/today", "/tasks", "/tasks?q=milk&sort=title", "/lists", "/settings", "/nowhere", "/api/tasks", "/upcoming")
# Rounds of each user before that, without pauses. They fill pools and caches; last SQLite's page caches, 2 MB for each
# connection, after 25,000 requests.
WARM_UP = 50 + SECONDS // 2
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


def client_of(server: Server, cookie: str) -> httpx.Client:
    headers = {"cookie": cookie, "sec-fetch-site": "same-origin"}
    return httpx.Client(base_url=server.address, timeout=PATIENCE_SECONDS, headers=headers)


def make_round(client: httpx.Client) -> int:
    """How many requests were answered, all of them well."""
    added = client.post("/tasks", data={"title": "Buy milk", "op": str(uuid4())}, headers={"hx-request": "true"})
    number = added.text.partition('<li id="task-')[2].partition('"')[0]
    answers = [client.get(path) for path in READS]
    answers += [client.post(f"/tasks/{number}/{action}") for action in ("complete", "delete")]
    assert {answer.status_code for answer in [added, *answers]} == {200, 303, 404}
    return 1 + len(answers)


def use(client: httpx.Client) -> int:
    """A round each second; how many requests were answered."""
    answered, start = 0, monotonic()
    for second in range(1, SECONDS + 1):
        answered += make_round(client)
        sleep(max(0, start + second - monotonic()))
    return answered


@databases_when_long()
def test_memory_and_files_stay_flat(site: tuple[Server, str], claim: Claim) -> None:
    server, url = site
    database = Database(settings_for(url).database_url)
    make = Factory(database)
    cookies = [make.cookie(make.sign_in(make.user())) for _ in range(USERS)]
    database.close()

    with ExitStack() as stack, ThreadPoolExecutor(USERS) as pool:
        clients = [stack.enter_context(client_of(server, cookie)) for cookie in cookies]
        list(pool.map(lambda client: [make_round(client) for _ in range(WARM_UP)], clients))
        before, files = memory_and_files(server)
        answered = sum(pool.map(use, clients))
        after, files_then = memory_and_files(server)

    assert after < before * (1 + MOST_GROWTH)
    # A pool may open one connection more; each request leaving one open would be hundreds.
    assert files_then <= files + 3
    growth = f"{before / MEGABYTE:.0f} MB {after / before - 1:+.1%}, {files_then - files:+} open files"
    claim(f"{SECONDS:,} s of use, {settings_for(url).database_url.get_backend_name()}", answered, growth)
