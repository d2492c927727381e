"""Connections: options in DATABASE_URL, pool sizes, checks of idle connections, and error texts."""

import re
import traceback
from pathlib import Path

import pytest
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from testkit.patience import PATIENCE_SECONDS
from testkit.pgbouncer import PgBouncer
from tests.conftest import settings_for
from web.db.database import CONCURRENCY, Database
from web.settings import ROOT

# Returns once the backend has ended.
ENDED = f"SELECT pg_terminate_backend(:number, {1000 * PATIENCE_SECONDS})"


def connected(url: str) -> str:
    database = Database(settings_for(url).database_url)
    try:
        with database.autocommit.connect() as connection:
            return str(connection.scalar(text("SHOW application_name")))
    finally:
        database.close()


@pytest.mark.parametrize("options", ["sslmode=require", "sslmode=require&channel_binding=require"])
def test_an_url_that_requires_tls_never_connects_without(postgres: str, options: str) -> None:
    with pytest.raises(OperationalError, match="does not support SSL"):
        connected(f"{postgres}?{options}")


def test_options_in_the_url_override_ours(postgres: str) -> None:
    assert connected(postgres) == "daybook"
    assert connected(f"{postgres}?application_name=night%20shift&connect_timeout=3") == "night shift"


def test_every_slot_has_a_connection(postgres: str) -> None:
    database = Database(settings_for(postgres).database_url)
    try:
        for engine in (database.engine, database.autocommit):
            held = [engine.connect() for _ in range(CONCURRENCY)]
            for connection in held:
                connection.close()
    finally:
        database.close()


@pytest.mark.databases("sqlite")
def test_sqlite_commits_are_durable(database: Database) -> None:
    full = 2
    for transaction in (False, True):
        with database.connect(transaction=transaction) as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == full


@pytest.mark.parametrize("transaction", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tasks (user_id, title) VALUES ('unknown', :title)",
        # PostgreSQL's error message quotes the whole row.
        "INSERT INTO tasks (user_id, title, version) VALUES ('unknown', :title, 0)",
        # And for this one the line with the unknown column.
        "INSERT INTO tasks (user_id, title) VALUES ('unknown', :title, missing)",
    ],
)
def test_errors_do_not_contain_what_users_wrote(database: Database, statement: str, transaction: bool) -> None:
    written = "Call the doc" + "tor"

    with pytest.raises(DBAPIError) as problem, database.connect(transaction=transaction) as connection:
        connection.execute(text(statement), {"title": written})

    # A traceback quotes the source line too, so the literal above is split in two.
    assert written not in "".join(traceback.format_exception(problem.value))


@pytest.mark.parametrize("transaction", [False, True])
def test_an_idle_connection_is_pinged_before_use(
    postgres: str, monkeypatch: pytest.MonkeyPatch, transaction: bool
) -> None:
    database = Database(settings_for(postgres).database_url)
    monkeypatch.setattr("web.db.postgresql.PING_AFTER", PATIENCE_SECONDS)
    try:
        end_pooled_connection(database, transaction)
        with pytest.raises(OperationalError), database.connect(transaction=transaction) as just_used:
            just_used.execute(text("SELECT 1"))

        end_pooled_connection(database, transaction)
        monkeypatch.setattr("web.db.postgresql.PING_AFTER", 0)
        with database.connect(transaction=transaction) as idle:
            assert idle.scalar(text("SELECT 1")) == 1
    finally:
        database.close()


def end_pooled_connection(database: Database, transaction: bool) -> None:
    """PostgreSQL ends the connection that the pool would return next."""
    with database.connect(transaction=transaction) as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    with database.connect(transaction=not transaction) as other:
        assert other.scalar(text(ENDED), {"number": number})


def test_nothing_outlives_a_transaction_behind_a_pooler(postgres: str, pooler: PgBouncer) -> None:
    """Reads run in autocommit and writes in one transaction, also if the server connection changes in between."""
    database = Database(settings_for(pooler.url_for(postgres)).database_url)
    try:
        for _ in range(3):
            with database.reading() as session:
                session.connection().scalar(text("SELECT 1"))
                driver = session.connection().connection.dbapi_connection
                assert driver is not None and driver.info.transaction_status == TRANSACTION_STATUS_IDLE
            with database.transaction() as session:
                session.connection().exec_driver_sql("SET LOCAL statement_timeout = '7s'")
            with database.reading() as session:
                assert session.connection().scalar(text("SHOW statement_timeout")) == "0"
    finally:
        database.close()


def test_the_page_about_neon_uses_documented_variables() -> None:
    page = (Path(ROOT) / "docs" / "neon.md").read_text()

    documented = (Path(ROOT) / ".env.example").read_text()
    for name in set(re.findall(r"\b(?:DATABASE|BETTER_AUTH|APP|WEB)_[A-Z_]+\b", page)):
        assert f"\n{name}=" in documented
