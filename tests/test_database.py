"""What the address of a database says, and what Daybook adds to it."""

import re
from pathlib import Path

import pytest
from psycopg2.extensions import TRANSACTION_STATUS_IDLE
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.conftest import settings_for
from tests.servers.pgbouncer import PgBouncer
from web.database import SEATS, Database
from web.settings import ROOT


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


def test_everybody_with_a_seat_has_a_connection(postgres: str) -> None:
    database = Database(settings_for(postgres).database_url)
    try:
        for engine in (database.engine, database.autocommit):
            held = [engine.connect() for _ in range(SEATS)]
            for connection in held:
                connection.close()
    finally:
        database.close()


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
