"""SQLite's search index: a search answers the same with it as without it, whatever was written, and by whom."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from tests.conftest import settings_for
from tests.factories import Factory
from web.db.database import Database
from web.db.search_sqlite import match_query, rowid_range
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskDraft
from web.models.task_query import TaskQuery
from web.models.user import User
from web.schema.drift import differences
from web.schema.migrate import migrate
from web.services.listing import MOST, Listing, counts_of, page_of
from web.services.records import purge
from web.services.tasks import Tasks
from web.settings import Settings

pytestmark = pytest.mark.databases("sqlite")

# Letters whose other case is another number of letters, depends on what follows, or is not known to everybody; marks
# that stand on a letter; letters without a case; and whatever means something in LIKE, FTS5 or SQL.
LETTERS = [*"abiIkKsS", *"İıßẞΣσςKÅåÅéЖжǅǆ", "e\u0301", "i\u0307", "\u0307", "Ა", "ა", "Ꭰ", "ꭰ", "Ɤ", "ɤ"]
LETTERS += [*"牛奶漢字かな한글عربي", "😀", "👩‍👩‍👧", "🇩🇪", *"%_/\\\"'*()^:+-{}", "AND", "NOT", "NEAR", "--"]


@pytest.fixture(autouse=True)
def asking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The index is asked however few tasks there are."""
    monkeypatch.setattr("web.services.search.FEW", -1)
    monkeypatch.setattr("web.services.search.MOST_SHOWN", 0)
    page_of.cache_clear(), counts_of.cache_clear()
    yield
    page_of.cache_clear(), counts_of.cache_clear()


def view(database: Database, user: User, query: TaskQuery, *, indexed: bool = True) -> Listing:
    with database.autocommit.connect() as connection:
        assert connection.info["has_search_index"]
        connection.info["has_search_index"] = indexed
        listing = Tasks(connection, Actor(user.id)).list(query, size=200)
        connection.info["has_search_index"] = True
    return listing


def found(database: Database, user: User, words: str) -> list[str]:
    return [task.title for task in view(database, user, TaskQuery(q=words)).tasks]


def due(database: Database) -> int:
    with database.reading() as session:
        return int(session.connection().scalar(text("SELECT count(*) FROM task_words_due")))


def require_true(database: Database) -> None:
    """Nothing is due, and the index holds the parts of every task, and no others."""
    assert due(database) == 0
    with database.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.parts USING fts5vocab(main, task_words, instance)")
        held = {tuple(row) for row in connection.exec_driver_sql("SELECT term, doc FROM parts")}
        connection.exec_driver_sql("DROP TABLE temp.parts")
        tasks = connection.exec_driver_sql("SELECT user_id, id, title, description FROM tasks").all()
    texts = {rowid_range(row[0]).first + row[1]: f"{row[2].lower()}\n{(row[3] or '').lower()}" for row in tasks}
    assert held == {(words[at : at + 3], place) for place, words in texts.items() for at in range(len(words) - 2)}


def some(random: Random, most: int) -> str:
    return "".join(random.choice([*LETTERS, " "]) for _ in range(random.randint(3, most))).strip() or "x"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [3, MOST])
def test_a_search_finds_what_holds_every_word(
    database: Database, make: Factory, monkeypatch: pytest.MonkeyPatch, seed: int, most: int
) -> None:
    monkeypatch.setattr("web.services.listing.MOST", most)
    random, user, other = Random(seed), make.user(), make.user()
    mine = [(some(random, 12), some(random, 20) if random.random() < 0.5 else None) for _ in range(90)]
    with database.transaction() as session:
        for number, (title, description) in enumerate(mine):
            session.add(Task(user_id=user.id, title=title, description=description, completed=number % 3 == 0))
            session.add(Task(user_id=other.id, title=title, description=description))
    asked = 0

    for _ in range(60):
        query = TaskQuery.read({"q": searched(random, *random.choice(mine))})
        asked += bool(match_query(query.terms))
        expected = [title for title, description in mine if holds(query.terms, title, description or "")]
        assert sorted(task.title for task in view(database, user, query).tasks) == sorted(expected), query.q
        for changes in ({}, {"sort": "title"}, {"status": "pending"}, {"status": "completed"}):
            with_it, without = (
                view(database, user, replace(query, **changes), indexed=indexed) for indexed in (True, False)
            )
            assert with_it.tasks == without.tasks, query
            assert with_it.counts.filters == without.counts.filters, query

    assert asked > 20
    require_true(database)


def searched(random: Random, title: str, description: str | None) -> str:
    place = random.randrange(len(title))
    part = title[place : place + 5]
    return random.choice(
        [part, part.upper(), title.swapcase(), f"{title[-3:]} {(description or '')[:6]}", some(random, 4)]
    )


def holds(words: list[str], *texts: str) -> bool:
    return all(any(word.lower() in text.lower() for text in texts) for word in words)


@pytest.mark.parametrize("seed", range(4))
def test_it_keeps_up_with_every_change(database: Database, make: Factory, seed: int) -> None:
    random, people = Random(seed), [make.user(), make.user()]
    for _ in range(40):
        with suppress(ZeroDivisionError), database.transaction() as session:
            for _ in range(random.randint(1, 4)):
                change(random, Tasks(session.connection(), Actor(random.choice(people).id)))
            1 // random.randint(0, 4)
        require_true(database)


def change(random: Random, tasks: Tasks) -> None:
    rows = tasks.list(TaskQuery()).tasks
    numbers = [task.id for task in rows] or [0]
    values = {"id": random.choice(numbers), "title": some(random, 12), "new": random.randint(1, 60)}
    by_hand = {
        "edit": "UPDATE tasks SET title = :title, description = NULL WHERE id = :id",
        "move": "UPDATE tasks SET user_id = (SELECT max(id) FROM users WHERE id <> user_id) WHERE id = :id",
        "renumber": "UPDATE OR IGNORE tasks SET id = :new WHERE id = :id",
        "remove": "DELETE FROM tasks WHERE id = :id",
        "leave": "DELETE FROM tasks WHERE user_id = (SELECT user_id FROM tasks WHERE id = :id) AND id % 3 = 0",
    }
    action = random.choice([*by_hand, "add", "add", "add", "delete", "purge", "complete"])
    if action in by_hand:
        tasks.connection.execute(text(by_hand[action]), values)
    elif action == "add":
        tasks.add(TaskDraft.model_construct(title=values["title"], description=some(random, 20)), str(uuid4()))
    elif action == "purge":
        tasks.connection.execute(text("DELETE FROM tasks WHERE deleted_at IS NOT NULL"))
    elif rows:
        getattr(tasks, action)(values["id"])


def test_what_others_write_is_found_at_once_and_taken_in_with_the_next_change(
    migrated: Settings, database: Database, make: Factory
) -> None:
    """Better Auth deletes people, and hands write SQL, where neither `lower` nor FTS5 may be."""
    user, leaving = make.user(), make.user()
    task, gone = make.task(user, "Buy MILK"), make.task(leaving, "Buy milk powder")
    with closing(sqlite3.connect(str(migrated.database_url.database))) as theirs:
        theirs.execute("PRAGMA foreign_keys=ON")
        theirs.execute("PRAGMA trusted_schema=OFF")
        theirs.set_authorizer(
            lambda action, table, *_: sqlite3.SQLITE_DENY if table == "task_words" else sqlite3.SQLITE_OK
        )
        theirs.execute("UPDATE tasks SET title = 'Buy TEA' WHERE id = ?", (task.id,))
        theirs.execute("INSERT INTO tasks (user_id, title) VALUES (?, 'Drink the TEA')", (user.id,))
        theirs.execute("DELETE FROM users WHERE id = ?", (leaving.id,))
        theirs.commit()

    assert due(database) == 3
    assert sorted(found(database, user, "tea")) == ["Buy TEA", "Drink the TEA"]
    assert found(database, user, "milk") == []

    make.task(user, "Tea again")

    require_true(database)
    assert sorted(found(database, user, "tea")) == ["Buy TEA", "Drink the TEA", "Tea again"]
    assert make.stored(gone) is None


def test_completing_leaves_the_index_alone(migrated: Settings, database: Database, make: Factory) -> None:
    task = make.task(make.user())

    with closing(sqlite3.connect(str(migrated.database_url.database))) as theirs:
        theirs.execute("UPDATE tasks SET completed = TRUE, version = 2, deleted_at = NULL WHERE id = ?", (task.id,))
        theirs.commit()

    assert due(database) == 0


def test_much_that_is_due_is_taken_in_bit_by_bit(
    database: Database, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.db.search_sqlite.QUEUE_BATCH", 10)
    user = make.user()
    make.tasks(user, 30)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tasks SET title = title || '!'")
    before = due(database)

    with database.engine.begin() as connection:
        Tasks(connection, Actor(user.id)).add(TaskDraft(title="Task 31!"), str(uuid4()))

    assert (before, due(database)) == (20, 11)
    assert len(found(database, user, "task !")) == 31
    database.drain_index_queue()
    require_true(database)


def test_an_sqlite_without_trigrams_searches_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect

    def connect_to_files(path: str, **options: Any) -> sqlite3.Connection:
        """The migration and the models try the index in memory first."""
        if path == ":memory:":
            raise sqlite3.OperationalError("no such tokenizer: trigram")
        return connect(path, **options)

    monkeypatch.setattr("sqlite3.connect", connect_to_files)
    monkeypatch.setattr("web.models.search_index.has_trigrams", lambda: False)
    settings = settings_for(f"sqlite:///{tmp_path}/daybook.db")
    migrate(settings)
    database = Database(settings.database_url)
    make = Factory(database)
    user = make.user()
    make.task(user, "Buy MILK")

    with database.autocommit.connect() as connection:
        assert not connection.info["has_search_index"]
        assert [task.title for task in Tasks(connection, Actor(user.id)).list(TaskQuery(q="milk")).tasks] == [
            "Buy MILK"
        ]
        assert differences(connection) == []
    database.close()


def test_an_index_that_cannot_be_read_is_left_for_later(
    migrated: Settings, database: Database, make: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has come from a machine whose SQLite had FTS5."""
    user = make.user()
    with monkeypatch.context() as without:
        without.setattr("web.db.sqlite.has_readable_index", lambda _: False)
        elsewhere = Database(migrated.database_url)
        Factory(elsewhere).task(user, "Buy MILK")
        with elsewhere.autocommit.connect() as connection:
            assert len(Tasks(connection, Actor(user.id)).list(TaskQuery(q="milk")).tasks) == 1
        elsewhere.close()

    assert due(database) == 1
    assert found(database, user, "milk") == ["Buy MILK"]
    database.drain_index_queue()
    require_true(database)


def test_a_word_of_two_letters_is_looked_for_without_the_index(database: Database, make: Factory) -> None:
    user = make.user()
    make.task(user, "牛奶")

    assert match_query(["牛奶", "ab"]) == ""
    assert found(database, user, "牛奶") == ["牛奶"]


def test_what_was_deleted_for_good_is_forgotten(database: Database, make: Factory) -> None:
    make.task(make.user(), "old", deleted_at=utc_now() - timedelta(days=31))
    with database.transaction() as session:
        assert purge(session) == 1

    require_true(database)
