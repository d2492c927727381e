"""`--database` takes the URLs that projects have, also those of asynchronous drivers."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from model_doctor.database import connecting
from model_doctor.database.connecting import NoDriver, connected, parsed_url, synchronous
from test_cli import CLEAN, doctor


@pytest.fixture
def installed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only these modules are there."""
    monkeypatch.setattr(connecting, "_is_installed", lambda module: module in request.param)


@pytest.mark.parametrize(
    ("installed", "given", "used"),
    [
        (["psycopg", "psycopg2"], "postgresql+asyncpg://ada:pw@db/shop", "postgresql+psycopg://ada:pw@db/shop"),
        (["psycopg2"], "postgresql+asyncpg://ada:pw@db/shop", "postgresql+psycopg2://ada:pw@db/shop"),
        (["psycopg2"], "postgresql+psycopg://db/shop", "postgresql+psycopg2://db/shop"),
        (["psycopg"], "postgresql+psycopg2://db/shop", "postgresql+psycopg://db/shop"),
        (["psycopg", "psycopg2"], "postgresql+psycopg2://db/shop", "postgresql+psycopg2://db/shop"),
        (["pg8000"], "postgresql://db/shop", "postgresql+pg8000://db/shop"),
        (["psycopg2"], "postgres://db/shop", "postgresql+psycopg2://db/shop"),
        (["sqlite3"], "sqlite+aiosqlite:///shop.db", "sqlite+pysqlite:///shop.db"),
        (["sqlite3"], "sqlite:///shop.db", "sqlite+pysqlite:///shop.db"),
        (["pymysql"], "mysql+aiomysql://db/shop", "mysql+pymysql://db/shop"),
        (["MySQLdb"], "mysql+asyncmy://db/shop", "mysql+mysqldb://db/shop"),
        (
            ["psycopg"],
            "postgresql+asyncpg://db/shop?ssl=true&prepared_statement_cache_size=0",
            "postgresql+psycopg://db/shop?sslmode=require",
        ),
        (
            ["psycopg"],
            "postgresql+asyncpg://db/shop?ssl=verify-full",
            "postgresql+psycopg://db/shop?sslmode=verify-full",
        ),
        (["oracledb"], "oracle+oracledb_async://db/shop", "oracle+oracledb://db/shop"),
        (["pyodbc"], "mssql+aioodbc://db/shop", "mssql+pyodbc://db/shop"),
        (["psycopg"], "postgresql+psycopg_async://db/shop", "postgresql+psycopg://db/shop"),
        ([], "duckdb:///shop.db", "duckdb:///shop.db"),
    ],
    indirect=["installed"],
)
def test_a_synchronous_driver_that_is_there_is_used(installed: None, given: str, used: str) -> None:
    assert synchronous(parsed_url(given)).render_as_string(hide_password=False) == used


@pytest.mark.parametrize(
    ("installed", "given", "words"),
    [
        (["asyncpg"], "postgresql+asyncpg://db/shop", "psycopg, psycopg2, pg8000): pip install 'psycopg[binary]'"),
        ([], "mysql+aiomysql://db/shop", "no synchronous driver for mysql is installed"),
        ([], "oracle+oracledb://db/shop", "no synchronous driver for oracle is installed"),
    ],
    indirect=["installed"],
)
def test_what_is_needed_is_said_where_there_is_none(installed: None, given: str, words: str) -> None:
    with pytest.raises(NoDriver) as problem:
        synchronous(make_url(given))

    assert words in str(problem.value)


def test_what_is_no_url_is_not_repeated() -> None:
    with pytest.raises(ArgumentError) as problem:
        parsed_url("ada:hunter2@db/shop")

    assert "hunter2" not in str(problem.value)


def test_the_url_may_be_in_a_variable_of_an_env_file(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(CLEAN)
    (tmp_path / "local.env").write_text("SHOP_URL=sqlite+aiosqlite:///none.db\n")

    answer = doctor(tmp_path, "models", "--env-file", "local.env", "--database", "SHOP_URL")

    assert answer.returncode == 2
    assert "sqlite+aiosqlite:///none.db cannot be read: there is no file none.db" in answer.stdout


def test_a_wrong_url_is_exit_code_2_without_the_password(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(CLEAN)

    answer = doctor(tmp_path, "models", "--database", "ada:hunter2@db/shop")

    assert answer.returncode == 2
    assert "the database cannot be read: its URL cannot be parsed" in answer.stdout
    assert "Traceback" not in answer.stderr
    assert "hunter2" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
@pytest.mark.parametrize("url", ["sqlite+aiosqlite:///some 1.db", "sqlite:///file:some%201.db?mode=rw&uri=true"])
def test_nothing_is_created_beside_a_file_of_sqlite(tmp_path: Path, url: str, journal: str) -> None:
    (tmp_path / "models.py").write_text(CLEAN)
    with closing(sqlite3.connect(tmp_path / "some 1.db")) as connection:
        connection.execute(f"PRAGMA journal_mode={journal}")
        connection.execute("CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY)")
    before = (tmp_path.stat().st_mtime_ns, (tmp_path / "some 1.db").read_bytes())

    answer = doctor(tmp_path, "models", "--database", url)

    assert (answer.returncode, answer.stdout) == (0, "no findings in 1 table.\n"), answer.stderr
    assert (tmp_path.stat().st_mtime_ns, (tmp_path / "some 1.db").read_bytes()) == before


def test_what_is_in_the_write_ahead_log_is_read(tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(CLEAN)
    with closing(sqlite3.connect(tmp_path / "some.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE things (id INTEGER NOT NULL PRIMARY KEY)")

        answer = doctor(tmp_path, "models", "--database", "sqlite:///some.db")

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused(tmp_path: Path, url: str) -> None:
    (tmp_path / "models.py").write_text(CLEAN)

    answer = doctor(tmp_path, "models", "--database", url)

    assert answer.returncode == 2
    assert "a database in memory is empty" in answer.stdout


def test_the_database_itself_refuses_every_change(database_url: URL) -> None:
    with create_engine(database_url).begin() as connection:
        connection.exec_driver_sql("CREATE TABLE things (id INTEGER)")

    with connected(database_url) as connection, pytest.raises(DBAPIError, match=r"read-only|readonly"):
        connection.exec_driver_sql("INSERT INTO things VALUES (1)")


def test_asyncpgs_url_is_compared_on_a_real_postgresql(tmp_path: Path, postgres: str) -> None:
    url: URL = make_url(postgres).set(drivername="postgresql+asyncpg")
    (tmp_path / "models.py").write_text(CLEAN)

    answer = doctor(tmp_path, "models", "--database", url.render_as_string(hide_password=False))

    assert answer.returncode == 1, answer.stdout
    assert "things: the table is missing in the database." in answer.stdout
