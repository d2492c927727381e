"""Imports are worked on by processes that may be killed: no task is lost or comes twice."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from testkit.patience import wait_until
from tests.factories import Factory
from tests.services.importer import Importer
from web.db.database import Database
from web.settings import ROOT, Settings

MANY = 4_000


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "tests.server.import_worker", url], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_workers_that_are_killed_lose_no_task(database: Database, make: Factory, migrated: Settings) -> None:
    url = migrated.database_url.render_as_string(hide_password=False)
    importer = Importer(database, make)
    run = importer.upload("".join(f"Task {number}\n" for number in range(MANY)))
    importer.begin(run)

    with ExitStack() as stack:
        first, second = (stack.enter_context(worker(url)) for _ in range(2))
        wait_until(lambda: importer.state_of(run).done > 0)
        first.kill()
        second.kill()
        stack.enter_context(worker(url))
        wait_until(lambda: not importer.state_of(run).is_working)

    assert importer.state_of(run).state == "done"
    assert importer.live() == [f"Task {number}" for number in range(MANY)]
