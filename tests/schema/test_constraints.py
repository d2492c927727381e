"""Constraints of tasks, tried in SQL on both databases without the application."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import col, select

from tests.factories import Factory
from tests.schema.by_hand import LONG_AGO, by_hand, stored
from web.db.database import Database
from web.domain.text import BLANK_CHARACTERS, is_blank
from web.domain.timestamps import utc_now
from web.models.task import Task


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


@pytest.mark.parametrize("name", ["list_id", "parent_id"])
def test_a_record_of_another_user_cannot_be_referred_to(database: Database, make: Factory, name: str) -> None:
    task, another = make.task(make.user()), make.user()
    theirs = make.record("lists", another, name="Home") if name == "list_id" else make.task(another)

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        by_hand(database, f"UPDATE tasks SET {name} = {theirs.id} WHERE id = {task.id}")

    assert stored(make, task) == task
