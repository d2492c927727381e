"""Revision 0024: labels of one user that had the same name keep their tasks and get names of their own."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.databases import Databases, Stage, settings_for
from tests.schema.conftest import looking, to_head
from web.schema.locks import migration_engine
from web.schema.migrate import configuration, downgrade, scripts_of, upgrade_one
from web.settings import Settings

AT = "2026-11-21T22:00:00.123456Z"
CONFIG = configuration()
# The revisions that come before this one.
EARLIER = [script.revision for script in scripts_of(CONFIG).iterate_revisions("0024", "base")][:0:-1]
BEFORE = EARLIER[-1]
LONG = "x" * 50
NAMES = [
    *(("ada", "errand"), ("ada", "Errand"), ("ada", "ERRAND"), ("ada", "errand (2)"), ("bob", "errand")),
    *(("ada", "Straße"), ("ada", "STRASSE"), ("ada", LONG), ("ada", LONG.upper()), ("ada", "gone"), ("ada", "Gone")),
]
DELETED = 10


@pytest.fixture
def filled(dialect: str, databases: Databases) -> Iterator[Settings]:
    """A database with labels as the revision before allowed them, each on a task of its own."""
    with databases.copy(dialect, Stage.BETTER_AUTH, labels_as_before) as url:
        yield settings_for(url)


@pytest.fixture
def filled_at_head(dialect: str, databases: Databases) -> Iterator[Settings]:
    """The same database, migrated."""
    with databases.copy(dialect, Stage.BETTER_AUTH, labels_as_before, to_head) as url:
        yield settings_for(url)


def labels_as_before(settings: Settings) -> None:
    for revision in EARLIER:
        assert upgrade_one(settings.database_url, CONFIG), revision
    with migration_engine(settings.database_url).begin() as connection:
        for user in ("ada", "bob"):
            values = {"id": user, "email": f"{user}@example.com", "at": AT}
            connection.execute(
                text(
                    "INSERT INTO users (id, name, email, email_verified, created_at, updated_at)"
                    " VALUES (:id, :id, :email, FALSE, :at, :at)"
                ),
                values,
            )
        for number, (user, name) in enumerate(NAMES, start=1):
            deleted_at = AT if number == DELETED else None
            values = {"id": number, "user": user, "name": name, "at": AT, "deleted_at": deleted_at}
            for insert in (
                "INSERT INTO labels (id, user_id, name, colour, created_at, updated_at, deleted_at)"
                " VALUES (:id, :user, :name, 'grey', :at, :at, :deleted_at)",
                "INSERT INTO tasks (id, user_id, title, created_at, updated_at) VALUES (:id, :user, :name, :at, :at)",
                "INSERT INTO task_labels VALUES (:user, :id, :id)",
            ):
                connection.execute(text(insert), values)


def rows(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with looking(settings) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_oldest_keeps_its_name_and_the_others_get_a_number(filled_at_head: Settings) -> None:
    assert [name for (name,) in rows(filled_at_head, "SELECT name FROM labels ORDER BY id")] == [
        *("errand", "Errand (3)", "ERRAND (4)", "errand (2)", "errand"),
        *("Straße", "STRASSE (2)", LONG, "X" * 46 + " (2)", "gone", "Gone"),
    ]


def test_every_task_keeps_its_label_both_ways(filled: Settings, filled_at_head: Settings) -> None:
    before = rows(filled, "SELECT task_id, label_id FROM task_labels ORDER BY task_id")

    at_head = rows(filled_at_head, "SELECT task_id, label_id FROM task_labels ORDER BY task_id")
    downgrade(filled_at_head.database_url, BEFORE)

    assert len(before) == len(NAMES)
    assert at_head == before == rows(filled_at_head, "SELECT task_id, label_id FROM task_labels ORDER BY task_id")


def test_only_what_was_renamed_has_changed(filled_at_head: Settings) -> None:
    unchanged = rows(filled_at_head, f"SELECT count(*) FROM labels WHERE version = 1 AND updated_at = '{AT}'")
    assert unchanged == [(len(NAMES) - 4,)]
    assert rows(filled_at_head, "SELECT id FROM labels WHERE version = 2 ORDER BY id") == [(2,), (3,), (7,), (9,)]


def test_the_database_refuses_a_name_twice_but_not_beside_a_deleted_one(filled_at_head: Settings) -> None:
    insert = text("INSERT INTO labels (id, user_id, name, name_key, colour) VALUES (99, 'ada', :name, :key, 'grey')")

    with (
        pytest.raises(IntegrityError),
        migration_engine(filled_at_head.database_url).begin() as connection,
    ):
        connection.execute(insert, {"name": "GONE", "key": "gone"})

    with migration_engine(filled_at_head.database_url).begin() as connection:
        connection.execute(text("UPDATE labels SET deleted_at = :at WHERE name = 'Gone'"), {"at": AT})
        connection.execute(insert, {"name": "GONE", "key": "gone"})
