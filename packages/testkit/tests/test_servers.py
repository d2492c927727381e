from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import OperationalError

from testkit.chromium import running_chromium
from testkit.pgbouncer import PgBouncer
from testkit.postgres import fresh_database


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


def ask(url: str, statement: str) -> object:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"))
    try:
        with engine.begin() as connection:
            result = connection.exec_driver_sql(statement)
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_postgres_answers(postgres: str) -> None:
    assert str(ask(postgres, "SELECT version()")).startswith("PostgreSQL")


def test_postgres_lowers_letters_beyond_ascii(postgres: str) -> None:
    with fresh_database(postgres) as database:
        assert ask(database, "SELECT lower('ÉÜЖ')") == "éüж"


def test_postgres_finds_words_beyond_ascii(postgres: str) -> None:
    with fresh_database(postgres) as database:
        words = ask(database, "SELECT to_tsvector('simple', 'Éclair—naïve')::text")

        assert words == "'naïve':2 'éclair':1"


def test_fresh_databases_are_separate(postgres: str) -> None:
    with fresh_database(postgres) as one, fresh_database(postgres) as other:
        ask(one, "CREATE TABLE notes ()")

        assert ask(one, "SELECT to_regclass('notes')") == "notes"
        assert ask(other, "SELECT to_regclass('notes')") is None


def test_a_fresh_database_can_start_from_another(postgres: str) -> None:
    with fresh_database(postgres) as original:
        ask(original, "CREATE TABLE notes AS SELECT 'kept' AS words")

        with fresh_database(postgres, copy_of=original) as copy:
            assert ask(copy, "SELECT words FROM notes") == "kept"


def test_a_fresh_database_is_gone_afterwards(postgres: str) -> None:
    with fresh_database(postgres) as database:
        name = make_url(database).database

    left = ask(postgres, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'")

    assert left == 0


def test_the_pooler_connects_to_each_database(postgres: str, pooler: PgBouncer) -> None:
    with fresh_database(postgres) as database:
        name = ask(pooler.url_for(database), "SELECT current_database()")

    assert name == make_url(database).database


def test_the_pooler_shares_sessions_between_clients(pooler: PgBouncer) -> None:
    """Transaction mode: a setting of one client holds for the next one."""
    ask(pooler.url, "SET statement_timeout = '7s'")

    assert ask(pooler.url, "SHOW statement_timeout") == "7s"


def test_the_pooler_restarts_on_the_same_port(pooler: PgBouncer) -> None:
    pooler.kill()
    with pytest.raises(OperationalError):
        ask(pooler.url, "SELECT 1")

    pooler.start()

    assert ask(pooler.url, "SELECT 1") == 1


def test_chromium_opens_a_page_and_runs_its_script(browser: Browser) -> None:
    page = browser.new_page()

    page.goto("data:text/html,<script>document.title = [1, 2, 3].map(n => n * 2)</script>")

    assert page.title() == "2,4,6"


def test_chromium_renders_letters(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<p>Words</p>")
    with_words = page.screenshot()
    page.set_content("<p>&nbsp;</p>")

    assert page.screenshot() != with_words
