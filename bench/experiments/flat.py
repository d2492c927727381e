"""Checks whether response times stay flat as the tables grow: `python -m bench.experiments.flat`.

`--rows 10000 100000 1000000` sets the sizes. `--sqlite` uses SQLite; otherwise a private PostgreSQL, or the one at
DATABASE_URL, which must be empty and is filled. Ada has 50 tasks, Bea 100,000 (at most half of the rows), of which
100 are pending; all other users have 50 each. A third of the tasks is in a list, a third has a due date in the two
months around today, a seventh a start. Each action runs in the service layer, 20 times; the fastest
counts, which the load of the machine changes least. Nothing waits for the disk.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, event, text

from testkit.postgres import fresh_database, running_postgres
from tests.conftest import settings_for
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task import TaskDraft
from web.models.task_drafts import NewTask, QuickLine
from web.models.task_query import TaskQuery
from web.schema.migrate import migrate
from web.services.ordering import Ordering
from web.services.overview import Overviews
from web.services.quick_add import QuickAdd
from web.services.quick_preview import QuickPreview
from web.services.tasks import Tasks
from web.services.views import Views

SIZES = [10_000, 100_000, 1_000_000]
FEW, MANY = 50, 100_000
TIMES = 20
FLAT = 1.5
LINE = QuickLine(title="Call Bob tomorrow 5pm #Home @phone p1")
WEEKLY: dict[str, Any] = {"repeat_rule": "FREQ=WEEKLY;BYDAY=MO", "repeat_mode": "schedule"}
Read = Callable[[Connection, Actor], object]
Change = Callable[[Connection, Actor, int], object]
Result = dict[tuple[str, str], dict[int, float]]

# The words are spread over time. Searches have a program of their own, bench.experiments.search.
PEOPLE = """INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
SELECT id, id, id || '@x', FALSE, {timestamp}, {timestamp}
FROM (SELECT 'ada' AS id UNION ALL SELECT 'bea' UNION ALL SELECT 'p' || n FROM ({numbers}) AS o) AS o"""
LISTS = """INSERT INTO lists (user_id, name, name_key, colour, idempotency_key)
SELECT id, 'Home', 'home', 'teal', 'list ' || id FROM users"""
TASKS = """INSERT INTO tasks (user_id, title, description, completed, created_at, updated_at, idempotency_key,
    position, list_id, due_on, start_on)
SELECT owner,
    CASE WHEN mixed % 10 = 3 THEN 'Buy milk ' WHEN others AND mixed % 10 = 4 THEN 'Turn the stone ' ELSE 'Call Bob ' END
        || CASE WHEN mixed % 4999 = 7 THEN 'needle ' ELSE '' END || mixed,
    CASE WHEN mixed % 3 = 0 THEN 'Ask about the early slot first, number ' || n END,
    CASE WHEN owner = 'bea' THEN n / {every} % {open} <> 5 ELSE mixed % 2 = 0 END,
    {timestamp}, {timestamp}, 'key ' || n,
    'h' || substr(CAST(100000000 + n AS text), 2), CASE WHEN mixed % 3 = 1 THEN lists.id END,
    CASE WHEN mixed % 3 = 2 THEN {day} END, CASE WHEN mixed % 7 = 1 THEN {day} END
FROM (SELECT *, owner NOT IN ('ada', 'bea') AS others, n * 7919 % 1000003 AS mixed FROM (
    SELECT n, CASE WHEN n <= {few} THEN 'ada' WHEN n % {every} = 1 THEN 'bea'
        ELSE 'p' || (1 + n % {people}) END AS owner
    FROM ({numbers}) AS o) AS o) AS o JOIN lists ON lists.user_id = owner"""
NUMBERS = {
    "postgresql": "SELECT n FROM generate_series(CAST(1 AS bigint), {rows}) n",
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) SELECT n FROM c",
}
TIMESTAMP = {
    "postgresql": "(timestamptz '2020-01-01' + interval '1 second' * (n * 10))",
    "sqlite": "(strftime('%Y-%m-%dT%H:%M:%f', '2020-01-01', (n * 10) || ' seconds') || '000Z')",
}
# A day in the two months around today.
DAY = {
    "postgresql": "(date '{today}' + CAST(mixed % 61 - 30 AS integer))",
    "sqlite": "date('{today}', (mixed % 61 - 30) || ' days')",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, nargs="+", default=SIZES)
    options.add_argument("--sqlite", action="store_true")
    arguments = options.parse_args()
    found: Result = {}
    for rows in arguments.rows:
        with migrated_database(arguments.sqlite) as database:
            _fill(database, rows)
            for name, user in (("50", "ada"), ("100,000", "bea")):
                for action, milliseconds in _measured(database, user):
                    found.setdefault((action, name), {})[rows] = milliseconds
    _show(found, arguments.rows, "SQLite" if arguments.sqlite else "PostgreSQL")


def _measured(database: Database, user: str) -> Iterator[tuple[str, float]]:
    actor = Actor(user)
    with database.engine.begin() as connection:
        tasks = Tasks(connection, actor)
        last = _page_1000(tasks)
        numbers = [task.id for task in tasks.list(TaskQuery(status="pending"), size=TIMES + 1).tasks]
        repeats = [tasks.add(_repeating(), str(uuid4())).id or 0 for _ in range(TIMES)]
        list_id = tasks.connection.execute(text("SELECT id FROM lists WHERE user_id = :user"), {"user": user}).scalar()
    for name, read in _reads(last, list_id).items():
        yield name, _fastest(partial(_read, database, actor, read))
    for name, change in _changes(numbers, repeats, list_id).items():
        yield name, _fastest(partial(_change, database, actor, change))


def _repeating() -> NewTask:
    return NewTask(title="Water the plants", due_on=date(2026, 1, 5), **WEEKLY)


def _reads(last: str, list_id: int) -> dict[str, Read]:
    """One page with its counts each; the index and the preview of quick add."""
    queries = {
        "all tasks": TaskQuery(status="all"),
        "page 1,000 (or the last)": TaskQuery(status="all", after=last),
        "pending": TaskQuery(status="pending"),
        "completed": TaskQuery(status="completed"),
        "oldest first": TaskQuery(status="all", sort="oldest"),
        "by title": TaskQuery(status="all", sort="title"),
        "recently edited": TaskQuery(status="all", sort="updated"),
    }
    return {
        "index with numbers": lambda *of: Overviews(*of).get(),
        "Today": lambda *of: Views(*of).today(),
        "Upcoming": lambda *of: Views(*of).upcoming(),
        "Inbox": lambda *of: Views(*of).inbox(),
        "a list": lambda *of: Views(*of).of_list(list_id),
        "Done": lambda *of: Views(*of).done(),
        **{name: partial(_list, query) for name, query in queries.items()},
        "preview of quick add": lambda *of: QuickPreview(*of).preview(LINE),
    }


def _list(query: TaskQuery, *of: Any) -> object:
    return Tasks(*of).list(query)


def _changes(numbers: Sequence[int], repeats: Sequence[int], list_id: int) -> dict[str, Change]:
    def move(connection: Connection, actor: Actor, turn: int) -> object:
        """Between the two first tasks of the list."""
        first, second, third = [row.id for row in Views(connection, actor).of_list(list_id, size=3).rows]
        return Ordering(connection, actor).move(third, before=(first, second)[turn % 2])

    def on_tasks(action: Callable[[Tasks, int], object]) -> Change:
        return lambda connection, actor, turn: action(Tasks(connection, actor), turn)

    return {
        "complete": on_tasks(lambda tasks, turn: tasks.complete(numbers[turn])),
        "reopen": on_tasks(lambda tasks, turn: tasks.reopen(numbers[turn])),
        "complete a repeat": on_tasks(lambda tasks, turn: tasks.complete(repeats[turn])),
        "move, with the list": move,
        "delete": on_tasks(lambda tasks, turn: tasks.delete(numbers[turn])),
        "add": on_tasks(lambda tasks, turn: tasks.add(TaskDraft(title=f"Call Bob {turn}"), str(uuid4()))),
        "add a line": lambda connection, actor, _: QuickAdd(connection, actor).add(LINE, str(uuid4())),
    }


def _read(database: Database, actor: Actor, read: Read, _: int) -> None:
    with database.autocommit.connect() as connection:
        read(connection, actor)


def _change(database: Database, actor: Actor, change: Change, turn: int) -> None:
    """Each in an operation of its own."""
    with database.engine.begin() as connection:
        change(connection, Actor(actor.user_id, str(uuid4())), turn)


def _page_1000(tasks: Tasks) -> str:
    """The cursor of page 1,000, or of the last page."""
    source = "FROM tasks WHERE user_id = :user AND deleted_at IS NULL"
    query = f"""SELECT created_at, id {source} ORDER BY created_at DESC, id DESC
        LIMIT 1 OFFSET (SELECT min(49949, max(0, count(*) - 51)) {source})"""
    if tasks.connection.dialect.name == "postgresql":
        query = query.replace("min(", "least(").replace("max(", "greatest(")
    row = tasks.connection.execute(text(query), {"user": tasks.actor.user_id}).one()
    timestamp = row.created_at if isinstance(row.created_at, str) else row.created_at.isoformat()
    return f"{timestamp}~{row.id}"


def _fastest(action: Callable[[int], None]) -> float:
    times = []
    for turn in range(TIMES):
        began = time.perf_counter()
        action(turn)
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def _fill(database: Database, rows: int) -> None:
    kind = database.engine.dialect.name
    many = min(MANY, rows // 2)
    people = (rows - many) // FEW
    numbers, timestamp = NUMBERS[kind], TIMESTAMP[kind]
    values: dict[str, Any] = {"few": FEW, "every": rows // many, "open": many // 100, "people": people}
    values["day"] = DAY[kind].format(today=datetime.now(UTC).date())
    with database.engine.begin() as connection:
        _run(
            connection, PEOPLE.format(timestamp=timestamp.replace("n * 10", "10"), numbers=numbers.format(rows=people))
        )
        _run(connection, LISTS)
        _run(connection, TASKS.format(numbers=numbers.format(rows=rows), timestamp=timestamp, **values))
    # The state after a while in use. SQLite gets no ANALYZE, as in production.
    tidy = "VACUUM ANALYZE" if kind == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)"
    with database.autocommit.connect() as connection:
        connection.exec_driver_sql(tidy)


def _run(connection: Connection, statement: str) -> None:
    connection.execute(text(statement.replace(":", "\\:")))


@contextmanager
def migrated_database(on_sqlite: bool) -> Iterator[Database]:
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
