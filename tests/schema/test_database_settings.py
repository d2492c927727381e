"""PostgreSQL databases that are set up otherwise: made right for Daybook's connections, or refused before it starts."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import psycopg2
import pytest
from litestar.testing import TestClient
from sqlalchemy import inspect, make_url

from tests.better_auth import better_auth_process
from tests.client import ORIGIN, HtmlClient
from tests.databases import Databases, Stage, settings_for
from web.app import create_app
from web.schema.locks import MigrationFailed, migration_engine
from web.schema.migrate import migrate
from web.schema.plan import pending
from web.settings import Settings

UTF8 = "ENCODING 'UTF8' LOCALE 'C.UTF-8'"
# What a database, a role or an operator's habit may set.
STYLES = (
    "datestyle = 'German'",
    "datestyle = 'SQL, DMY'",
    "datestyle = 'Postgres, MDY'",
    "client_encoding = 'LATIN1'",
    "timezone = 'America/St_Johns'",
    "intervalstyle = 'sql_standard'",
    "bytea_output = 'escape'",
    "default_transaction_isolation = 'serializable'",
)


def execute(server: str, *statements: str) -> None:
    with closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def database_with(server: str, options: str, *settings: str) -> Iterator[Settings]:
    """A new database with these options of CREATE DATABASE and these settings."""
    name = f"daybook_{uuid4().hex}"
    execute(server, f"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER libc {options}")
    execute(server, *(f"ALTER DATABASE {name} SET {setting}" for setting in settings))
    try:
        yield settings_for(make_url(server).set(database=name).render_as_string(hide_password=False))
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("options", "setting", "words"),
    [
        ("ENCODING 'SQL_ASCII' LOCALE 'C'", "", "stores text as SQL_ASCII"),
        ("ENCODING 'LATIN1' LOCALE 'C'", "", "stores text as LATIN1"),
        ("ENCODING 'EUC_JP' LOCALE 'C'", "", "stores text as EUC_JP"),
        (UTF8, "default_transaction_read_only = on", "allows no changes"),
        (UTF8, "search_path = missing", "has no schema"),
        (UTF8, "standard_conforming_strings = off", "as an escape"),
        (UTF8, "session_replication_role = replica", "runs no triggers"),
    ],
)
def test_an_unsuitable_database_is_refused_before_anything_is_created(
    postgres: str, options: str, setting: str, words: str
) -> None:
    with database_with(postgres, options, *filter(None, [setting])) as settings:
        for attempt in (migrate, pending):
            with pytest.raises(MigrationFailed) as refused:
                attempt(settings)

            assert words in str(refused.value)
            assert "\n" not in str(refused.value)
        with closing(migration_engine(settings.database_url).connect()) as connection:
            assert inspect(connection).get_table_names("public") == []


def test_a_database_in_use_is_only_warned_about(
    postgres: str, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    with databases.copy("postgresql", Stage.HEAD) as url:
        execute(postgres, f"ALTER DATABASE {make_url(url).database} SET session_replication_role = replica")

        migrate(settings_for(url))

    assert "runs no triggers" in caplog.text


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_locale_without_letters_is_only_warned_about(
    postgres: str, caplog: pytest.LogCaptureFixture, locale: str
) -> None:
    with database_with(postgres, f"ENCODING 'UTF8' LOCALE '{locale}'") as settings:
        migrate(settings)

        assert pending(settings) == []
    assert "in which Ä and ä are two letters where titles are sorted" in caplog.text


def test_migrates_whatever_the_style_of_its_values(postgres: str) -> None:
    with database_with(postgres, UTF8, *STYLES) as settings:
        migrate(settings)

        assert pending(settings) == []


@pytest.mark.parametrize("styles", [STYLES[:1] + STYLES[3:], STYLES[1:2], STYLES[2:3]], ids=lambda styles: styles[0])
def test_works_whatever_the_style_of_its_values(postgres: str, databases: Databases, styles: tuple[str, ...]) -> None:
    with databases.copy("postgresql", Stage.HEAD) as url:
        execute(postgres, *(f"ALTER DATABASE {make_url(url).database} SET {style}" for style in styles))
        with (
            better_auth_process(url) as better_auth,
            TestClient(create_app(settings_for(url, BETTER_AUTH_URL=better_auth.url)), base_url=ORIGIN) as client,
        ):
            ada = HtmlClient(client)
            fields = {"name": "Ada €", "email": "ada@example.com", "password": "correct horse"}
            ada.cookie = ada.post("/sign-up", **fields).headers["set-cookie"].partition(";")[0]

            added = ada.post("/tasks", title="Ärger am 11.12. um 5 €")
            seen_by_node = ada.get("/api/auth/get-session").response.json()

            assert added.status == 303
            assert ada.get("/tasks").titles == ["Ärger am 11.12. um 5 €"]
            assert seen_by_node["user"]["name"] == "Ada €"
