"""Statements with prepare=True are planned once per connection and return the same rows as unprepared ones."""

from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, String, bindparam, literal_column, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from testkit.pgbouncer import PgBouncer
from tests.client import ORIGIN, HtmlClient
from tests.conftest import settings_for
from tests.factories import Factory
from web.db.database import Database, is_transient
from web.db.prepared import _prepare_sql

on_postgresql = pytest.mark.databases("postgresql")
PREPARED = text("SELECT statement FROM pg_prepared_statements WHERE name LIKE 'daybook%' ORDER BY prepare_time")
PLANS = text("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements ORDER BY prepare_time")
FIRST, SECOND = bindparam("first", type_=String), bindparam("second", type_=String)
JOINED = select(FIRST.concat("%").concat(SECOND).concat(FIRST)).execution_options(prepare=True)
WORDS = select(literal_column("word")).select_from(text("words")).execution_options(prepare=True)


@pytest.fixture
def direct(postgres: str) -> Iterator[Database]:
    database = Database(settings_for(postgres).database_url)
    yield database
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS words"))
    database.close()


@pytest.fixture
def ada(app: Litestar, make: Factory) -> Iterator[HtmlClient]:
    with TestClient(app, base_url=ORIGIN) as client:
        yield HtmlClient(client).signed_in_as(make.user("Ada"), make)


def joined(connection: Connection, first: str, second: str) -> object:
    return connection.scalar(JOINED, {"first": first, "second": second})


def prepared(connection: Connection) -> list[str]:
    return list(connection.scalars(PREPARED))


@pytest.mark.parametrize("transaction", [False, True])
def test_each_connection_prepares_a_statement_once_and_binds_it_each_time(direct: Database, transaction: bool) -> None:
    for first, second in (("a", "b"), ("'; --", "%(first)s"), ("ß", "\\")):
        with direct.connect(transaction=transaction) as connection:
            assert joined(connection, first, second) == f"{first}%{second}{first}"

    with direct.connect(transaction=transaction) as one, direct.connect(transaction=transaction) as other:
        assert len(prepared(one)) == 1
        assert prepared(other) == []


def test_other_statements_are_not_prepared(direct: Database) -> None:
    with direct.connect(transaction=False) as connection:
        assert connection.scalar(text("SELECT :word"), {"word": "once"}) == "once"
        assert prepared(connection) == []


def test_a_failed_statement_works_later(direct: Database) -> None:
    with direct.connect(transaction=False) as connection:
        with pytest.raises(DBAPIError) as refused:
            connection.execute(WORDS)
        assert not is_transient(refused.value)

        connection.execute(text("CREATE TABLE words AS SELECT 'stored' AS word"))
        assert connection.scalar(WORDS) == "stored"


def test_behind_a_pooler_nothing_is_prepared(postgres: str, pooler: PgBouncer) -> None:
    database = Database(settings_for(pooler.url_for(postgres)).database_url)
    try:
        for transaction in (False, True):
            with database.connect(transaction=transaction) as connection:
                assert joined(connection, "a", "b") == "a%ba"
                assert prepared(connection) == []
    finally:
        database.close()


@pytest.mark.parametrize(
    ("change", "prepares_again"),
    [
        ("ALTER TABLE words ALTER COLUMN word TYPE integer USING 7", True),
        ("DEALLOCATE ALL", False),
    ],
)
def test_a_stale_plan_is_a_transient_error(direct: Database, change: str, prepares_again: bool) -> None:
    def work(connection: Connection) -> object:
        return connection.scalar(WORDS)

    with direct.connect(transaction=False) as connection:
        connection.execute(text("CREATE TABLE words AS SELECT '7' AS word"))
        assert work(connection) == "7"
        connection.execute(text(change))
        with pytest.raises(DBAPIError) as refused:
            work(connection)
        assert is_transient(refused.value)

    with direct.connect(transaction=False) as connection:
        assert str(work(connection)) == "7"
        assert bool(prepared(connection)) is prepares_again


def test_a_statement_name_that_is_taken_is_a_transient_error(direct: Database) -> None:
    with direct.connect(transaction=False) as connection:
        connection.exec_driver_sql(_prepare_sql(str(JOINED.compile(direct.engine)))[0].replace("%%", "%"))
        with pytest.raises(DBAPIError) as refused:
            joined(connection, "a", "b")
        assert is_transient(refused.value)

    with direct.connect(transaction=False) as connection:
        assert joined(connection, "a", "b") == "a%ba"
        assert prepared(connection) == []


@on_postgresql
def test_the_statements_of_a_page_and_a_click_are_planned_once(app: Litestar, ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user)
    with app.state.database.connect(transaction=False) as connection:
        # Statistics of a table that another test filled would make plans for one size of page cheaper.
        connection.exec_driver_sql("ANALYZE tasks")
    for number in range(24):
        assert ada.get("/tasks").status == 200
        assert ada.post(f"/tasks/{task.id}/{('complete', 'reopen')[number % 2]}", htmx=True).status == 200

    with app.state.database.connect(transaction=False) as connection:
        plans = connection.execute(PLANS).all()
    # Completing and reopening each have a statement of their own.
    for words, number in {"JOIN sessions": 1, "UPDATE tasks": 2}.items():
        assert sum(words in row.statement for row in plans) == number
    assert len(plans) == 6
    assert all(row.generic_plans > row.custom_plans for row in plans), plans


@on_postgresql
def test_pages_survive_a_migration_between_requests(ada: HtmlClient, session: Session) -> None:
    ada.post("/tasks", title="Water the plants")
    assert ada.get("/tasks").titles == ["Water the plants"]

    for kind in ("VARCHAR(250)", "VARCHAR(200)"):
        session.connection().exec_driver_sql(f"ALTER TABLE users ALTER COLUMN name TYPE {kind}")
        session.commit()
        page = ada.get("/tasks")
        assert (page.status, page.titles) == (200, ["Water the plants"])
