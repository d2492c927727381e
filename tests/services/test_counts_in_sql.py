"""The triggers keep `task_counts` equal to the counted tasks, whatever is written in SQL without the services."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.services.counting import KEPT, KEPT_OF_LISTS, assert_counts_match, rows, run_statements
from web.db.database import Database

LIST = "(SELECT {}(id) FROM lists WHERE user_id = 'ada')"


SQL_CHANGES: dict[str, tuple[str, ...]] = {
    "nothing happens": (),
    "no change": ("UPDATE tasks SET completed = completed, user_id = user_id",),
    "other columns": ("UPDATE tasks SET title = 'Buy tea'",),
    "all are completed": ("UPDATE tasks SET completed = TRUE",),
    "all are deleted": ("UPDATE tasks SET deleted_at = created_at",),
    "deleted and restored": ("UPDATE tasks SET deleted_at = created_at", "UPDATE tasks SET deleted_at = NULL"),
    "completed and deleted in one statement": ("UPDATE tasks SET completed = NOT completed, deleted_at = created_at",),
    "completed while deleted": (
        "UPDATE tasks SET deleted_at = created_at",
        "UPDATE tasks SET completed = NOT completed",
        "UPDATE tasks SET deleted_at = NULL",
    ),
    "all move to another user": ("UPDATE tasks SET user_id = 'bob'",),
    "deleted ones move to another user": (
        "UPDATE tasks SET deleted_at = created_at",
        "UPDATE tasks SET user_id = 'bob'",
        "UPDATE tasks SET deleted_at = NULL",
    ),
    "all move to a list": (f"UPDATE tasks SET list_id = {LIST.format('min')}",),
    "all move to another list": (
        f"UPDATE tasks SET list_id = {LIST.format('min')}",
        f"UPDATE tasks SET list_id = {LIST.format('max')}, completed = NOT completed",
    ),
    "some leave their list": (
        f"UPDATE tasks SET list_id = {LIST.format('min')}",
        "UPDATE tasks SET list_id = NULL WHERE completed",
    ),
    "deleted in a list": (
        f"UPDATE tasks SET list_id = {LIST.format('min')}",
        "UPDATE tasks SET deleted_at = created_at WHERE completed",
    ),
    "all become steps of the first": (
        f"UPDATE tasks SET list_id = {LIST.format('min')}",
        "UPDATE tasks SET parent_id = (SELECT min(id) FROM tasks) WHERE id > (SELECT min(id) FROM tasks)",
    ),
    "the lists are removed": (f"UPDATE tasks SET list_id = {LIST.format('min')}", "DELETE FROM lists"),
    "some are removed": ("DELETE FROM tasks WHERE completed",),
    "all are removed": ("DELETE FROM tasks",),
    "removed while deleted": ("UPDATE tasks SET deleted_at = created_at", "DELETE FROM tasks"),
    "inserted as deleted": (
        "INSERT INTO tasks (user_id, title, deleted_at) SELECT 'bob', title, created_at FROM tasks",
    ),
    "insert ignored on conflict": (
        "INSERT INTO tasks (user_id, title, idempotency_key)"
        " SELECT user_id, title, idempotency_key FROM tasks {conflict}",
    ),
    "many at once": ("INSERT INTO tasks (user_id, title, completed) SELECT user_id, title, completed FROM tasks",),
}


@pytest.fixture
def ada_and_bob(database: Database) -> None:
    rest = "'Name', FALSE, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP"
    run_statements(
        database,
        "INSERT INTO users (id, email, name, email_verified, created_at, updated_at)"
        f" VALUES ('ada', 'ada@x', {rest}), ('bob', 'bob@x', {rest})",
        "INSERT INTO tasks (user_id, title, completed)"
        " VALUES ('ada', 'a', FALSE), ('ada', 'b', TRUE), ('ada', 'c', TRUE)",
        "INSERT INTO lists (user_id, name, name_key, colour) VALUES ('ada', 'Home', 'home', 'grey'),"
        " ('ada', 'Work', 'work', 'grey'), ('bob', 'Home', 'home', 'grey')",
    )


@pytest.mark.usefixtures("ada_and_bob")
@pytest.mark.parametrize("change", SQL_CHANGES)
def test_counts_match_after_sql_statements(database: Database, change: str) -> None:
    run_statements(
        database, *(statement.format(conflict="WHERE TRUE ON CONFLICT DO NOTHING") for statement in SQL_CHANGES[change])
    )

    assert_counts_match(database)


@pytest.mark.usefixtures("ada_and_bob")
@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("policy", ["IGNORE", "ABORT", "FAIL", "ROLLBACK"])
def test_sqlites_conflict_policies_are_counted(database: Database, policy: str) -> None:
    run_statements(database, f"INSERT OR {policy} INTO tasks (user_id, title) VALUES ('ada', 'd')")
    run_statements(database, f"UPDATE OR {policy} tasks SET completed = NOT completed")

    assert_counts_match(database)


@pytest.mark.usefixtures("ada_and_bob")
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("emptied", ["tasks CASCADE", "users CASCADE", "tasks, task_counts CASCADE"])
def test_truncating_empties_the_counts(database: Database, emptied: str) -> None:
    run_statements(database, f"TRUNCATE {emptied}")

    assert rows(database, KEPT) == rows(database, KEPT_OF_LISTS) == set()


@pytest.mark.usefixtures("ada_and_bob")
@pytest.mark.parametrize("column", ["pending", "completed"])
def test_counts_cannot_be_negative(database: Database, column: str) -> None:
    with pytest.raises(IntegrityError, match=f"ck_task_counts_{column}_not_negative"):
        run_statements(database, f"UPDATE task_counts SET {column} = -1")


@pytest.mark.usefixtures("ada_and_bob")
def test_deleting_a_user_deletes_tasks_and_counts(database: Database) -> None:
    run_statements(database, "DELETE FROM users WHERE id = 'ada'")

    assert rows(database, KEPT) == set()
    assert rows(database, "SELECT 1 FROM tasks") == set()
