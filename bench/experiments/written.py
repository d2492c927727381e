"""Measures the bytes that each action writes to the log: `python -m bench.experiments.written`.

Runs on SQLite and PostgreSQL: a user with 3,000 short tasks adds, dates and completes some of them through the
services, each in a transaction with its event and the counts. Medians of 300 per action, which full pages after a
checkpoint do not change; bytes do not depend on the load of the machine.
"""

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from bench.experiments.flat import migrated_database
from bench.experiments.indexes import logged_bytes
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task import TaskDraft
from web.models.task_drafts import DueDraft
from web.models.task_query import TaskQuery
from web.services.tasks import Tasks

TASKS, TIMES = 3_000, 300
Action = Callable[[Tasks, int], object]


def _due(tasks: Tasks, task_id: int) -> object:
    day = datetime.now(UTC).date() + timedelta(days=task_id % 30)
    return tasks.edit(task_id, DueDraft(due_on=day), version=1)


ACTIONS: dict[str, Action] = {
    "add": lambda tasks, _: tasks.add(TaskDraft(title="Buy milk"), str(uuid4())),
    "give a due date": _due,
    "complete": lambda tasks, task_id: tasks.complete(task_id),
}


def main() -> None:
    table = Table("", *ACTIONS, title="bytes in the log")
    for name, on_sqlite in (("PostgreSQL", False), ("SQLite", True)):
        with migrated_database(on_sqlite) as database:
            make = Factory(database)
            user = make.user()
            make.tasks(user, TASKS)
            found = [f"{_median(database, user.id, action):,.0f}" for action in ACTIONS.values()]
        table.add_row(name, *found)
    Console().print(table)


def _median(database: Database, user: str, action: Action) -> float:
    with database.engine.connect() as connection:
        # Spread over the table, as the tasks that a user changes in a day are.
        ids = [task.id for task in Tasks(connection, Actor(user)).list(TaskQuery(), size=TASKS).tasks]
        connection.rollback()
        spread = ids[:: TASKS // TIMES][:TIMES]
        written = []
        for task_id in spread:
            before = logged_bytes(connection)
            with connection.begin():
                action(Tasks(connection, Actor(user, str(uuid4()))), task_id)
            written.append(logged_bytes(connection, after=True) - before)
    return statistics.median(written)


if __name__ == "__main__":
    main()
