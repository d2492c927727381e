"""Eight processes that write into one SQLite file: nobody hears "database is locked", and nothing is lost."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlmodel import select

from tests.conftest import settings_for
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task import Task, TaskDraft
from web.models.task_query import TaskQuery
from web.schema.migrate import migrate
from web.services.tasks import Tasks

SECONDS = float(os.environ.get("TEST_LOAD_SECONDS", "20"))
PROCESSES = 8


@dataclass
class Done:
    """What one process was told had worked, and what it was told had not."""

    versions: dict[str, int] = field(default_factory=dict)
    counted: int = 0
    slowest: float = 0
    failures: list[str] = field(default_factory=list)


def test_eight_processes_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'daybook.db'}"
    migrate(settings_for(url))
    database = Database(settings_for(url).database_url)
    make = Factory(database)
    user = make.user()
    shared = make.task(user, "Everybody's")

    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        work = [pool.submit(write, url, user.id, shared.id or 0, number) for number in range(PROCESSES)]
        processes = [one.result() for one in work]
    with database.reading() as session:
        stored = {task.idempotency_key: task.version for task in session.exec(select(Task)).all()}
    database.close()

    told = {op: version for done in processes for op, version in done.versions.items()}
    writes = sum(told.values()) + sum(done.counted for done in processes)
    print(f"{writes} writes in {SECONDS:.0f} s, slowest {max(done.slowest for done in processes):.2f} s")
    assert [failure for done in processes for failure in done.failures] == []
    assert all(done.versions and done.counted for done in processes)
    assert stored == told | {shared.idempotency_key: 1 + sum(done.counted for done in processes)}


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
