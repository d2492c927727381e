"""Every query that the documents list for the app is served by an index: the plan says so, on realistic data."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, event, insert, inspect
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from tests.databases import Databases, Stage, settings_for
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import iso, utc_now
from web.models.list import List
from web.models.task import Task
from web.models.task_query import SORTS, STATUSES, TaskQuery
from web.models.user import User
from web.services.tasks import Tasks
from web.services.views import Views
from web.settings import Settings

BY_TIME, OPEN_BY_TIME = "ix_tasks_user_id_created_at_id", "ix_tasks_open_created_at"
OPEN_BY_CHANGE, OPEN_BY_TITLE = "ix_tasks_open_updated_at", "ix_tasks_open_title"
BY_SEARCH_TEXT = "ix_tasks_user_id_search_text"
# Those of the views in web/services/views.py, and of foreign keys.
OTHERS = {
    *("ix_tasks_open_position", "ix_tasks_open_due", "ix_tasks_open_start", "ix_tasks_completed_at"),
    *("ix_tasks_deleted_at", "ix_tasks_user_id_list_id", "ix_tasks_user_id_parent_id", "ix_tasks_series_id"),
}
MANY, USUAL, ONE = 1000, 50, 1
OWNER = "p0"
SHARES = [MANY, *[USUAL] * 119, *[ONE] * 2000]

# As the documents write them, with what the application adds (deleted tasks are never shown) and without.
LISTED = {
    "by user": "SELECT * FROM tasks WHERE user_id = :ada",
    "by user and status": "SELECT * FROM tasks WHERE user_id = :ada AND completed = FALSE",
    "newest first": "SELECT * FROM tasks WHERE user_id = :ada ORDER BY created_at DESC",
}


@pytest.fixture
def database(dialect: str, databases: Databases) -> Iterator[Database]:
    """A database with many tasks."""
    with databases.copy(dialect, Stage.HEAD, many_tasks) as url:
        database = Database(settings_for(url).database_url)
        yield database
        database.close()


def many_tasks(settings: Settings) -> None:
    """OWNER has many tasks, nearly all completed; others have a few, most have one.

    PostgreSQL has statistics of its own; SQLite never gets any.
    """
    database = Database(settings.database_url)
    on_postgresql = database.engine.dialect.name == "postgresql"
    with database.transaction() as session:
        people = [_user(number) for number in range(len(SHARES))]
        if on_postgresql:
            # VACUUM calls visible only what the disk has, and the tests' server does not wait for it.
            session.connection().exec_driver_sql("SET LOCAL synchronous_commit = on")
        session.connection().execute(insert(User), people)
        _plant(session, [(user["id"], share) for user, share in zip(people, SHARES, strict=True)])
    if on_postgresql:
        _maintain(database.engine, "VACUUM FULL", "VACUUM", "ANALYZE")
    database.close()


def _user(number: int) -> dict[str, Any]:
    timestamps = {"created_at": utc_now(), "updated_at": utc_now()}
    return {"id": f"p{number}", "name": "P", "email": f"p{number}@example.com", "email_verified": False, **timestamps}


def _plant(session: Session, shares: list[tuple[str, int]]) -> None:
    start = utc_now() - timedelta(days=300)
    rows = (
        {"user_id": user_id, "place": place, "timestamp": start + timedelta(minutes=place)}
        for user_id, number in shares
        for place in range(number)
    )
    session.connection().execute(insert(Task), [_task(**row) for row in rows])


def _task(user_id: str, place: int, timestamp: datetime) -> dict[str, object]:
    return {
        "user_id": user_id,
        "title": f"Task {place}",
        "description": "words " * 20,
        "completed": place % 20 > 0,
        "deleted_at": timestamp if place % 50 == 7 else None,
        "created_at": timestamp,
        "updated_at": timestamp,
        "idempotency_key": str(uuid4()),
        "version": 1,
    }


def _maintain(engine: Engine, *statements: str) -> None:
    with engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            plain.exec_driver_sql(statement)


def plan(connection: Connection, statement: str, values: object) -> str:
    """How the database would go about it, in its own words."""
    asked = "EXPLAIN " if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    rows = connection.exec_driver_sql(asked + statement, values).all()  # type: ignore[arg-type]
    return "\n".join(str(row[-1]) for row in rows)


def plans(database: Database, user_id: str, query: TaskQuery, action: str) -> list[str]:
    """The plan of each statement that the service of tasks sends."""
    return plans_of(database, lambda connection: getattr(Tasks(connection, Actor(user_id)), action)(query))


def plans_of(database: Database, ask: Callable[[Connection], object]) -> list[str]:
    sent: list[tuple[str, object]] = []

    def keep(_: object, __: object, statement: str, values: object, *___: object) -> None:
        sent.append((statement, values))

    with database.reading() as session:
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", keep)
        ask(connection)
        event.remove(connection, "before_cursor_execute", keep)
        return [plan(connection, *statement) for statement in sent]


def reads_it_all(told: str) -> bool:
    return bool(re.search(r"Seq Scan on tasks|\bSCAN tasks\b(?! USING)", told))


def sorts(told: str) -> int:
    """How many times something is sorted; the one page that was found always is, once more."""
    return len(re.findall(r"\bSort  \(|USE TEMP B-TREE", told))


@pytest.mark.parametrize("listed", LISTED)
def test_a_listed_query_uses_an_index(database: Database, listed: str) -> None:
    with database.reading() as session:
        other_user = session.connection().exec_driver_sql(f"SELECT id FROM users WHERE id <> '{OWNER}'").scalar()
        told = plan(session.connection(), LISTED[listed].replace(":ada", f"'{other_user}'"), ())

    assert re.search(r"ix_tasks_|uq_tasks_user_id_|sqlite_autoindex_tasks", told), told
    assert not reads_it_all(told)


@pytest.mark.parametrize("status", ["all", "pending", "completed"])
def test_the_newest_come_from_an_index_in_order(database: Database, status: str) -> None:
    (told,) = plans(database, OWNER, TaskQuery(status=status), "list")

    assert (OPEN_BY_TIME if status == "pending" else BY_TIME) in told, told
    assert not reads_it_all(told)
    assert sorts(told) == 1, told


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    ("sort", "index"), [("title", OPEN_BY_TITLE), ("updated", OPEN_BY_CHANGE), ("oldest", OPEN_BY_TIME)]
)
def test_every_order_of_open_tasks_comes_from_an_index(database: Database, sort: str, index: str) -> None:
    (told,) = plans(database, OWNER, TaskQuery(sort=sort, status="pending"), "list")

    assert index in told and sorts(told) == 1, told


@pytest.mark.databases("postgresql")
def test_the_generic_plan_walks_an_index_in_order(database: Database) -> None:
    """Other queries are planned each time: a plan for most users would read all tasks of a user with many."""
    with database.reading() as session:
        connection = session.connection()
        for sort, status, onward in product(SORTS, STATUSES, (False, True)):
            place = f"{'Task' if sort == 'title' else iso(utc_now())}~7" if onward else ""
            Tasks(connection, Actor(OWNER)).list(TaskQuery(sort=sort, status=status, after=place))
        known: dict[str, str] = connection.info["prepared"]
        assert len(known) == 2 * len([*SORTS, "newest of all", "oldest of all"])

        connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        for statement, execute in known.items():
            place = "Task" if "lower(tasks.title)" in statement else iso(utc_now())
            values = {"user": OWNER, "size": 51, "coalesce_1": 0, "coalesce_2": 0, "after_id": 7, "after_key": place}
            told = plan(connection, execute, values)
            assert sorts(told) == 1 and "Bitmap" not in told and not reads_it_all(told), told


def test_the_next_page_begins_where_the_last_one_ended(database: Database) -> None:
    with database.reading() as session:
        after = Tasks(session.connection(), Actor(OWNER)).list(TaskQuery(status="all")).next
    (told,) = plans(database, OWNER, TaskQuery(status="all", after=after or ""), "list")

    assert BY_TIME in told and sorts(told) == 1, told
    assert re.search(r"ROW\(created_at, id\) <|\(created_at,id\)<\(\?,\?\)|created_at<", told), told


def test_the_totals_are_one_row_found_by_its_key(database: Database) -> None:
    (told,) = plans(database, OWNER, TaskQuery(), "counts")

    assert re.search(r"pk_task_counts|sqlite_autoindex_task_counts_1", told), told
    assert not re.search(r"\btasks\b", told), told


LISTS = """INSERT INTO lists (user_id, name, name_key, colour, idempotency_key)
SELECT id, 'Home', 'home', 'teal', 'list ' || id FROM users"""
INTO_LISTS = "UPDATE tasks SET list_id = (SELECT id FROM lists WHERE user_id = tasks.user_id) WHERE id - id / 3 * 3 = 0"


def test_a_list_reads_its_open_tasks_only(database: Database) -> None:
    with database.transaction() as session:
        for statement in (LISTS, INTO_LISTS):
            session.connection().exec_driver_sql(statement)
        list_id = session.exec(select(List.id).where(List.user_id == OWNER)).one() or 0
    if database.engine.dialect.name == "postgresql":
        _maintain(database.engine, "VACUUM ANALYZE")

    (told,) = plans_of(database, lambda connection: Views(connection, Actor(OWNER)).of_list(list_id))

    # PostgreSQL estimates from a sample, and takes the index of all tasks where it expects a handful.
    if database.engine.dialect.name == "sqlite":
        assert "ix_tasks_open_position" in told, told
        assert "ix_tasks_user_id_list_id" not in told, told
    assert not reads_it_all(told), told


def test_deleting_a_person_finds_their_tasks_by_an_index(database: Database) -> None:
    with database.reading() as session:
        told = plan(session.connection(), "DELETE FROM tasks WHERE user_id = 'unknown'", ())

    assert not reads_it_all(told), told


@pytest.mark.parametrize("action", ["list", "counts"])
@pytest.mark.parametrize("words", ["needle", "needle task"])
def test_a_search_reads_what_the_index_finds_once(database: Database, action: str, words: str) -> None:
    (told,) = plans(database, OWNER, TaskQuery(q=words), action)

    assert not reads_it_all(told), told
    if database.engine.dialect.name == "postgresql":
        assert told.count(BY_SEARCH_TEXT) == 1, told
    else:
        assert told.count("SCAN task_search VIRTUAL TABLE") == 1, told
        assert told.index("SCAN task_search") < told.index("SEARCH tasks USING INTEGER PRIMARY KEY"), told


@pytest.mark.parametrize("words", ["a", "ne ed"])
def test_a_search_without_trigrams_reads_the_users_own_tasks(database: Database, words: str) -> None:
    (told,) = plans(database, OWNER, TaskQuery(q=words), "list")

    assert re.search(r"ix_tasks_|uq_tasks_user_id_|sqlite_autoindex_tasks", told), told
    assert not reads_it_all(told), told


def test_there_are_no_more_indexes_than_needed(database: Database) -> None:
    """Each costs every insert, and the one with the status every toggle: see docs/database.md."""
    found = {index["name"] for index in inspect(database.engine).get_indexes("tasks")}

    on_postgresql = {OPEN_BY_TITLE, BY_SEARCH_TEXT} if database.engine.dialect.name == "postgresql" else set()
    constraints = {"uq_tasks_user_id_idempotency_key", "uq_tasks_user_id_id"}
    assert found - constraints == {BY_TIME, OPEN_BY_TIME, OPEN_BY_CHANGE} | OTHERS | on_postgresql
