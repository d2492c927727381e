"""The triggers keep `task_counts` equal to the counted tasks: random changes, changes at once, seeds, rollbacks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests.factories import Factory
from tests.services.counting import KEPT, assert_counts_match, rows, run_statements
from web.db.database import Database
from web.db.upsert import insert_all_once
from web.domain.actor import Actor
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.models.list import List
from web.models.task import Task, TaskDraft
from web.models.task_query import TaskQuery
from web.models.user import User
from web.services.paging import Counts
from web.services.purging import purge
from web.services.tasks import Tasks


def counts(database: Database, user: User) -> Counts:
    with database.reading() as session:
        return Tasks(session.connection(), Actor(user.id)).counts(TaskQuery())


def test_a_user_without_tasks_has_counts_of_zero(database: Database, make: Factory) -> None:
    assert counts(database, make.user()) == Counts(all=0, completed=0)


@pytest.mark.parametrize("seed", range(5))
def test_counts_match_after_random_changes(database: Database, make: Factory, seed: int) -> None:
    random, people = Random(seed), [make.user().id, make.user().id]
    for _ in range(6):
        add_one(database, random.choice(people))
    with database.transaction() as session:
        session.add_all(List(user_id=owner, name=name) for owner in people for name in ("Home", "Work"))

    for _ in range(120):
        act_randomly(database, random, people)

        assert_counts_match(database)


def act_randomly(database: Database, random: Random, people: list[str]) -> None:
    """One random change, through the service or as SQL."""
    with database.transaction() as session:
        task = random.choice(session.scalars(select(Task)).all())
        number, own = task.id or 0, Tasks(session.connection(), Actor(task.user_id))

        def run_sql(statement: str) -> None:
            session.connection().execute(text(statement))

        actions: list[Callable[[], object]] = [
            lambda: own.get(number) if task.deleted_at else own.complete(number),
            lambda: own.get(number) if task.deleted_at else own.reopen(number),
            lambda: own.delete(number),
            lambda: own.restore(number),
            lambda: own.add(TaskDraft(title="New"), str(uuid4())),
            lambda: (
                run_sql(f"UPDATE tasks SET parent_id = NULL WHERE parent_id = {number}"),
                run_sql(
                    f"UPDATE tasks SET user_id = '{random.choice(people)}', list_id = NULL, parent_id = NULL"
                    f" WHERE id = {number}"
                ),
            ),
            lambda: run_sql(f"UPDATE tasks SET list_id = {EITHER_LIST} WHERE id % 2 = {number % 2}"),
            lambda: run_sql(
                "UPDATE tasks SET parent_id = (SELECT min(id) FROM tasks AS first WHERE first.user_id = tasks.user_id"
                f" AND first.id < tasks.id) WHERE id = {number}"
            ),
            lambda: run_sql(f"UPDATE tasks SET list_id = NULL, parent_id = NULL WHERE id = {number}"),
            lambda: run_sql(f"UPDATE tasks SET completed = NOT completed WHERE id % 3 = {number % 3}"),
            lambda: run_sql(f"DELETE FROM tasks WHERE id = {number} AND (SELECT count(*) FROM tasks) > 3"),
        ]
        with suppress(NotFound):
            random.choice(actions)()


def add_one(database: Database, user_id: str) -> None:
    with database.transaction() as session:
        Tasks(session.connection(), Actor(user_id)).add(TaskDraft(title="First"), str(uuid4()))


EITHER_LIST = """(SELECT CASE WHEN tasks.id % 3 = 0 THEN min(id) ELSE max(id) END
    FROM lists WHERE lists.user_id = tasks.user_id)"""


def test_seeds_inserted_twice_are_counted_once(database: Database, make: Factory) -> None:
    user = make.user()
    timestamps = {"created_at": utc_now(), "updated_at": utc_now()}
    seeds = [
        {
            "user_id": user.id,
            "title": "Seed",
            "completed": place % 3 == 0,
            "idempotency_key": f"key {place}",
            "version": 1,
            **timestamps,
        }
        for place in range(30)
    ]

    for _ in range(2):
        with database.transaction() as session:
            insert_all_once(session, Task, seeds)

    assert counts(database, user) == Counts(all=30, completed=10)


def test_purging_deleted_tasks_keeps_the_counts(database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, deleted_at=utc_now().replace(year=2020))
    make.task(user)

    with database.transaction() as session:
        purge(session)

    assert counts(database, user) == Counts(all=1, completed=0)


def test_a_rollback_restores_the_counts(database: Database, make: Factory) -> None:
    task = make.task(make.user())

    with database.writing() as session:
        Tasks(session.connection(), Actor(task.user_id)).complete(task.id or 0)
        session.flush()
        session.rollback()

    assert_counts_match(database)
    assert rows(database, KEPT) == {(task.user_id, 1, 0)}


def test_concurrent_changes_of_one_user_are_all_counted(database: Database, make: Factory) -> None:
    user = make.user()
    numbers = [make.task(user).id or 0 for _ in range(8)]

    def toggle(number: int) -> None:
        actions: list[Callable[[Tasks], object]] = [
            lambda tasks: tasks.complete(number),
            lambda tasks: tasks.reopen(number),
            lambda tasks: tasks.complete(number),
            lambda tasks: tasks.delete(number) if number % 2 else tasks.get(number),
            lambda tasks: tasks.add(TaskDraft(title="Another"), str(uuid4())),
        ]
        for action in actions:
            with database.transaction() as session:
                action(Tasks(session.connection(), Actor(user.id)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(toggle, numbers))

    assert_counts_match(database)
    assert counts(database, user).pending == 8


def test_concurrent_first_tasks_of_a_new_user_are_all_counted(database: Database, make: Factory) -> None:
    user = make.user()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add_one, [database] * 6, [user.id] * 6))

    assert counts(database, user) == Counts(all=6, completed=0)


def test_a_user_can_be_deleted_during_concurrent_changes(database: Database, make: Factory) -> None:
    user = make.user()
    numbers = [make.task(user).id or 0 for _ in range(6)]

    def work(number: int) -> None:
        if number == numbers[3]:
            run_statements(database, f"DELETE FROM users WHERE id = '{user.id}'")
        else:
            with suppress(NotFound), database.transaction() as session:
                Tasks(session.connection(), Actor(user.id)).complete(number)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, numbers))

    assert rows(database, KEPT) == set()
