"""Constraints and triggers of tasks, tried in SQL on both databases without the application."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, select

from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.text import BLANK_CHARACTERS, is_blank
from web.domain.timestamps import iso, utc_now
from web.models.task import Task, TaskDraft
from web.models.user import User
from web.services.tasks import Tasks

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def by_hand(database: Database, statement: str, **values: Any) -> None:
    on_sqlite = database.engine.dialect.name == "sqlite"
    parameters = {
        name: iso(value) if on_sqlite and isinstance(value, datetime) else value for name, value in values.items()
    }
    with database.transaction() as session:
        session.connection().execute(text(statement), parameters)


def stored(make: Factory, task: Task) -> Task:
    found = make.stored(task)
    assert found
    return found


@pytest.mark.parametrize("title", ["x", "x" * 200, "😀" * 200, "e\u0301" * 100, " x ", "\tx\n", "\u200bx"])
@pytest.mark.parametrize("description", [None, "", "x", "😀" * 1000, "\n"])
def test_valid_text_is_stored_unchanged(database: Database, make: Factory, title: str, description: str | None) -> None:
    task = make.task(make.user())

    by_hand(
        database, "UPDATE tasks SET title = :title, description = :description", title=title, description=description
    )

    found = stored(make, task)
    assert (found.title, found.description) == (title, description)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": None}, "(?i)not[ -]null"),
        ({"title": ""}, "ck_tasks_title_"),
        ({"title": "   "}, "ck_tasks_title_not_blank"),
        ({"title": "\t"}, "ck_tasks_title_not_blank"),
        ({"title": "\r\n \n"}, "ck_tasks_title_not_blank"),
        ({"title": "\u00a0\u2003\u3000"}, "ck_tasks_title_not_blank"),
        ({"title": "\u200b\ufeff\u200d"}, "ck_tasks_title_not_blank"),
        ({"title": "x" * 201}, "ck_tasks_title_length|too long for type"),
        ({"title": "😀" * 201}, "ck_tasks_title_length|too long for type"),
        ({"description": "x" * 1001}, "ck_tasks_description_length"),
        ({"description": "😀" * 1001}, "ck_tasks_description_length"),
        ({"completed": None}, "(?i)not[ -]null"),
        ({"version": 0}, "ck_tasks_version_positive"),
        ({"version": None}, "(?i)not[ -]null|version_is_integer"),
        ({"created_at": None}, "(?i)not[ -]null|created_at cannot change"),
        ({"updated_at": None}, "(?i)not[ -]null"),
        ({"user_id": None}, "(?i)not[ -]null"),
        ({"user_id": "unknown"}, "(?i)foreign key"),
        ({"list_id": 4711}, "(?i)foreign key"),
        ({"parent_id": 4711}, "(?i)foreign key"),
        ({"series_id": 4711}, "(?i)foreign key"),
        ({"position": None}, "(?i)not[ -]null"),
        ({"position": ""}, "ck_tasks_position_length"),
        ({"day_position": ""}, "ck_tasks_day_position_length"),
        ({"priority": 0}, "ck_tasks_priority_known"),
        ({"priority": 5}, "ck_tasks_priority_known"),
        ({"priority": None}, "(?i)not[ -]null|priority_is_integer"),
        ({"due_time": "9:00"}, "ck_tasks_due_time_"),
        ({"due_time": "24:00"}, "ck_tasks_due_time_"),
        ({"due_time": "12:60"}, "ck_tasks_due_time_"),
        ({"due_time": "09:00"}, "ck_tasks_due_time_has_day"),
        ({"due_zone": "Europe/Berlin"}, "ck_tasks_due_(zone_has_time|at_has_zone)"),
        ({"due_at": LONG_AGO}, "ck_tasks_due_at_has_zone"),
        ({"repeat_rule": "FREQ=DAILY"}, "ck_tasks_repeat_"),
        ({"repeat_mode": "schedule"}, "ck_tasks_repeat_complete"),
        ({"repeat_mode": "sometimes"}, "ck_tasks_repeat_"),
        ({"repeat_anchor": date(2026, 11, 26)}, "ck_tasks_repeat_complete"),
        ({"repeat_until": date(2026, 11, 26)}, "ck_tasks_repeat_end_has_rule"),
        ({"repeat_left": 1}, "ck_tasks_repeat_end_has_rule"),
        ({"repeat_left": 0}, "ck_tasks_repeat_"),
    ],
)
def test_a_value_that_violates_a_constraint_is_refused(
    database: Database, make: Factory, values: dict[str, Any], words: str
) -> None:
    task = make.task(make.user())
    (name,) = values

    with pytest.raises(DBAPIError, match=words):
        by_hand(database, f"UPDATE tasks SET {name} = :{name}", **values)

    assert stored(make, task) == task


def test_the_application_knows_every_blank_character_of_the_constraint() -> None:
    assert [letter for letter in BLANK_CHARACTERS if not (is_blank(letter) or letter.isspace())] == []


@pytest.mark.parametrize("value", ["2", "-1", "0.5", "'perhaps'", "''"])
def test_completed_is_true_or_false(database: Database, make: Factory, value: str) -> None:
    task = make.task(make.user(), completed=True)

    with pytest.raises(DBAPIError):
        by_hand(database, f"UPDATE tasks SET completed = {value}")

    assert stored(make, task).completed is True


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("title", "x'41'"),
        ("title", "'a' || char(0) || 'b'"),
        ("description", "x'41'"),
        ("description", "char(0)"),
        ("version", "'many'"),
        ("version", "1.5"),
        ("deleted_at", "CURRENT_TIMESTAMP"),
        ("deleted_at", "'2026-02-30T10:00:00.000000Z'"),
        ("deleted_at", "'2026-13-01T10:00:00.000000Z'"),
        ("deleted_at", "'2026-11-21T10:00:00.000Z'"),
        ("updated_at", "'tomorrow'"),
        ("completed", "'true'"),
        ("priority", "2.5"),
        ("position", "x'6130'"),
        ("due_on", "'2026-02-30'"),
        ("due_on", "'2026-11-26T09:00'"),
        ("due_on", "'now'"),
        ("start_on", "20261126"),
        ("completed_at", "'2026-11-21'"),
    ],
)
def test_sqlite_enforces_the_types_of_postgresql(database: Database, make: Factory, column: str, value: str) -> None:
    task = make.task(make.user())

    with pytest.raises(DBAPIError):
        by_hand(database, f"UPDATE tasks SET {column} = {value}")

    assert stored(make, task) == task


def test_an_insert_needs_only_a_user_and_a_title(database: Database, make: Factory) -> None:
    user, before = make.user(), utc_now()

    for title in ("one", "two"):
        by_hand(database, "INSERT INTO tasks (user_id, title) VALUES (:user, :title)", user=user.id, title=title)

    with database.reading() as session:
        one, two = session.scalars(select(Task).order_by(col(Task.id))).all()
    assert (one.completed, one.version, one.description, one.deleted_at) == (False, 1, None, None)
    assert before - timedelta(milliseconds=1) <= one.created_at == one.updated_at <= utc_now()
    assert one.idempotency_key != two.idempotency_key


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


@pytest.mark.parametrize("name", ["list_id", "parent_id"])
def test_a_record_of_another_user_cannot_be_referred_to(database: Database, make: Factory, name: str) -> None:
    task, another = make.task(make.user()), make.user()
    theirs = make.record("lists", another, name="Home") if name == "list_id" else make.task(another)

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        by_hand(database, f"UPDATE tasks SET {name} = {theirs.id} WHERE id = {task.id}")

    assert stored(make, task) == task


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
