"""SQLite's search index holds what tasks say, whatever was written, and by which program."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.databases import settings_for
from tests.factories import SECRET, Factory
from web.db.database import Database
from web.db.search_sqlite import match_query, rowid_range, search_rowid
from web.domain.actor import Actor
from web.domain.folding import search_text
from web.models.task import TaskDraft
from web.models.task_query import TaskQuery
from web.models.user import User
from web.schema.drift import differences
from web.schema.migrate import migrate
from web.schema.reindex import complete_search, reindex
from web.services.tasks import Tasks
from web.settings import ROOT, Settings

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture(autouse=True)
def empty_index(database: Database) -> None:
    """Nothing is left of another test: some leave entries that no task has."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO task_search (task_search) VALUES ('delete-all')")


@pytest.fixture
def another_program(migrated: Settings) -> Iterator[sqlite3.Connection]:
    """A connection of a program that has nothing of Daybook's, and may not touch FTS5."""
    with closing(sqlite3.connect(str(migrated.database_url.database), isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.set_authorizer(
            lambda _, table, *__: sqlite3.SQLITE_DENY if str(table).startswith("task_search") else sqlite3.SQLITE_OK
        )
        yield connection


def found(database: Database, user: User, words: str) -> list[str]:
    with database.autocommit.connect() as connection:
        return sorted(task.title for task in Tasks(connection, Actor(user.id)).list(TaskQuery(q=words)).tasks)


def entries(database: Database) -> set[tuple[str, int]]:
    """Every trigram in the index with the rowid that has it."""
    with database.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.parts USING fts5vocab(main, task_search, instance)")
        held = {tuple(row) for row in connection.exec_driver_sql("SELECT term, doc FROM parts")}
        connection.exec_driver_sql("DROP TABLE temp.parts")
    return held


def require_true(database: Database) -> None:
    """The index has the trigrams of every task, and no others."""
    with database.reading() as session:
        tasks = session.connection().exec_driver_sql("SELECT user_id, id, title, description FROM tasks").all()
    texts = {search_rowid(user_id, task_id): search_text(*rest) for user_id, task_id, *rest in tasks}
    wanted = {(words[at : at + 3], rowid) for rowid, words in texts.items() for at in range(len(words) - 2)}
    assert entries(database) == wanted


def some(random: Random) -> str:
    return "".join(random.choices("abc Äß’\u00ad牛", k=random.randint(3, 12))).strip(" \u00ad") or "x"


@pytest.mark.parametrize("seed", range(4))
def test_it_follows_every_change(database: Database, make: Factory, seed: int) -> None:
    random, users = Random(seed), [make.user(), make.user()]
    for _ in range(40):
        with suppress(ZeroDivisionError), database.transaction() as session:
            for _ in range(random.randint(1, 4)):
                change(random, Tasks(session.connection(), Actor(random.choice(users).id)))
            # Every fifth transaction is rolled back.
            1 // random.randint(0, 4)
        require_true(database)


def change(random: Random, tasks: Tasks) -> None:
    rows = tasks.list(TaskQuery(status="all")).tasks
    values = {"id": random.choice([task.id for task in rows] or [0]), "new": random.randint(1, 60)}
    in_sql = {
        "move": "UPDATE tasks SET user_id = (SELECT max(id) FROM users WHERE id <> user_id) WHERE id = :id",
        "renumber": "UPDATE OR IGNORE tasks SET id = :new WHERE id = :id",
        "remove": "DELETE FROM tasks WHERE id = :id",
        "leave": "DELETE FROM tasks WHERE user_id = (SELECT user_id FROM tasks WHERE id = :id) AND id % 3 = 0",
        "purge": "DELETE FROM tasks WHERE deleted_at IS NOT NULL",
    }
    draft = TaskDraft.model_construct(title=some(random), description=some(random))
    action = random.choice([*in_sql, "add", "add", "add", "edit", "delete", "complete"])
    if action in in_sql:
        tasks.connection.execute(text(in_sql[action]), values)
    elif action == "add":
        tasks.add(draft, str(uuid4()))
    elif rows and action == "edit":
        tasks.edit(values["id"], draft, tasks.get(values["id"]).version)
    elif rows:
        getattr(tasks, action)(values["id"])


def test_another_program_deletes_a_user_without_fts5(
    database: Database, make: Factory, another_program: sqlite3.Connection
) -> None:
    leaving, staying = make.user(), make.user()
    gone, kept = make.task(leaving, "Buy milk powder"), make.task(staying, "Buy milk")

    another_program.execute("DELETE FROM users WHERE id = ?", (leaving.id,))

    assert make.stored(gone) is None
    assert found(database, leaving, "milk") == []
    assert found(database, staying, "milk") == [kept.title]


def test_what_deleted_tasks_left_behind_is_removed(
    database: Database, make: Factory, another_program: sqlite3.Connection
) -> None:
    user = make.user()
    gone = make.task(user, "Buy milk powder")
    make.task(user, "Buy milk")
    another_program.execute("DELETE FROM tasks WHERE id = ?", (gone.id,))
    assert ("der", search_rowid(user.id, gone.id or 0)) in entries(database)

    complete_search(database)

    require_true(database)


def test_purge_removes_it(migrated: Settings, database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, "Buy milk")
    with closing(sqlite3.connect(str(migrated.database_url.database))) as plain:
        plain.execute("DELETE FROM tasks")
        plain.commit()
    assert entries(database)

    # A process of its own: it must import every model by itself.
    environment = {**os.environ, "DATABASE_URL": str(migrated.database_url), "BETTER_AUTH_SECRET": SECRET}
    subprocess.run([sys.executable, "-m", "web.cli", "purge"], env=environment, cwd=ROOT, check=True)

    assert entries(database) == set()


def test_a_task_that_takes_the_id_of_a_deleted_one_is_not_found_by_its_words(
    database: Database, make: Factory, another_program: sqlite3.Connection
) -> None:
    user = make.user()
    gone = make.task(user, "Buy milk")
    another_program.execute("DELETE FROM tasks WHERE id = ?", (gone.id,))

    new = make.task(user, "Call Bob")

    assert new.id == gone.id
    assert found(database, user, "milk") == []
    assert found(database, user, "bob") == ["Call Bob"]
    reindex(database)
    require_true(database)


def test_rows_by_hand_are_found_after_a_reindex(
    database: Database, make: Factory, another_program: sqlite3.Connection
) -> None:
    user = make.user()
    task = make.task(user, "Buy milk")
    another_program.execute("UPDATE tasks SET title = 'Buy TEA' WHERE id = ?", (task.id,))
    another_program.execute("INSERT INTO tasks (user_id, title) VALUES (?, 'Drink the TEA')", (user.id,))
    assert found(database, user, "tea") == []

    assert reindex(database) == 2

    assert found(database, user, "tea") == ["Buy TEA", "Drink the TEA"]
    assert found(database, user, "milk") == []
    require_true(database)
    assert reindex(database) == 0


def test_completing_does_not_write_to_it(database: Database, make: Factory) -> None:
    task = make.task(make.user())
    before = pages_of_index(database)

    with database.transaction() as session:
        Tasks(session.connection(), Actor(task.user_id)).complete(task.id or 0)

    assert pages_of_index(database) == before


def pages_of_index(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.connection().exec_driver_sql("SELECT id, block FROM task_search_data")]


def test_an_sqlite_without_trigrams_searches_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def connect_to_files(path: str, **options: object) -> sqlite3.Connection:
        """The migrations and the models try the index in memory first."""
        if path == ":memory:":
            raise sqlite3.OperationalError("no such tokenizer: trigram")
        return connect(path, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("sqlite3.connect", connect_to_files)
    monkeypatch.setattr("web.db.search_sqlite.has_trigrams", lambda: False)
    settings = settings_for(f"sqlite:///{tmp_path}/daybook.db")
    migrate(settings)
    database = Database(settings.database_url)
    make = Factory(database)
    user = make.user()
    make.task(user, "Buy MILK")

    assert found(database, user, "milk") == ["Buy MILK"]
    with database.autocommit.connect() as connection:
        assert not connection.info["has_search_index"]
        assert differences(connection) == []
    database.close()


def test_tasks_from_a_machine_without_fts5_are_added_later(
    migrated: Settings, database: Database, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make.user()
    with monkeypatch.context() as without:
        without.setattr("web.db.sqlite.keep_index", lambda _: False)
        elsewhere = Database(migrated.database_url)
        task = Factory(elsewhere).task(user, "Buy MILK")
        assert found(elsewhere, user, "milk") == ["Buy MILK"]
        elsewhere.close()
    # It has no entry that an edit could remove, and an edit works all the same.
    with database.engine.begin() as connection:
        Tasks(connection, Actor(user.id)).edit(task.id or 0, TaskDraft(title="Buy TEA"), task.version)
    require_true(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO task_search (task_search) VALUES ('delete-all')")

    complete_search(database)

    require_true(database)
    assert found(database, user, "tea") == ["Buy TEA"]


def test_a_search_reads_its_owners_entries_only(database: Database) -> None:
    first, last = rowid_range("ada")

    assert first <= search_rowid("ada", 1) < search_rowid("ada", 2**31 - 1) <= last
    assert not first <= search_rowid("bob", 1) <= last


def test_terms_of_one_or_two_characters_ask_the_index_nothing(database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, "牛奶")

    assert match_query(["牛奶", "ab"]) == ""
    assert found(database, user, "牛奶") == ["牛奶"]
