"""Triggers of tasks, tried in SQL on both databases: the times that a change sets, and those that it cannot."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from tests.factories import Factory
from tests.schema.by_hand import LONG_AGO, by_hand, stored
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskDraft
from web.models.user import User
from web.services.tasks import Tasks


def test_created_at_cannot_change(database: Database, make: Factory) -> None:
    task = make.task(make.user())

    with pytest.raises(IntegrityError, match="created_at cannot change"):
        by_hand(database, "UPDATE tasks SET title = 'new', created_at = :timestamp", timestamp=LONG_AGO)

    assert stored(make, task) == task


def test_updated_at_cannot_go_back(database: Database, make: Factory) -> None:
    task = make.task(make.user())

    with pytest.raises(IntegrityError, match="updated_at cannot go back; left alone, it moves by itself"):
        by_hand(database, "UPDATE tasks SET title = 'new', updated_at = :timestamp", timestamp=LONG_AGO)

    assert stored(make, task) == task


CHANGES: dict[str, Any] = {
    "id": 4711,
    "user_id": "another",
    "title": "new",
    "description": "new",
    "completed": True,
    "version": 7,
    "idempotency_key": "new",
    "priority": 1,
    "start_on": date(2026, 11, 26),
    "due_on": date(2026, 11, 26),
    "due_time": "09:00",
    "due_zone": "Europe/Berlin",
    "due_at": LONG_AGO,
    "repeat_rule": "FREQ=DAILY",
    "repeat_mode": "completion",
    "repeat_anchor": date(2026, 11, 26),
    "repeat_until": date(2026, 11, 26),
    "repeat_left": 3,
}
# What a task needs before that column may have another value.
DUE = {"due_on": date(2026, 11, 20), "due_time": "08:00"}
FIXED = DUE | {"due_zone": "UTC", "due_at": LONG_AGO + timedelta(days=1)}
REPEATING = DUE | {"repeat_rule": "FREQ=WEEKLY", "repeat_mode": "schedule", "repeat_anchor": date(2026, 11, 20)}
BEFORE: dict[str, dict[str, Any]] = {
    "due_time": DUE,
    "due_zone": FIXED,
    "due_at": FIXED,
    **dict.fromkeys(("repeat_rule", "repeat_mode", "repeat_anchor", "repeat_until", "repeat_left"), REPEATING),
}
# Another record, made by the test.
REFERRING = ("user_id", "list_id", "parent_id", "series_id")


# What is no change of the task, or follows from one.
FREE = {"created_at", "updated_at", "deleted_at", "completed_at", "search_text", "position", "day_position"}


@pytest.mark.parametrize("name", sorted(set(Task.model_fields) - FREE))
def test_an_update_moves_updated_at(database: Database, make: Factory, name: str) -> None:
    task, another = make.task(make.user(), **BEFORE.get(name, {})), make.user()
    value = referred(make, task, another, name) if name in REFERRING else CHANGES[name]

    by_hand(database, f"UPDATE tasks SET {name} = :value WHERE id = {task.id}", value=value)

    with database.reading() as session:
        wanted = col(Task.id) == (value if name == "id" else task.id)
        changed = session.scalars(select(Task).where(wanted)).one()
    assert getattr(changed, name) == value
    assert task.updated_at < changed.updated_at <= utc_now() + timedelta(milliseconds=1)
    assert changed.created_at == task.created_at


def referred(make: Factory, task: Task, another: User, name: str) -> Any:
    if name == "user_id":
        return another.id
    owner = User.model_construct(id=task.user_id)
    return make.record("lists", owner, name="Home").id if name == "list_id" else make.task(owner).id


@pytest.mark.parametrize("value", ["TRUE", "FALSE"])
def test_completed_at_follows_completed(database: Database, make: Factory, value: str) -> None:
    before = utc_now()
    task = make.task(make.user(), completed=value == "FALSE")

    by_hand(database, f"UPDATE tasks SET completed = {value}")

    completed_at = stored(make, task).completed_at
    if value == "FALSE":
        assert completed_at is None
    else:
        assert completed_at and before - timedelta(milliseconds=1) <= completed_at <= utc_now()


def test_a_task_inserted_as_completed_has_a_time(database: Database, make: Factory) -> None:
    user = make.user()

    by_hand(database, "INSERT INTO tasks (user_id, title, completed) VALUES (:user, 'Done', TRUE)", user=user.id)

    with database.reading() as session:
        task = session.scalars(select(Task)).one()
    assert task.completed_at == task.created_at


def test_deleting_a_task_for_good_takes_its_steps_and_leaves_its_copies(database: Database, make: Factory) -> None:
    user = make.user()
    task = make.task(user)
    step, copy = make.task(user, parent_id=task.id), make.task(user, series_id=task.id, completed=True)

    by_hand(database, f"DELETE FROM tasks WHERE id = {task.id}")

    assert make.stored(step) is None
    assert stored(make, copy).series_id is None


def test_updated_at_moves_forward_from_a_future_timestamp(database: Database, make: Factory) -> None:
    task = make.task(make.user(), updated_at=utc_now() + timedelta(hours=1))

    by_hand(database, "UPDATE tasks SET title = 'new'")
    by_hand(database, "UPDATE tasks SET title = 'newer'")

    assert task.updated_at < stored(make, task).updated_at < task.updated_at + timedelta(seconds=1)


@pytest.mark.parametrize(
    "statement", ["deleted_at = :timestamp", "deleted_at = NULL", "search_text = 'new'", "position = 'a1'"]
)
def test_deleting_restoring_folding_and_ordering_leave_updated_at(
    database: Database, make: Factory, statement: str
) -> None:
    task = make.task(make.user(), deleted_at=utc_now())

    by_hand(
        database, f"UPDATE tasks SET {statement}", **({"timestamp": utc_now()} if ":timestamp" in statement else {})
    )

    assert stored(make, task).updated_at == task.updated_at


def test_an_update_without_a_change_moves_nothing_on_postgresql(database: Database, make: Factory) -> None:
    """SQLite's trigger cannot compare whole rows, so there every UPDATE of content moves `updated_at`."""
    task = make.task(make.user())

    by_hand(database, "UPDATE tasks SET title = title")

    moved = stored(make, task).updated_at > task.updated_at
    assert moved == (database.engine.name == "sqlite")


def test_the_service_returns_what_the_database_stored(database: Database, make: Factory) -> None:
    task = make.task(make.user(), updated_at=utc_now() + timedelta(hours=1))

    with database.transaction() as session:
        completed = Tasks(session.connection(), Actor(task.user_id)).complete(task.id or 0)
        edited = Tasks(session.connection(), Actor(task.user_id)).edit(
            task.id or 0, TaskDraft(title="New words"), completed.version
        )

    assert edited.updated_at > task.updated_at
    assert stored(make, task) == edited
