"""Programs that write tasks through HTTP while something breaks, and what is stored in the end.

Each write has an idempotency key and is sent again with it until it is acknowledged, as a browser's "Try again" and
`daybook add` do. In the end every acknowledged write must be stored, and none twice.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from uuid import uuid4

import httpx
from sqlalchemy import make_url
from sqlmodel import col, select

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.factories import Factory
from web.database_url import normalised
from web.db.database import Database
from web.models.task import Task

WRITERS = 4
PAUSE_SECONDS = 0.05


@dataclass
class Writer:
    """One user. `waits` has the seconds from the first try of each write to its acknowledgement."""

    address: str
    user_id: str
    cookie: str
    acknowledged: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    # Statuses other than 303 and 503, which no fault may cause.
    wrong: list[str] = field(default_factory=list)
    retried: int = 0

    def write(self, over: Event, given_up: Event) -> None:
        with httpx.Client(base_url=self.address, timeout=PATIENCE_SECONDS) as client:
            while not over.is_set():
                self._write_one(client, given_up)

    def _write_one(self, client: httpx.Client, given_up: Event) -> None:
        """Until it is acknowledged: also after the end, so that no write is left open."""
        key, began = str(uuid4()), time.monotonic()
        while not self._is_acknowledged(client, key):
            if given_up.is_set():
                return
            self.retried += 1
            time.sleep(PAUSE_SECONDS)
        self.acknowledged.append(key)
        self.waits.append(time.monotonic() - began)

    def _is_acknowledged(self, client: httpx.Client, key: str) -> bool:
        headers = {"cookie": self.cookie, "sec-fetch-site": "same-origin"}
        try:
            answer = client.post("/tasks", data={"title": f"Task {key}", "op": key}, headers=headers)
        except httpx.TransportError:
            return False
        if answer.status_code not in (303, 503):
            self.wrong.append(f"{answer.status_code}: {answer.text[:200]}")
        return answer.status_code == 303 and not answer.headers["location"].startswith("/sign-in")


@dataclass
class Writing:
    """Writers at work on a site, and what became of their writes."""

    database: Database
    writers: list[Writer]

    def progress(self) -> int:
        return min(len(writer.acknowledged) for writer in self.writers)

    def wait_for_progress(self) -> None:
        """Until every writer has two more writes acknowledged: one may have been under way."""
        before = [len(writer.acknowledged) for writer in self.writers]
        wait_until(
            lambda: all(
                len(writer.acknowledged) >= number + 2 for writer, number in zip(self.writers, before, strict=True)
            )
        )

    @property
    def acknowledged(self) -> int:
        return sum(len(writer.acknowledged) for writer in self.writers)

    @property
    def longest_wait(self) -> float:
        return max(wait for writer in self.writers for wait in writer.waits)

    def stored(self) -> Counter[str]:
        """How often each title is stored: the idempotency key is part of it."""
        users = [writer.user_id for writer in self.writers]
        with self.database.reading() as session:
            titles = session.scalars(select(Task.title).where(col(Task.user_id).in_(users))).all()
        return Counter(title.removeprefix("Task ") for title in titles)

    def check(self) -> str:
        """Nothing acknowledged is lost, nothing is stored twice, no answer was wrong; the result in words."""
        stored, keys = self.stored(), [key for writer in self.writers for key in writer.acknowledged]
        assert [wrong for writer in self.writers for wrong in writer.wrong] == []
        assert [key for key in keys if key not in stored] == [], "acknowledged and lost"
        assert [key for key, number in stored.items() if number > 1] == [], "stored twice"
        assert set(stored) == set(keys), "every write was repeated until it was acknowledged"
        return f"{self.acknowledged:,} acknowledged, 0 lost, 0 twice, longest wait {self.longest_wait:.1f} s"


@contextmanager
def writing(address: str, database_url: str) -> Iterator[Writing]:
    """Users who write without a pause until the end of the block; waits for their last writes."""
    database, over, given_up = Database(normalised(make_url(database_url))), Event(), Event()
    make = Factory(database)
    users = [make.user(f"Writer {number}") for number in range(WRITERS)]
    writers = [Writer(address, user.id, make.cookie(make.sign_in(user))) for user in users]
    with ThreadPoolExecutor(WRITERS) as pool:
        try:
            work = [pool.submit(writer.write, over, given_up) for writer in writers]
            found = Writing(database, writers)
            wait_until(lambda: found.progress() >= 1 or any(one.done() for one in work))
            yield found
        except BaseException:
            given_up.set()
            raise
        finally:
            over.set()
        for one in work:
            one.result(PATIENCE_SECONDS)
    database.close()


def again(fault: Callable[[], None], count: int, under: Writing) -> None:
    """The fault that many times, each when all writers have gone on after the one before."""
    for _ in range(count):
        fault()
        under.wait_for_progress()


def integrity_of(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
