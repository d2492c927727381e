"""The data of `daybook seed`: planned as people plan, consistent, and the same on every database."""

import io
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256

import pytest
from rich.console import Console
from sqlalchemy import Table
from sqlalchemy import select as sa_select
from sqlmodel import SQLModel, select

from tests.factories import Factory
from web.db.database import Database
from web.domain.recurrence import Rule
from web.models.list import List
from web.models.reminder import Reminder
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.models.user import User
from web.seeds import DEMO_EMAIL, Plan, seed
from web.seeds.data import seeded_id

# The database gives them.
IDS = {"id", "list_id", "parent_id", "series_id", "task_id", "label_id"}


def filled(database: Database, plan: Plan) -> None:
    seed(database, plan, Console(file=io.StringIO()))


def test_the_same_seed_gives_the_same_data_on_both_databases(database: Database) -> None:
    filled(database, Plan(people=3, tasks=200, seed=7))

    tables = ("users", "accounts", "lists", "labels", "tasks", "reminders")
    assert {table: checksum_of_all_rows(database, SQLModel.metadata.tables[table]) for table in tables} == {
        "users": "0b635af946ca4396",
        "accounts": "fbffce14aadda13b",
        "lists": "aff91c4da569773e",
        "labels": "98432b1c8ddbd688",
        "tasks": "44c5f3a3ebc642bd",
        "reminders": "01e92fcb3b5eb2c8",
    }
    assert checksum(links(database)) == "8608e9f0c10009e8"


def checksum_of_all_rows(database: Database, table: Table) -> str:
    """Over every column except the ids that the database gives."""
    numbered = IDS if table.name not in ("users", "accounts") else set()
    with database.reading() as session:
        rows = session.connection().execute(sa_select(*(one for one in table.columns if one.name not in numbered)))
        return checksum([tuple(row) for row in rows])


def checksum(rows: Sequence[object]) -> str:
    return sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()[:16]


def links(database: Database) -> list[tuple[object, ...]]:
    """What refers to what, by keys and names."""
    tasks, lists, labels = (SQLModel.metadata.tables[name] for name in ("tasks", "lists", "labels"))
    parent, series, around, marks = tasks.alias(), tasks.alias(), lists.alias(), SQLModel.metadata.tables["task_labels"]
    queries = [
        sa_select(tasks.c.idempotency_key, lists.c.name, parent.c.idempotency_key, series.c.idempotency_key)
        .join(lists, lists.c.id == tasks.c.list_id, isouter=True)
        .join(parent, parent.c.id == tasks.c.parent_id, isouter=True)
        .join(series, series.c.id == tasks.c.series_id, isouter=True),
        sa_select(lists.c.idempotency_key, around.c.idempotency_key).join(around, around.c.id == lists.c.parent_id),
        sa_select(tasks.c.idempotency_key, labels.c.name)
        .join(marks, marks.c.task_id == tasks.c.id)
        .join(labels, labels.c.id == marks.c.label_id),
    ]
    with database.reading() as session:
        return [tuple(row) for query in queries for row in session.connection().execute(query)]


@pytest.mark.databases("sqlite")
def test_a_life_is_planned_as_people_plan(database: Database) -> None:
    """Most tasks are done or undated; few lists hold most; there is something of everything."""
    filled(database, Plan(people=20, tasks=2000, today=date(2027, 3, 1)))
    with database.reading() as session:
        stored = session.exec(select(Task)).all()
        lists = {one.id: one for one in session.exec(select(List)).all()}
        sizes = sorted(Counter(task.list_id for task in stored if task.list_id).values(), reverse=True)
        demo = [one for one in lists.values() if one.user_id == seeded_id(DEMO_EMAIL)]
        marks, reminders = session.exec(select(TaskLabel)).all(), session.exec(select(Reminder)).all()

    still_open = [task for task in stored if not task.completed]
    dated = [task for task in still_open if task.due_on]
    assert len(stored) == 2000
    assert 0.6 < 1 - len(still_open) / len(stored) < 0.9
    assert 0.2 < len(dated) / len(still_open) < 0.5
    assert sum(sizes[: len(sizes) // 5]) > sum(sizes) / 2
    assert [sum(one.is_section for one in demo), sum(one.archived_at is not None for one in demo)] == [3, 1]
    assert levels(demo) == 4
    days = [(task.due_on - date(2027, 3, 1)).days for task in dated if task.due_on]
    assert min(days) < 0 < max(days)
    assert 0 in days
    assert all(task.due_on for task in stored if task.repeat_rule)
    for found in (
        [task for task in stored if task.series_id],
        [task for task in stored if task.parent_id],
        [task for task in still_open if task.start_on and not task.due_on],
        [task for task in still_open if task.due_time],
        [task for task in still_open if task.priority == 1],
        marks,
        [one for one in reminders if one.sent_at],
        [one for one in reminders if not one.sent_at],
    ):
        assert len(found) >= 5


def levels(lists: Sequence[List]) -> int:
    above = {one.id: one.parent_id for one in lists}

    def level(one: int | None) -> int:
        return 0 if one is None else 1 + level(above[one])

    return max(map(level, above))


@pytest.mark.databases("sqlite")
def test_what_belongs_together_agrees(database: Database) -> None:
    filled(database, Plan(people=5, tasks=2000))
    with database.reading() as session:
        tasks = {task.id: task for task in session.exec(select(Task)).all()}

    for task in tasks.values():
        assert task.created_at <= task.updated_at
        assert task.completed == (task.completed_at is not None)
        if task.parent_id:
            parent = tasks[task.parent_id]
            assert (task.user_id, task.list_id) == (parent.user_id, parent.list_id)
            assert task.completed or not parent.completed
        if task.series_id:
            series = tasks[task.series_id]
            assert task.completed
            assert task.due_on and series.due_on and task.due_on < series.due_on
            assert (task.user_id, task.title, task.list_id) == (series.user_id, series.title, series.list_id)
        if task.repeat_rule and task.due_on and task.repeat_anchor:
            rule = Rule.parse(task.repeat_rule)
            assert rule.next(task.repeat_anchor, task.due_on - timedelta(days=1)) == task.due_on


def test_a_list_that_the_user_made_meanwhile_is_left_alone(database: Database, make: Factory) -> None:
    filled(database, Plan(tasks=0))
    with database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM lists WHERE name IN ('House', 'Office')")
    with database.reading() as session:
        demo = session.exec(select(User)).one()
    for name in ("House", "Office"):
        make.record("lists", demo, name=name)

    filled(database, Plan(tasks=400))

    with database.reading() as session:
        names = Counter(one.name for one in session.exec(select(List)).all())
        assert (names["House"], names["Office"], names["This month"]) == (1, 1, 0)
        assert len(session.exec(select(Task)).all()) == 400


@pytest.mark.databases("sqlite")
def test_plain_tasks_have_a_title_and_nothing_else(database: Database) -> None:
    filled(database, Plan(people=3, tasks=100, plain=True))

    with database.reading() as session:
        assert not session.exec(select(List)).all()
        for task in session.exec(select(Task)).all():
            assert (task.list_id, task.due_on, task.parent_id, task.repeat_rule, task.priority) == (None,) * 4 + (4,)
