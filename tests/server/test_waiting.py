"""A database that comes later than Daybook: the start waits for it, for as long as DATABASE_WAIT_SECONDS says."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import make_url

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.postgres import PostgresServer, mortal_postgres
from tests.schema.test_database_settings import execute
from tests.server.command import DAYBOOK, answers, daybook, environment, free_port, sign_up
from web.settings import ROOT

Server = tuple[PostgresServer, str]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with mortal_postgres() as started:
        yield started


@pytest.fixture(scope="module")
def template(server: Server) -> str:
    """The name of a migrated database on that server."""
    execute(server[1], "CREATE DATABASE earlier TEMPLATE template0")
    with TemporaryDirectory(prefix="d-") as folder:
        assert daybook("migrate", environment(Path(folder), DATABASE_URL=url_of(server, "earlier"))).returncode == 0
    return "earlier"


def url_of(server: Server, database: str) -> str:
    return make_url(server[1]).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def env(folder: Path) -> dict[str, str]:
    """The environment of a `daybook` that waits for its database."""
    return environment(folder, DATABASE_WAIT_SECONDS=str(PATIENCE_SECONDS), PORT=str(free_port()))


@pytest.fixture
def with_database(env: dict[str, str], server: Server, template: str) -> dict[str, str]:
    """The same with a migrated database on that server."""
    execute(server[1], "DROP DATABASE IF EXISTS later WITH (FORCE)", f"CREATE DATABASE later TEMPLATE {template}")
    return env | {"DATABASE_URL": url_of(server, "later")}


@contextmanager
def started(command: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command, once it waits for its database."""
    with log.open("w") as output:
        process = subprocess.Popen([*DAYBOOK, command], cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        wait_until(lambda: "waiting for up to" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize("command", ["serve", "run"])
def test_serves_once_the_database_has_started(
    folder: Path, with_database: dict[str, str], server: Server, command: str
) -> None:
    env = with_database
    server[0].stop()
    try:
        with started(command, env, folder / "log") as process:
            server[0].restart("fast")
            wait_until(lambda: answers(int(env["PORT"])) or process.poll() is not None)

            assert sign_up(int(env["PORT"])).status_code == 303
    finally:
        server[0].restart("fast")
    assert (folder / "log").read_text().count("waiting for up to") == 1


def test_migrates_once_the_database_was_created(folder: Path, with_database: dict[str, str], server: Server) -> None:
    execute(server[1], "DROP DATABASE later WITH (FORCE)")

    with started("migrate", with_database, folder / "log") as process:
        execute(server[1], "CREATE DATABASE later TEMPLATE template0")

        assert process.wait(PATIENCE_SECONDS) == 0


def test_stops_at_once_while_it_waits(folder: Path, env: dict[str, str]) -> None:
    env["DATABASE_URL"] = "postgresql://ada@no-such-host.invalid/later"

    with started("serve", env, folder / "log") as process:
        process.terminate()

        assert process.wait(PATIENCE_SECONDS) == 0


def test_gives_up_after_the_time_that_was_set(folder: Path, env: dict[str, str]) -> None:
    env |= {"DATABASE_URL": f"postgresql://ada@127.0.0.1:{free_port()}/later", "DATABASE_WAIT_SECONDS": "1"}

    given_up = daybook("serve", env)

    assert given_up.returncode == 1
    assert "waiting for up to 1 s" in given_up.stderr.splitlines()[0]
    assert given_up.stderr.splitlines()[-1].startswith("Error: The database at ")
