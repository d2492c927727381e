"""Opens a database for reading only, with a synchronous driver that is installed."""

import importlib.util
from pathlib import Path
from urllib.parse import quote, unquote

from sqlalchemy import URL, Connection, NullPool, create_engine, make_url
from sqlalchemy.exc import ArgumentError

# For each database its synchronous drivers: what SQLAlchemy calls them, and the module to look for.
_DRIVERS = {
    "postgresql": {"psycopg": "psycopg", "psycopg2": "psycopg2", "pg8000": "pg8000"},
    "sqlite": {"pysqlite": "sqlite3"},
    "mysql": {"pymysql": "pymysql", "mysqldb": "MySQLdb", "mysqlconnector": "mysql.connector"},
    "mariadb": {"pymysql": "pymysql", "mysqldb": "MySQLdb", "mariadbconnector": "mariadb"},
    "mssql": {"pyodbc": "pyodbc", "pymssql": "pymssql"},
    "oracle": {"oracledb": "oracledb", "cx_oracle": "cx_Oracle"},
}
_PACKAGES = {
    "postgresql": "psycopg[binary]",
    "mysql": "pymysql",
    "mariadb": "pymysql",
    "mssql": "pyodbc",
    "oracle": "oracledb",
}
# What asyncpg calls otherwise than libpq, and what only asyncpg knows.
_SSL_MODES = {"true": "require", "True": "require", "1": "require"}
_ONLY_ASYNCPG = {
    "prepared_statement_cache_size",
    "statement_cache_size",
    "command_timeout",
    "prepared_statement_name_func",
}
CONNECT_SECONDS = 10


class NoDriver(Exception):
    """No synchronous driver for the database is installed."""


def parsed_url(text: str) -> URL:
    """Raises ArgumentError for what is no URL, without repeating it: it may hold a password."""
    try:
        url = make_url(text)
    except ArgumentError as problem:
        raise ArgumentError("its URL cannot be parsed; it looks like postgresql://user:password@host/name") from problem
    return (
        url.set(drivername=url.drivername.replace("postgres", "postgresql", 1)) if url.drivername == "postgres" else url
    )


def synchronous(url: URL) -> URL:
    """The URL with a driver that blocks and is installed: its own if it is one. Raises NoDriver."""
    backend, _, driver = url.drivername.partition("+")
    drivers = _DRIVERS.get(backend)
    if drivers is None:
        return url
    order = sorted(drivers, key=lambda name: name != driver)
    found = next((name for name in order if _is_installed(drivers[name])), None)
    if found is None:
        package = _PACKAGES.get(backend, backend)
        raise NoDriver(
            f"no synchronous driver for {backend} is installed ({', '.join(drivers)}): pip install '{package}'"
        )
    synced = url.set(drivername=f"{backend}+{found}")
    return _translated(synced) if driver == "asyncpg" else synced


def connected(url: URL) -> Connection:
    """A connection on which the database itself refuses every change. Raises FileNotFoundError for a missing file."""
    url = synchronous(url)
    backend = url.get_backend_name()
    if backend == "sqlite":
        url = _read_only(url)
    timed = url.get_driver_name() in ("psycopg", "psycopg2", "pymysql", "mysqldb")
    arguments = {"connect_timeout": CONNECT_SECONDS} if timed else {}
    connection = create_engine(url, poolclass=NullPool, connect_args=arguments).connect()
    if backend == "postgresql":
        return connection.execution_options(postgresql_readonly=True)
    if backend in ("mysql", "mariadb"):
        connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
    return connection


def _read_only(url: URL) -> URL:
    """SQLite's URL of the file, so that no file is created: not the database, and nothing beside it."""
    name = unquote((url.database or "").removeprefix("file:"))
    if name in ("", ":memory:") or url.query.get("mode") == "memory":
        raise FileNotFoundError("a database in memory is empty: name a file")
    file = Path(name)
    if not file.is_file():
        raise FileNotFoundError(f"there is no file {name}")
    with file.open("rb") as opened:
        in_wal_mode = opened.read(20)[18:] == b"\2\2"
    # Reading in WAL mode creates the files of shared memory, unless a process has the database open.
    unused = in_wal_mode and not Path(f"{name}-wal").exists()
    mode = {"immutable": "1"} if unused else {"mode": "ro"}
    return url.set(database=f"file:{quote(name)}", query={**url.query, **mode, "uri": "true"})


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def _translated(url: URL) -> URL:
    """The options of asyncpg as libpq knows them."""
    query = {name: value for name, value in url.query.items() if name not in _ONLY_ASYNCPG}
    mode = query.pop("ssl", None)
    if isinstance(mode, str):
        query["sslmode"] = _SSL_MODES.get(mode, mode)
    return url.set(query=query)
