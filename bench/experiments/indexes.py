"""Measures cost and benefit of each index of `tasks`: `python -m bench.experiments.indexes [--rows 200000]`.

Runs on SQLite and PostgreSQL with syncing disabled, so that the disk does not matter. Medians of three rounds; every
round measures each set of indexes once. Bytes are those of the write-ahead log.
"""

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text

from testkit.postgres import running_postgres
from web.database_url import normalised
from web.db.sqlite import PRAGMAS
from web.schema.migrate import metadata

BY_TIME_AND_STATUS = ["(user_id, created_at, id)", "(user_id, completed, created_at, id) WHERE deleted_at IS NULL"]
BY_CHANGE = "(user_id, updated_at, id) WHERE deleted_at IS NULL"
# PostgreSQL only.
BY_TITLE = '(user_id, (lower(title) COLLATE "C"), id) WHERE deleted_at IS NULL'
TRIGRAMS = "USING gin (user_id, lower(title) gin_trgm_ops, lower(description) gin_trgm_ops)"
SETS = {
    "none": [],
    "the four of the specification": ["(user_id)", "(completed)", "(user_id, completed)", "(created_at)"],
    "by time": ["(user_id, created_at, id)"],
    "by time with status": ["(user_id, created_at, id, completed)"],
    "by time + by status": ["(user_id, created_at, id)", "(user_id, completed) WHERE deleted_at IS NULL"],
    "by time + status by time": [*BY_TIME_AND_STATUS],
    "and by change": [*BY_TIME_AND_STATUS, BY_CHANGE],
    "and by title": [*BY_TIME_AND_STATUS, BY_CHANGE, BY_TITLE],
    "and trigrams (Daybook's)": [*BY_TIME_AND_STATUS, BY_CHANGE, BY_TITLE, TRIGRAMS],
}
TURNS = 3
OPERATIONS = 500
SOURCE = "FROM tasks WHERE user_id = 'u1' AND deleted_at IS NULL"
QUERIES = {
    "newest 50": f"SELECT * {SOURCE} ORDER BY created_at DESC, id DESC LIMIT 50",
    "pending 50": f"SELECT * {SOURCE} AND completed = FALSE ORDER BY created_at DESC, id DESC LIMIT 50",
    "counts": f"SELECT count(*), count(*) FILTER (WHERE completed) {SOURCE}",
}
# One user has a tenth of all tasks, nearly all completed; the others have 50 each.
OWNER = "CASE WHEN n % 10 = 0 THEN 'u1' ELSE 'v' || (n / 50) END"
PEOPLE = """INSERT INTO users (id, name, email, email_verified, created_at, updated_at)
SELECT id, 'Name', id || '@x', FALSE, {timestamp}, {timestamp} FROM (
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
    SELECT 'v' || n AS id FROM numbers UNION ALL SELECT 'u1') AS of"""
FILL = {
    "postgresql": f"""INSERT INTO tasks (user_id, title, description, search_text, completed, created_at, updated_at)
        SELECT {OWNER}, 'Task ' || n, repeat('words ', 20), 'task ' || n || repeat(' words', 20),
            n % 1000 <> 0, timestamp, timestamp
        FROM generate_series(1, :rows) n,
        LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 minute' AS timestamp) of""",
    "sqlite": f"""WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :rows),
        of AS (SELECT n, strftime('%Y-%m-%dT%H:%M:%f', '2026-01-01', n || ' minutes') || '000Z' AS timestamp
            FROM numbers)
        INSERT INTO tasks (user_id, title, description, search_text, completed, created_at, updated_at)
        SELECT {OWNER}, 'Task ' || n, '{"words " * 20}', 'task ' || n || '{" words" * 20}',
            n % 1000 <> 0, timestamp, timestamp FROM of""",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--seconds", type=float, default=1.0)
    arguments = options.parse_args()
    for engine in _engines():
        _measure(engine, arguments.rows, arguments.seconds)


def _measure(engine: Engine, rows: int, seconds: float) -> None:
    actions = {"insert": _insert, "toggle": _toggle(rows)}
    on_both = {name: indexes for name, indexes in SETS.items() if BY_TITLE not in indexes}
    sets = SETS if engine.dialect.name == "postgresql" else on_both
    found: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in sets}
    with engine.connect() as connection:
        _fill(connection, rows)
        # Alternating, so that a change in the machine's speed affects all of them.
        for _ in range(TURNS):
            for name, indexes in sets.items():
                with _indexes(connection, indexes) as megabytes:
                    for action, do in actions.items():
                        found[name][f"{action}/s"].append(_per_second(connection, do, seconds))
                        found[name][f"bytes/{action}"].append(_bytes_for_one(connection, do))
                    for query, statement in QUERIES.items():
                        found[name][f"{query} ms"].append(_milliseconds(connection, statement))
                    found[name]["index MB"].append(megabytes)
    _show(f"{engine.dialect.name}, {rows:,} tasks", found)


def _show(title: str, found: dict[str, dict[str, list[float]]]) -> None:
    table = Table("indexes", *next(iter(found.values())), title=title)
    for name, figures in found.items():
        medians = {what: statistics.median(values) for what, values in figures.items()}
        table.add_row(
            name, *(f"{median:.2f}" if "ms" in what else f"{median:,.0f}" for what, median in medians.items())
        )
    Console(width=160).print(table)


def _written(what: str, median: float) -> str:
    return f"{median:.2f}" if what.endswith("ms") else f"{median:,.0f}"


def _fill(connection: Connection, rows: int) -> None:
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        # VACUUM marks only rows visible whose commit is on disk; the test server commits asynchronously.
        connection.execute(text("SET synchronous_commit = on"))
    for index in metadata.tables["tasks"].indexes:
        index.drop(connection, checkfirst=True)
    kind = "timestamptz" if connection.dialect.name == "postgresql" else "text"
    connection.execute(text(PEOPLE.format(last=rows // 50, timestamp=f"CAST('2026-01-01T00:00:00.000000Z' AS {kind})")))
    connection.execute(text(FILL[connection.dialect.name]), {"rows": rows})
    connection.commit()


@contextmanager
def _indexes(connection: Connection, indexes: list[str]) -> Iterator[float]:
    before = _size(connection)
    for number, index in enumerate(indexes):
        connection.execute(text(f"CREATE INDEX bench_{number} ON tasks {index}"))
    connection.commit()
    _tidy(connection)
    yield (_size(connection) - before) / 1e6
    for number in range(len(indexes)):
        connection.execute(text(f"DROP INDEX bench_{number}"))
    connection.commit()
    _tidy(connection)


def _tidy(connection: Connection) -> None:
    """VACUUM and ANALYZE, so that every set of indexes starts in the same state."""
    autocommit = connection.execution_options(isolation_level="AUTOCOMMIT")
    for statement in ("VACUUM", "ANALYZE"):
        autocommit.execute(text(statement))
    autocommit.commit()


def _size(connection: Connection) -> int:
    query = "SELECT pg_indexes_size('tasks')"
    if connection.dialect.name == "sqlite":
        query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    size: int = connection.execute(text(query)).scalar_one()
    connection.rollback()
    return size


def _insert(connection: Connection, number: int) -> None:
    connection.execute(text("INSERT INTO tasks (user_id, title, search_text) VALUES ('v1', 'Buy milk', 'buy milk')"))


def _toggle(rows: int) -> Callable[[Connection, int], None]:
    def toggle(connection: Connection, number: int) -> None:
        # The UPDATE of the application, on rows all over the table.
        timestamp = "CURRENT_TIMESTAMP"
        if connection.dialect.name == "sqlite":
            timestamp = "strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z'"
        changes = f"completed = NOT completed, version = version + 1, updated_at = {timestamp}"
        connection.execute(text(f"UPDATE tasks SET {changes} WHERE id = :id"), {"id": number * 7919 % rows + 1})

    return toggle


def _per_second(connection: Connection, action: Callable[[Connection, int], None], seconds: float) -> float:
    began, number = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        number += 1
        action(connection, number)
        connection.commit()
    return number / (time.perf_counter() - began)


def _bytes_for_one(connection: Connection, action: Callable[[Connection, int], None]) -> float:
    """Bytes per action in the write-ahead log, which do not depend on the load of the machine."""
    before = logged_bytes(connection)
    for number in range(1, OPERATIONS + 1):
        action(connection, number)
        connection.commit()
    return (logged_bytes(connection, after=True) - before) / OPERATIONS


def logged_bytes(connection: Connection, after: bool = False) -> float:
    """The length of the write-ahead log; on SQLite the first of two calls empties it."""
    if connection.dialect.name == "postgresql":
        query = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"
        position = float(connection.execute(text(query)).scalar_one())
        connection.rollback()
        return position
    if not after:
        # Past SQLAlchemy, which may begin a transaction.
        driver = connection.connection.cursor()
        driver.execute("PRAGMA wal_autocheckpoint=0")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return 0
    return Path(f"{connection.engine.url.database}-wal").stat().st_size


def _milliseconds(connection: Connection, query: str) -> float:
    def once() -> float:
        began = time.perf_counter()
        connection.execute(text(query)).all()
        return 1000 * (time.perf_counter() - began)

    times = [once() for _ in range(7)]
    connection.rollback()
    return statistics.median(times)


def _engines() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/bench.db")
        for pragma in PRAGMAS:
            setting = pragma.replace("FULL", "OFF")
            event.listen(engine, "connect", lambda connection, _, setting=setting: connection.execute(setting))
        yield engine
        engine.dispose()
    with running_postgres() as url:
        engine = create_engine(normalised(make_url(url)))
        yield engine
        engine.dispose()


if __name__ == "__main__":
    main()
