"""What a long import costs: `.venv/bin/python -m bench.experiments.imports [--tasks 100000] [--sqlite]`.

A CSV file of so many tasks in ten lists with labels, of which every tenth is a step, becomes tasks of a user who has
none, as the import loop does it: the seconds of the preview and of the import, the CPU seconds of this process, which
other programs change least, and by how much it grew over both (the file lies on disk). On a private PostgreSQL, or the
one at DATABASE_URL, which must be empty; with `--sqlite` on SQLite. Nothing waits for the disk.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

from rich.console import Console

from bench.experiments.flat import migrated_database
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models.import_run import ImportRun
from web.models.user import User
from web.server.imports import ImportLoop
from web.services.imports import Imports

# Rows of the file in one part, as an upload comes.
PART = 5_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tasks", type=int, default=100_000)
    options.add_argument("--sqlite", action="store_true")
    given = options.parse_args()
    with migrated_database(given.sqlite) as database:
        kind = "SQLite" if given.sqlite else "PostgreSQL"
        Console(width=120).print(f"{kind}: {_measured(database, given.tasks)}")


def _measured(database: Database, tasks: int) -> str:
    actor, loop = _new_user(database), ImportLoop(database)
    # Loads the readers of all formats, and what else is not of this file.
    _imported(database, actor, loop, 10)
    before, cpu = _largest(), time.process_time()
    reading, importing = _imported(database, actor, loop, tasks)
    grown, cpu = _largest() - before, time.process_time() - cpu
    took = f"preview {reading:.0f} s, import {importing:.0f} s, {cpu:.0f} s of CPU"
    return f"{tasks:,} tasks, {took}, {grown:.0f} MB more"


def _imported(database: Database, actor: Actor, loop: ImportLoop, tasks: int) -> tuple[float, float]:
    """Seconds of the preview and of the import."""
    run = _run(database, actor, lambda imports: imports.upload("tasks.csv", _file(tasks), str(uuid4())))
    reading = _seconds(loop)
    _run(database, actor, lambda imports: imports.begin(run.id or 0))
    importing = _seconds(loop)
    done = _run(database, actor, lambda imports: imports.get(run.id or 0))
    if (done.state, done.done) != ("done", tasks):
        raise SystemExit(f"The import is {done.state}, with {done.done} of {tasks} tasks: {done.problem}")
    return reading, importing


def _file(tasks: int) -> Iterator[bytes]:
    yield b"Title,Note,List,Labels,Due,Id,Parent\n"
    for start in range(0, tasks, PART):
        yield "".join(map(partial(_row, tasks), range(start, min(start + PART, tasks)))).encode()


def _row(tasks: int, number: int) -> str:
    parent = f"{tasks}-{number - 1}" if number % 10 == 9 else ""
    labels = f'"errand, label {number % 7}"'
    due = f"2027-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return f"Call Bob about {number},Ask first,List {number % 10},{labels},{due},{tasks}-{number},{parent}\n"


def _seconds(loop: ImportLoop) -> float:
    start = time.perf_counter()
    loop.look()
    return time.perf_counter() - start


def _largest() -> float:
    """Megabytes that this process ever had in memory at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _new_user(database: Database) -> Actor:
    now = utc_now()
    with database.transaction() as session:
        session.add(
            User(id="ada", name="Ada", email="ada@example.com", email_verified=True, created_at=now, updated_at=now)
        )
    return Actor("ada")


def _run(database: Database, actor: Actor, work: Callable[[Imports], ImportRun]) -> ImportRun:
    with database.transaction() as session:
        return work(Imports(session.connection(), actor))


if __name__ == "__main__":
    main()
