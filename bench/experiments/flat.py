"""Checks whether response times stay flat as the tables grow: `python -m bench.experiments.flat`.

`--rows 10000 100000 1000000` sets the sizes. `--sqlite` uses SQLite; otherwise a private PostgreSQL, or the one at
DATABASE_URL, which must be empty and is filled. Ada has 50 tasks, Bea 100,000 (at most half of the rows), of which
three are pending; all other users have 50 each. Each action runs in the service layer and is undone; medians, without
waiting for the disk.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, event, text

from testkit.postgres import fresh_database, running_postgres
from tests.conftest import settings_for
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task import TaskDraft
from web.models.task_query import TaskQuery
from web.schema.migrate import migrate
from web.services.tasks import Tasks

SIZES = [10_000, 100_000, 1_000_000]
FEW, MANY = 50, 100_000
TIMES = 30
FLAT = 1.5
Action = Callable[[Tasks], object]
Result = dict[tuple[str, str], dict[int, float]]

# The words are spread over time. Searches have a program of their own, bench.experiments.search.
PEOPLE = """INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
SELECT id, id, id || '@x', FALSE, {timestamp}, {timestamp}
FROM (SELECT 'ada' AS id UNION ALL SELECT 'bea' UNION ALL SELECT 'p' || n FROM ({numbers}) AS o) AS o"""
TASKS = """INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at, idempotency_key)
SELECT owner,
    CASE WHEN mixed % 10 = 3 THEN 'Buy milk ' WHEN others AND mixed % 10 = 4 THEN 'Turn the stone ' ELSE 'Call Bob ' END
        || CASE WHEN mixed % 4999 = 7 THEN 'needle ' ELSE '' END || mixed,
    CASE WHEN mixed % 3 = 0 THEN 'Ask about the early slot first, number ' || n END,
    CASE WHEN owner = 'bea' THEN n / {every} % {third} <> 5 ELSE mixed % 2 = 0 END,
    {timestamp}, {timestamp}, 'key ' || n
FROM (SELECT *, owner NOT IN ('ada', 'bea') AS others, n * 7919 % 1000003 AS mixed FROM (
    SELECT n, CASE WHEN n <= {few} THEN 'ada' WHEN n % {every} = 1 THEN 'bea'
        ELSE 'p' || (1 + n % {people}) END AS owner
    FROM ({numbers}) AS o) AS o) AS o"""
NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(CAST(1 AS bigint), {rows}) n",
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) SELECT n FROM c",
}
TIMESTAMP = {
    "postgresql": "(timestamptz '2020-01-01' + interval '1 second' * (n * 10))",
    "sqlite": "(strftime('%Y-%m-%dT%H:%M:%f', '2020-01-01', (n * 10) || ' seconds') || '000Z')",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="+", default=SIZES)
    options.add_argument("--sqlite", action="store_true")
    arguments = options.parse_args()
    found: Result = {}
    for rows in arguments.rows:
        with _database(arguments.sqlite) as database:
            _fill(database, rows)
            for name, user in (("50", "ada"), ("100,000", "bea")):
                for action, milliseconds in _measured(database, user):
                    found.setdefault((action, name), {})[rows] = milliseconds
    _show(found, arguments.rows, "SQLite" if arguments.sqlite else "PostgreSQL")


def _measured(database: Database, user: str) -> Iterator[tuple[str, float]]:
    with database.autocommit.connect() as connection:
        tasks = Tasks(connection, Actor(user))
        last = _page_1000(tasks)
        numbers = [task.id for task in tasks.list(TaskQuery(), size=TIMES + 1).tasks]
    for name, query in _views(last).items():
        yield name, _median(partial(_list_page, database, user, query))
    for name, action in _changes(numbers).items():
        yield name, _median(partial(_change, database, user, action))


def _views(last: str) -> dict[str, TaskQuery]:
    """Queries of one page with its counts."""
    return {
        "the list": TaskQuery(),
        "page 1,000 (or the last)": TaskQuery(after=last),
        "pending": TaskQuery(status="pending"),
        "completed": TaskQuery(status="completed"),
        "oldest first": TaskQuery(sort="oldest"),
        "by title": TaskQuery(sort="title"),
        "recently changed": TaskQuery(sort="updated"),
    }


def _changes(numbers: list[int]) -> dict[str, Callable[[Tasks, int], object]]:
    return {
        "complete": lambda tasks, turn: tasks.complete(numbers[turn]),
        "reopen": lambda tasks, turn: tasks.reopen(numbers[turn]),
        "delete": lambda tasks, turn: tasks.delete(numbers[turn]),
        "add": lambda tasks, turn: tasks.add(TaskDraft(title=f"Call Bob {turn}"), str(uuid4())),
    }


def _list_page(database: Database, user: str, query: TaskQuery, _: int) -> None:
    with database.autocommit.connect() as connection:
        Tasks(connection, Actor(user)).list(query)


def _change(database: Database, user: str, action: Callable[[Tasks, int], object], turn: int) -> None:
    with database.engine.begin() as connection:
        action(Tasks(connection, Actor(user)), turn)


def _page_1000(tasks: Tasks) -> str:
    """The cursor of page 1,000, or of the last page."""
    source = "FROM tasks WHERE user_id = :user AND deleted_at IS NULL"
    query = f"""SELECT created_at, id {source} ORDER BY created_at DESC, id DESC
        LIMIT 1 OFFSET (SELECT min(49949, max(0, count(*) - 51)) {source})"""
    if tasks.connection.dialect.name == "postgresql":
        query = query.replace("min(", "least(").replace("max(", "greatest(")
    row = tasks.connection.execute(text(query), {"user": tasks.user_id}).one()
    timestamp = row.created_at if isinstance(row.created_at, str) else row.created_at.isoformat()
    return f"{timestamp}~{row.id}"


def _median(action: Callable[[int], None]) -> float:
    times = []
    for turn in range(TIMES):
        began = time.perf_counter()
        action(turn)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def _fill(database: Database, rows: int) -> None:
    kind = database.engine.dialect.name
    many = min(MANY, rows // 2)
    people = (rows - many) // FEW
    numbers, timestamp = NUMBERS[kind], TIMESTAMP[kind]
    values = {"few": FEW, "every": rows // many, "third": many // 3, "people": people}
    with database.engine.begin() as connection:
        _run(
            connection, PEOPLE.format(timestamp=timestamp.replace("n * 10", "10"), numbers=numbers.format(rows=people))
        )
        _run(connection, TASKS.format(numbers=numbers.format(rows=rows), timestamp=timestamp, **values))
    # The state after a while in use. SQLite gets no ANALYZE, as in production.
    tidy = "VACUUM ANALYZE tasks" if kind == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
    with database.autocommit.connect() as connection:
        connection.exec_driver_sql(tidy)


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", "\\:")))


@contextmanager
def _database(on_sqlite: bool) -> Iterator[Database]:
    with _address(on_sqlite) as address:
        settings = settings_for(address)
        migrate(settings)
        database = Database(settings.database_url)
        if on_sqlite:
            event.listen(database.engine, "connect", lambda to, _: to.execute("PRAGMA synchronous=OFF"))
        yield database
        database.close()


@contextmanager
def _address(on_sqlite: bool) -> Iterator[str]:
    if on_sqlite:
        with tempfile.TemporaryDirectory(prefix="daybook-flat-") as folder:
            yield f"sqlite:///{folder}/flat.db"
    elif url := os.environ.get("DATABASE_URL"):
        yield url
    else:
        with running_postgres() as server, fresh_database(server) as address:
            yield address


def _show(found: Result, sizes: list[int], database: str) -> None:
    table = Table("action", "tasks", *(f"{rows:,}" for rows in sizes), "ratio", title=f"{database}, milliseconds")
    for (action, tasks), times in found.items():
        ratio = times[sizes[-1]] / times[sizes[0]]
        ratio_text = f"{ratio:.1f}" if ratio <= FLAT else f"[bold]{ratio:.1f}[/bold] not flat"
        table.add_row(action, tasks, *(f"{times[rows]:.2f}" for rows in sizes), ratio_text)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
