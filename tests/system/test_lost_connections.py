"""`daybook serve` under load while its database connections are lost: no request fails, is lost or is applied twice.

The responses to all requests are compared with the stored tasks afterwards, including the version numbers.
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Event
from uuid import uuid4

import httpx
import psycopg2
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlmodel import col, select

from testkit import NotAvailable
from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.pgbouncer import PgBouncer, running_pgbouncer
from testkit.postgres import PostgresServer, fresh_database, mortal_postgres
from tests.system.site import Site, running_site
from web.models.task import Task
from web.models.user import User

SECONDS = float(os.environ.get("TEST_LOAD_SECONDS", "6"))
WRITERS, READERS = 4, 2

Server = tuple[PostgresServer, str]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    try:
        with mortal_postgres() as server:
            yield server
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def pgbouncer(server: Server) -> Iterator[PgBouncer]:
    try:
        with running_pgbouncer(server[1]) as pooler:
            yield pooler
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def direct(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with (
        fresh_database(server[1]) as url,
        running_site(url, tmp_path_factory.mktemp("direct"), USER_BUDGETS="off") as site,
    ):
        yield site


@pytest.fixture(scope="module")
def pooled(server: Server, pgbouncer: PgBouncer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with PgBouncer in transaction mode between Daybook and PostgreSQL."""
    folder = tmp_path_factory.mktemp("pooled")
    with fresh_database(server[1]) as url, running_site(pgbouncer.url_for(url), folder, USER_BUDGETS="off") as site:
        yield site


class TestDirect:
    def test_killed_backends_lose_no_request(self, direct: Site, server: Server) -> None:
        nothing_is_lost(direct, lambda: kill_backends(server), every=0.3)

    def test_a_restart_loses_no_request(self, direct: Site, server: Server) -> None:
        nothing_is_lost(direct, lambda: server[0].restart("fast"), every=1.5)

    def test_a_crash_loses_no_request(self, direct: Site, server: Server) -> None:
        nothing_is_lost(direct, lambda: server[0].restart("immediate"), every=1.5)


class TestThroughPgBouncer:
    def test_killed_backends_lose_no_request(self, pooled: Site, server: Server) -> None:
        nothing_is_lost(pooled, lambda: kill_backends(server), every=0.3)

    def test_a_killed_pooler_loses_no_request(self, pooled: Site, pgbouncer: PgBouncer) -> None:
        def die_and_come_back() -> None:
            pgbouncer.kill()
            time.sleep(0.2)
            pgbouncer.start()

        nothing_is_lost(pooled, die_and_come_back, every=1)

    def test_a_restart_loses_no_request(self, pooled: Site, server: Server) -> None:
        nothing_is_lost(pooled, lambda: server[0].restart("fast"), every=1.5)

    def test_a_crash_loses_no_request(self, pooled: Site, server: Server) -> None:
        nothing_is_lost(pooled, lambda: server[0].restart("immediate"), every=1.5)


def nothing_is_lost(site: Site, fault: Callable[[], None], every: float) -> None:
    people = [Clicker(site, site.make.user(), number) for number in range(WRITERS + READERS)]
    over = Event()
    # By the test itself, whose own connection the faults do not spare.
    readers = [user.with_tasks() for user in people[WRITERS:]]
    with ThreadPoolExecutor(len(people)) as pool:
        work = [pool.submit(user.write, over) for user in people[:WRITERS]]
        work += [pool.submit(user.read, over) for user in readers]
        with ended(over):
            faults = again_and_again(fault, every, lambda: all_go_on(people, work))
        for done in work:
            done.result()

    waits = [wait for user in people for wait in user.waits]
    print(f"{len(waits)} requests, {faults} faults, longest wait {max(waits):.2f} s")
    assert [failure for user in people for failure in user.failures] == []
    assert all(user.told() for user in people[:WRITERS])
    assert [user.stored() for user in people] == [user.told() for user in people]
    wait_until(people[0].signs_up_a_friend)
    for user in people:
        user.browser.close()


@contextmanager
def ended(event: Event) -> Iterator[None]:
    try:
        yield
    finally:
        event.set()


def again_and_again(fault: Callable[[], None], every: float, then: Callable[[], None]) -> int:
    end, faults = time.monotonic() + SECONDS, 0
    while faults < 3 or time.monotonic() < end:
        time.sleep(every)
        fault()
        then()
        faults += 1
    return faults


def all_go_on(people: list["Clicker"], work: list[Future[None]]) -> None:
    """Wait until the delayed request and one further request of every user are answered."""
    before = [len(user.waits) for user in people]
    wait_until(
        lambda: (
            all(len(user.waits) >= number + 2 for user, number in zip(people, before, strict=True))
            or any(ended.done() for ended in work)
        )
    )


def kill_backends(server: Server) -> None:
    connection = psycopg2.connect(server[1])
    connection.autocommit = True
    connection.cursor().execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    connection.close()


@dataclass
class Told:
    """A task as Daybook's responses describe it."""

    id: int
    title: str
    completed: bool = False
    version: int = 1


@dataclass
class Clicker:
    """A user who sends requests without a pause and records every response."""

    site: Site
    user: User
    seed: int
    tasks: list[Told] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        cookie = self.site.make.cookie(self.site.make.sign_in(self.user))
        headers = {"cookie": cookie, "sec-fetch-site": "same-origin", "hx-request": "true"}
        self.browser = httpx.Client(base_url=self.site.url, headers=headers, timeout=PATIENCE_SECONDS)
        self.chance = Random(self.seed)

    def write(self, over: Event) -> None:
        actions = [self.add, self.add, self.complete, self.reopen, self.edit, self.look]
        while not over.is_set():
            action = self.chance.choice(actions if self.tasks else [self.add])
            action()
            time.sleep(0.01)

    def with_tasks(self) -> "Clicker":
        made = [self.site.make.task(self.user, f"Task {number}") for number in range(3)]
        self.tasks = [Told(task.id or 0, task.title) for task in made]
        return self

    def read(self, over: Event) -> None:
        while not over.is_set():
            self.look()
            time.sleep(0.01)

    def look(self) -> None:
        """Check that the list, newest first, shows every acknowledged change at once."""
        if not (answer := self.ask("GET", "/tasks?status=all")):
            return
        rows = LexborHTMLParser(answer).css("#tasks > [id^=task-]")
        shown = [(row.id, row.css_first(".task__title").text()) for row in rows]
        newest = [(f"task-{task.id}", task.title) for task in self.tasks[::-1]]
        if shown != newest[: len(shown)] or len(shown) < min(len(newest), 10):
            self.failures.append(f"was told {newest[:10]} and saw {shown[:10]}")

    def add(self) -> None:
        title = f"Task {len(self.tasks)} of {self.seed}"
        answer = self.ask("POST", "/tasks", title=title, op=str(uuid4()))
        if found := re.search(r'<li id="task-(\d+)"', answer):
            self.tasks.append(Told(int(found[1]), title))

    def complete(self) -> None:
        task = self.chance.choice(self.tasks)
        if self.ask("POST", f"/tasks/{task.id}/complete"):
            task.version += not task.completed
            task.completed = True

    def reopen(self) -> None:
        task = self.chance.choice(self.tasks)
        if self.ask("POST", f"/tasks/{task.id}/reopen"):
            task.version += task.completed
            task.completed = False

    def edit(self) -> None:
        task = self.chance.choice(self.tasks)
        title = f"{task.title.partition(',')[0]}, edited {task.version}"
        if self.ask("POST", f"/tasks/{task.id}", title=title, version=str(task.version)):
            task.version += title != task.title
            task.title = title

    def ask(self, method: str, path: str, **fields: str) -> str:
        """The response body, or an empty string with a recorded failure."""
        began = time.monotonic()
        try:
            answer = self.browser.request(method, path, data=fields or None)
        except httpx.HTTPError as problem:
            self.failures.append(f"{method} {path}: {problem!r}")
            return ""
        finally:
            self.waits.append(time.monotonic() - began)
        if answer.status_code == 200:
            return answer.text
        self.failures.append(f"{method} {path}: {answer.status_code}")
        return ""

    def told(self) -> list[tuple[int, str, bool, int]]:
        return sorted((task.id, task.title, task.completed, task.version) for task in self.tasks)

    def stored(self) -> list[tuple[int, str, bool, int]]:
        with self.site.database.reading() as session:
            tasks = session.scalars(select(Task).where(col(Task.user_id) == self.user.id)).all()
        return sorted((task.id or 0, task.title, task.completed, task.version) for task in tasks)

    def signs_up_a_friend(self) -> bool:
        """Whether Better Auth, which has its own connections, works again too."""
        form = {"name": "Friend", "email": f"{uuid4().hex}@example.com", "password": "correct horse"}
        return self.browser.post("/sign-up", data=form).status_code == 303
