"""What searches cost: `.venv/bin/python -m bench.experiments.search [--tasks 5000 100000] [--sqlite | --postgresql]`.

One user has so many tasks, all pending, others have as many together. Each search is asked of the service for a page of
50 and its counts; medians and the slowest, in milliseconds of the database, without SQLAlchemy and Python around it.
The last rows are what writes cost with the index.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import event, insert

from bench.experiments.flat import migrated_database
from web.db.database import Database
from web.domain.folding import search_text
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskDraft
from web.models.task_query import TaskQuery
from web.models.user import User
from web.schema.reindex import complete_search
from web.services.tasks import Tasks

TIMES = 30
WORDS = ["call", "write", "visit", "passport", "library", "coffee", "bicycle", "receipts", "kitchen", "quarterly"]
QUERIES = {
    "a word of every task": TaskQuery(q="task"),
    "the same, by title": TaskQuery(q="task", sort="title"),
    "a word of every tenth": TaskQuery(q="passport"),
    "a rare word": TaskQuery(q="needle"),
    "a word that only others have": TaskQuery(q="haystack"),
    "no task has it": TaskQuery(q="zebra"),
    "three words": TaskQuery(q="task call number"),
    "eight words": TaskQuery(q="task number about the early slot first ask"),
    "one letter": TaskQuery(q="a"),
    "two letters": TaskQuery(q="zq"),
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tasks", type=int, nargs="+", default=[5_000, 100_000])
    kinds = options.add_mutually_exclusive_group()
    kinds.add_argument("--sqlite", action="store_const", dest="kinds", const=["SQLite"])
    kinds.add_argument("--postgresql", action="store_const", dest="kinds", const=["PostgreSQL"])
    given = options.parse_args()
    table = Table("search", *(f"{kind}, {tasks:,}" for kind in given.kinds or KINDS for tasks in given.tasks))
    columns = [_measured(kind, tasks) for kind in given.kinds or KINDS for tasks in given.tasks]
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    Console(width=120).print(table)


KINDS = ["SQLite", "PostgreSQL"]


def _measured(kind: str, tasks: int) -> dict[str, str]:
    with migrated_database(kind == "SQLite") as database:
        _fill(database, tasks)
        found = {name: _cost(database, lambda own, query=query: own.list(query)) for name, query in QUERIES.items()}
        found["add a task"] = _cost(database, lambda own: own.add(TaskDraft(title="Call Bob"), str(uuid4())))
        return found


def _cost(database: Database, action: Callable[[Tasks], object]) -> str:
    times = []
    for _ in range(TIMES):
        with database.engine.begin() as connection, _timed(database) as seconds:
            action(Tasks(connection, "ada"))
        times.append(1000 * sum(seconds))
    return f"{statistics.median(times):.2f} ({max(times):.1f})"


@contextmanager
def _timed(database: Database) -> Iterator[list[float]]:
    """Seconds of each statement, its rows not yet fetched on SQLite."""
    seconds: list[float] = []

    def before(*_: Any) -> None:
        seconds.append(-time.perf_counter())

    def after(*_: Any) -> None:
        seconds[-1] += time.perf_counter()

    event.listen(database.engine, "before_cursor_execute", before)
    event.listen(database.engine, "after_cursor_execute", after)
    try:
        yield seconds
    finally:
        event.remove(database.engine, "before_cursor_execute", before)
        event.remove(database.engine, "after_cursor_execute", after)


def _fill(database: Database, tasks: int) -> None:
    with database.transaction() as session:
        session.connection().execute(insert(User), [_user("ada"), _user("bob")])
    for start in range(0, tasks, 5_000):
        numbers = range(start, min(start + 5_000, tasks))
        with database.transaction() as session:
            session.connection().execute(insert(Task), [_task(user, n) for n in numbers for user in ("ada", "bob")])
    complete_search(database)
    with database.autocommit.connect() as connection:
        on_postgresql = connection.dialect.name == "postgresql"
        connection.exec_driver_sql("VACUUM ANALYZE tasks" if on_postgresql else "PRAGMA wal_checkpoint(TRUNCATE)")


def _user(name: str) -> dict[str, Any]:
    timestamps = {"created_at": utc_now(), "updated_at": utc_now()}
    return {"id": name, "name": name, "email": f"{name}@x", "email_verified": False, **timestamps}


def _task(user: str, number: int) -> dict[str, Any]:
    rare = "needle" if number % 997 == 7 else "haystack" if user == "bob" else ""
    title = f"Task {WORDS[number % 10]} {rare} {number}"
    description = f"Ask about the early slot first, number {number}" if number % 3 else None
    return {
        "user_id": user,
        "title": title,
        "description": description,
        "search_text": search_text(title, description),
        "op": str(uuid4()),
    }


if __name__ == "__main__":
    main()
