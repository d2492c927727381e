"""Daybook (Python) and Better Auth (Node) read one DATABASE_URL: both open one file, or log in to one server."""

import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from psycopg2 import sql
from sqlalchemy import inspect, make_url

from testkit.postgres import mortal_postgres
from tests.better_auth import better_auth_process, http_client, sign_up
from tests.factories import SECRET
from web.auth.cookie import token_of
from web.auth.node import find_node
from web.auth.node_scripts import FOLDER, NODE_OPTIONS, environment
from web.schema.locks import migration_engine
from web.settings import Settings

CREATE = """
import { openDatabase } from "./database.mjs";
const database = openDatabase(process.env.DATABASE_URL, { mayCreate: true });
const table = "create table made_by_node (id integer)";
await (database.exec?.(table) ?? database.query?.(table));
await (database.end?.() ?? database.close());
"""
# Byte E9 alone, as a system with the locale ISO-8859-1 writes é.
LATIN_1 = "T\udce9l\udce9chargements"
ODD = (
    "a b",
    " a ",
    "a+b",
    "a%b",
    "50%",
    "a%20b",
    "a%2Fb",
    "a/b?c#d",
    "p@ss:word",
    "[::1]",
    "&=;,$",
    "'\"\\",
    "Ärger ß €",
    "日本 🗓",
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Téléchargements/daybook.db", "Téléchargements/daybook.db"),
        ("Te\u0301le\u0301chargements/daybook.db", "Te\u0301le\u0301chargements/daybook.db"),
        (f"{LATIN_1}/daybook.db", f"{LATIN_1}/daybook.db"),
        ("ä.db", "ä.db"),
        ("%C3%A4.db", "ä.db"),
        ("a#1.db", "a#1.db"),
        ("50%.db", "50%.db"),
        ("50%25.db", "50%.db"),
        ("a b.db", "a b.db"),
        ("a%20b.db", "a b.db"),
        ("a+b&c=d;e.db", "a+b&c=d;e.db"),
        ("what%3F.db", "what?.db"),
        ("back\\slash.db", "back\\slash.db"),
        ("daybook.db\r", "daybook.db"),
        ("daybook.db \r\n", "daybook.db"),
    ],
)
def test_both_open_the_same_file(tmp_path: Path, written: str, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    settings = settings_of(f"sqlite:///{tmp_path}/{written}")

    assert created_by_node(settings)

    assert {found for found in tmp_path.rglob("*") if found.is_file()} == {file}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL that asks every role but its owner for a password."""
    with mortal_postgres() as (postgres, url):
        rules = postgres.folder / "data" / "pg_hba.conf"
        rules.write_text("host all daybook 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        postgres.restart("fast")
        yield url


@contextmanager
def role_with_database(server: str, name: str, password: str) -> Iterator[str]:
    """The host and port of a server with a role and its database, both of that name."""
    role = sql.Identifier(name)
    with closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, sql.Literal(password)))
        cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(role, role))
        yield f"127.0.0.1:{make_url(server).port}"
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(role))
        cursor.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.mark.parametrize("odd", ODD)
def test_both_log_in_with_the_same_name_and_password(server: str, odd: str) -> None:
    encoded = quote(odd, safe="")
    with role_with_database(server, odd, password=odd) as place:
        settings = settings_of(f"postgresql://{encoded}:{encoded}@{place}/{encoded}")

        assert created_by_node(settings)


@pytest.mark.parametrize("password", ["pass word", "pass+word", "a#b", "a/b", "a:b", "a%b", "a\\b", "ä€"])
def test_a_password_may_be_written_as_it_is(server: str, password: str) -> None:
    """Where SQLAlchemy can tell it from the rest of the URL: it has no @, and no % before two hexadecimal digits."""
    with role_with_database(server, "ada", password) as place:
        assert created_by_node(settings_of(f"postgres://ada:{password}@{place}/ada\r"))


@pytest.mark.parametrize(
    ("url", "variables"),
    [
        ("postgresql:///ada?user=ada&password=a%20b&host={host}&port={port}", {}),
        ("postgresql://{host}:{port}/ada", {"PGUSER": "ada", "PGPASSWORD": "a b"}),
        ("postgresql://ada@/ada", {"PGHOST": "{host}", "PGPORT": "{port}", "PGPASSWORD": "a b"}),
        ("postgresql://ada:a b@{host}:{port}/wrong?dbname=ada", {}),
        ("postgresql+psycopg2://ada:a%20b@{host}:{port}/ada?application_name=a%20b+c&connect_timeout=9", {}),
    ],
)
def test_both_read_the_query_and_the_variables_of_libpq(server: str, url: str, variables: dict[str, str]) -> None:
    with role_with_database(server, "ada", "a b") as place:
        host, port = place.split(":")
        given = {name: value.format(host=host, port=port) for name, value in variables.items()}

        assert created_by_node(settings_of(url.format(host=host, port=port), **given))


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "secret", ["ключ подлиннее тридцати двух знаков", "🗝" * 32, 'a secret with %41, "quotes" and \\ in it']
)
def test_both_sign_with_the_same_secret(better_auth_tables: str, secret: str) -> None:
    with better_auth_process(better_auth_tables, secret=secret) as process, http_client(process) as client:
        signed_up = sign_up(client, "ada@example.org")

    cookie = signed_up.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert token_of([cookie], secret) == signed_up.json()["token"]


def settings_of(url: str, **variables: str) -> Settings:
    return Settings.from_environment({"DATABASE_URL": url, "BETTER_AUTH_SECRET": SECRET, **variables})


def created_by_node(settings: Settings) -> bool:
    """Let Node create a table as Better Auth's scripts connect, and look for it with Python."""
    node = [str(find_node()), *NODE_OPTIONS, "--input-type=module", "--eval", CREATE]
    subprocess.run(node, cwd=FOLDER, env=environment(DATABASE_URL=settings.node_database_url()), check=True)
    with closing(migration_engine(settings.database_url).connect()) as connection:
        return inspect(connection).has_table("made_by_node")
