"""What the address of a database says, and what Daybook adds to it."""

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

# Comes back when it has ended.
ENDED = f"SELECT pg_terminate_backend(:number, {1000 * PATIENCE_SECONDS})"


def connected(url: str) -> str:
    database = Database(settings_for(url).database_url)
    try:
        with database.autocommit.connect() as connection:
            return str(connection.scalar(text("SHOW application_name")))
    finally:
        database.close()


@pytest.mark.parametrize("wish", ["sslmode=require", "sslmode=require&channel_binding=require"])
def test_an_address_that_asks_for_tls_gets_nothing_else(postgres: str, wish: str) -> None:
    with pytest.raises(OperationalError, match="does not support SSL"):
        connected(f"{postgres}?{wish}")


def test_what_the_address_says_counts_more(postgres: str) -> None:
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
def test_sqlite_acknowledges_what_is_on_the_disk(database: Database) -> None:
    full = 2
    for transaction in (False, True):
        with database.connect(transaction=transaction) as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == full


@pytest.mark.parametrize("transaction", [False, True])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO tasks (user_id, title) VALUES ('nobody', :title)",
        # PostgreSQL's answer quotes the whole row.
        "INSERT INTO tasks (user_id, title, version) VALUES ('nobody', :title, 0)",
        # And to this one the line that it does not understand.
        "INSERT INTO tasks (user_id, title) VALUES ('nobody', :title, missing)",
    ],
)
def test_what_people_wrote_stays_out_of_errors(database: Database, statement: str, transaction: bool) -> None:
    written = "Call the doc" + "tor"

    with pytest.raises(DBAPIError) as problem, database.connect(transaction=transaction) as connection:
        connection.execute(text(statement), {"title": written})

    # A traceback quotes the source as well, where these words are not in one partial.
    assert written not in "".join(traceback.format_exception(problem.value))


@pytest.mark.parametrize("transaction", [False, True])
def test_a_connection_that_rested_is_first_asked_whether_it_lives(
    postgres: str, monkeypatch: pytest.MonkeyPatch, transaction: bool
) -> None:
    database = Database(settings_for(postgres).database_url)
    monkeypatch.setattr("web.db.postgresql.PING_AFTER", PATIENCE_SECONDS)
    try:
        end_what_is_pooled(database, transaction)
        with pytest.raises(OperationalError), database.connect(transaction=transaction) as just_used:
            just_used.execute(text("SELECT 1"))

        end_what_is_pooled(database, transaction)
        monkeypatch.setattr("web.db.postgresql.PING_AFTER", 0)
        with database.connect(transaction=transaction) as rested:
            assert rested.scalar(text("SELECT 1")) == 1
    finally:
        database.close()


def end_what_is_pooled(database: Database, transaction: bool) -> None:
    """The server ends the connection that is the next to be lent out."""
    with database.connect(transaction=transaction) as connection:
        number = connection.scalar(text("SELECT pg_backend_pid()"))
    with database.connect(transaction=not transaction) as other:
        assert other.scalar(text(ENDED), {"number": number})


def test_a_pooler_is_asked_for_nothing_that_outlives_a_transaction(postgres: str, pooler: PgBouncer) -> None:
    """Reads stand alone and writes are one transaction, also where a server connection changes hands in between."""
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


def test_neon_is_described_with_the_names_that_daybook_knows() -> None:
    page = (Path(ROOT) / "docs" / "neon.md").read_text()

    documented = (Path(ROOT) / ".env.example").read_text()
    for name in set(re.findall(r"\b(?:DATABASE|BETTER_AUTH|APP|WEB)_[A-Z_]+\b", page)):
        assert f"\n{name}=" in documented
