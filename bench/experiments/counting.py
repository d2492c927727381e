"""Measures what maintaining `task_counts` costs: `python -m bench.experiments.counting [--rows 100000]`.

Runs each action with and without the triggers in turn, on both databases; medians of five rounds.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, text

from bench.experiments.indexes import _bytes_for_one, _engines, _fill, _insert, _per_second, _tidy, _toggle
from web.models.task_counts import POSTGRESQL, SQLITE

TURNS = 5
MANY = 20_000
INDEXES = (
    "(user_id, created_at, id)",
    "(user_id, completed, created_at, id) WHERE deleted_at IS NULL",
)
TRIGGERS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
BULK = {
    f"insert {MANY:,} at once": (
        f"INSERT INTO tasks (user_id, title) SELECT user_id, title FROM tasks WHERE id <= {MANY}"
    ),
    f"toggle {MANY:,} at once": f"UPDATE tasks SET completed = NOT completed WHERE id <= {MANY}",
    f"remove {MANY:,} at once": "DELETE FROM tasks WHERE id > :rows",
}
Figures = dict[str, dict[bool, list[float]]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=0.5)
    arguments = options.parse_args()
    for engine in _engines():
        _show(engine, arguments.rows, _measured(engine, arguments.rows, arguments.seconds))


def _measured(engine: Engine, rows: int, seconds: float) -> Figures:
    actions = {"insert": _insert, "toggle": _toggle(rows), "edit": _edit(rows)}
    found: Figures = defaultdict(lambda: defaultdict(list))
    with engine.connect() as connection:
        _fill(connection, rows)
        for number, index in enumerate(INDEXES):
            connection.execute(text(f"CREATE INDEX bench_{number} ON tasks {index}"))
        connection.commit()
        for _ in range(TURNS):
            for counted in (True, False):
                _tidy(connection)
                with _counting(connection, counted):
                    for name, action in actions.items():
                        found[f"{name}, µs"][counted].append(1e6 / _per_second(connection, action, seconds))
                        found[f"{name}, bytes"][counted].append(_bytes_for_one(connection, action))
                    connection.execute(text("DELETE FROM tasks WHERE id > :rows"), {"rows": rows})
                    for name, statement in BULK.items():
                        found[f"{name}, ms"][counted].append(_milliseconds(connection, statement, rows))
    return found


def _edit(rows: int) -> Callable[[Connection, int], None]:
    def edit(connection: Connection, number: int) -> None:
        values = {"title": f"Task {number}", "id": number * 7919 % rows + 1}
        connection.execute(text("UPDATE tasks SET title = :title, version = version + 1 WHERE id = :id"), values)

    return edit


def _milliseconds(connection: Connection, statement: str, rows: int) -> float:
    began = time.perf_counter()
    connection.execute(text(statement), {"rows": rows} if ":rows" in statement else {})
    connection.commit()
    return 1000 * (time.perf_counter() - began)


@contextmanager
def _counting(connection: Connection, counted: bool) -> Iterator[None]:
    """With the triggers or without them. Recounts at the end."""
    triggers = [statement for statement in TRIGGERS[connection.dialect.name] if statement.startswith("CREATE TRIGGER")]
    on_tasks = " ON tasks" if connection.dialect.name == "postgresql" else ""
    for statement in () if counted else triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {statement.split()[2]}{on_tasks}")
    connection.commit()
    yield
    for statement in () if counted else triggers:
        connection.exec_driver_sql(statement)
    connection.execute(text("DELETE FROM task_counts"))
    connection.execute(text(RECOUNT))
    connection.commit()


RECOUNT = """
INSERT INTO task_counts (user_id, pending, completed)
SELECT user_id, count(*) FILTER (WHERE deleted_at IS NULL AND NOT completed),
       count(*) FILTER (WHERE deleted_at IS NULL AND completed) FROM tasks GROUP BY user_id"""


def _show(engine: Engine, rows: int, found: Figures) -> None:
    table = Table("action", "counted", "not counted", "ratio", title=f"{engine.dialect.name}, {rows:,} tasks")
    for action, figures in found.items():
        counted, not_counted = (statistics.median(figures[with_triggers]) for with_triggers in (True, False))
        table.add_row(action, f"{counted:,.0f}", f"{not_counted:,.0f}", f"{counted / not_counted:.2f}")
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
