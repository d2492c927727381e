"""Eight processes write to one SQLite file: no write fails with "database is locked", and none is lost."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from uuid import uuid4

import pytest
from sqlmodel import select

from tests.databases import Databases, Stage, settings_for
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task import Task, TaskDraft
from web.models.task_query import TaskQuery
from web.services.tasks import Tasks

SECONDS = float(os.environ.get("TEST_LOAD_SECONDS", "8"))
PROCESSES = 8


@dataclass
class Done:
    """What one process wrote, and the errors it got."""

    versions: dict[str, int] = field(default_factory=dict)
    counted: int = 0
    slowest: float = 0
    failures: list[str] = field(default_factory=list)


@pytest.mark.load
def test_eight_processes_lose_nothing(databases: Databases) -> None:
    with databases.copy("sqlite", Stage.HEAD) as url:
        write_with_eight_processes(url)


def write_with_eight_processes(url: str) -> None:
    database = Database(settings_for(url).database_url)
    make = Factory(database)
    user = make.user()
    shared = make.task(user, "Shared")

    context = get_context("forkserver")
    # Imports are done once for all processes.
    context.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(PROCESSES, context) as pool:
        work = [pool.submit(write, url, user.id, shared.id or 0, number) for number in range(PROCESSES)]
        processes = [one.result() for one in work]
    with database.reading() as session:
        stored = {task.idempotency_key: task.version for task in session.exec(select(Task)).all()}
    database.close()

    written = {op: version for done in processes for op, version in done.versions.items()}
    writes = sum(written.values()) + sum(done.counted for done in processes)
    print(f"{writes} writes in {SECONDS:.0f} s, slowest {max(done.slowest for done in processes):.2f} s")
    assert [failure for done in processes for failure in done.failures] == []
    assert all(done.versions and done.counted for done in processes)
    assert stored == written | {shared.idempotency_key: 1 + sum(done.counted for done in processes)}


def write(url: str, user_id: str, shared: int, number: int) -> Done:
    """Add a task, read it, change the task again; then one more change of the task that all processes change."""
    database, chance, done = Database(settings_for(url).database_url), Random(number), Done()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        began, draft = time.monotonic(), TaskDraft(title=f"Task {len(done.versions)} of {number}")
        try:
            with database.transaction() as session:
                task = Tasks(session.connection(), Actor(user_id)).add(draft, str(uuid4()))
            done.versions[task.idempotency_key] = 1
            with database.reading() as session:
                Tasks(session.connection(), Actor(user_id)).list(TaskQuery())
                stored = Tasks(session.connection(), Actor(user_id)).get(task.id or 0)
                assert stored.title == draft.title, "what was just written is not there"
            if chance.random() < 0.5:
                with database.transaction() as session:
                    Tasks(session.connection(), Actor(user_id)).complete(task.id or 0)
                done.versions[task.idempotency_key] = 2
            with database.transaction() as session:
                tasks = Tasks(session.connection(), Actor(user_id))
                version = tasks.get(shared).version
                tasks.edit(shared, TaskDraft(title=f"{number} {task.idempotency_key}"), version)
            done.counted += 1
        except Exception as problem:
            done.failures.append(repr(problem))
        done.slowest = max(done.slowest, time.monotonic() - began)
    database.close()
    return done
