"""What SQLite's search index costs whoever writes: `.venv/bin/python -m bench.search_index [--rows 100000]`.

Two databases, one with the index, take each action in turn, without a disk to wait for; medians of five turns. "Bytes"
are what one action adds to the write-ahead log.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from bench.experiments.flat import _database, _fill
from web.db.database import Database
from web.domain.actor import Actor
from web.models.search_index import TRIGGERS
from web.models.task import TaskDraft
from web.services.tasks import Tasks

TURNS, TIMES, MANY = 5, 100, 5_000
Costs = list[tuple[float, float]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=100_000)
    rows = options.parse_args().rows
    found: dict[str, dict[bool, Costs]] = defaultdict(lambda: defaultdict(list))
    with ExitStack() as until_the_end:
        databases = {indexed: until_the_end.enter_context(_database(on_sqlite=True)) for indexed in (False, True)}
        _drop_index(databases[False])
        for database in databases.values():
            _fill(database, rows)
        numbers = _numbers(databases[True])
        for _ in range(TURNS):
            for indexed, database in databases.items():
                for name, action in _actions(numbers).items():
                    found[name][indexed].append(_cost(database, TIMES, lambda d, action=action: _one_by_one(d, action)))
                found[f"one of {MANY:,} added at once"][indexed].append(_cost(database, MANY, _add_many))
                found[f"one of {MANY:,} removed at once"][indexed].append(_cost(database, MANY, _remove_many))
        held = _bytes(databases[True]) / rows
    _show(found, f"SQLite, {rows:,} tasks; the index takes {held:.0f} bytes a task")


def _drop_index(database: Database) -> None:
    with database.engine.begin() as connection:
        for statement in TRIGGERS:
            connection.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}")
        connection.exec_driver_sql("DROP TABLE task_words")
    database.engine.dispose()


def _numbers(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.connection().scalars(text(f"SELECT id FROM tasks WHERE user_id = 'bea' LIMIT {TIMES}")))


def _actions(numbers: list[int]) -> dict[str, Callable[[Tasks, int], object]]:
    return {
        "add": lambda tasks, _: tasks.add(_draft(), str(uuid4())),
        "edit": lambda tasks, turn: tasks.edit(numbers[turn], _draft(), tasks.get(numbers[turn]).version),
        "complete": lambda tasks, turn: tasks.complete(numbers[turn]),
        "reopen": lambda tasks, turn: tasks.reopen(numbers[turn]),
        "delete": lambda tasks, turn: tasks.delete(numbers[turn]),
        "restore": lambda tasks, turn: tasks.restore(numbers[turn]),
    }


def _draft() -> TaskDraft:
    return TaskDraft(title=f"Call Bob about the early slot {uuid4().hex[:8]}")


def _one_by_one(database: Database, action: Callable[[Tasks, int], object]) -> None:
    for turn in range(TIMES):
        with database.engine.begin() as connection:
            action(Tasks(connection, Actor("bea")), turn)


def _add_many(database: Database) -> None:
    copied = f"SELECT user_id, title, description, 'added ' || id FROM tasks LIMIT {MANY}"
    with database.transaction() as session:
        session.connection().exec_driver_sql(
            f"INSERT INTO tasks (user_id, title, description, idempotency_key) {copied}"
        )


def _remove_many(database: Database) -> None:
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM tasks WHERE idempotency_key LIKE 'added %'")


def _cost(database: Database, times: int, action: Callable[[Database], None]) -> tuple[float, float]:
    """Microseconds and bytes, each."""
    log = Path(f"{database.engine.url.database}-wal")
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA wal_autocheckpoint=0")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    began = time.perf_counter()
    action(database)
    took = time.perf_counter() - began
    return 1e6 * took / times, log.stat().st_size / times


def _bytes(database: Database) -> int:
    with database.reading() as session:
        asked = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'task_words%'"
        return int(session.connection().exec_driver_sql(asked).scalar_one())


def _show(found: dict[str, dict[bool, Costs]], title: str) -> None:
    table = Table("action", "µs with", "without", "bytes with", "without", title=title)
    for action, costs in found.items():
        medians = [
            statistics.median(cost[kind] for cost in costs[indexed]) for kind in (0, 1) for indexed in (True, False)
        ]
        table.add_row(action, *(f"{median:,.0f}" for median in medians))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
