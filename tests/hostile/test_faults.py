"""What Daybook depends on is killed, filled, moved or stopped while users write: no acknowledged write is lost.

Lost connections, restarts and crashes of PostgreSQL and of PgBouncer under a mixed load are in
tests/system/test_lost_connections.py.
"""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
import pytest
from sqlalchemy import make_url

from testkit import NotAvailable
from testkit.patience import wait_until
from testkit.postgres import PostgresServer, fresh_database, mortal_postgres
from testkit.processes import are_gone, children
from tests.databases import Databases, Stage, settings_for
from tests.hostile.claims import Claim
from tests.hostile.lengths import length
from tests.hostile.server import Server, serving
from tests.hostile.writing import again, integrity_of, writing
from tests.server.command import sign_up
from web.schema.better_auth import migrate_better_auth
from web.schema.migrate import upgrade

LARGEST_FILE = 1000


@pytest.fixture(scope="module")
def sqlite(databases: Databases) -> Iterator[tuple[Server, str]]:
    """A server with two workers on an SQLite file, and the address of the file."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="d-")))
        url = stack.enter_context(databases.copy("sqlite", Stage.HEAD))
        yield stack.enter_context(serving(folder, url, WEB_CONCURRENCY="2")), url


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[tuple[PostgresServer, str]]:
    try:
        with mortal_postgres() as (server, url), fresh_database(url) as database:
            migrate_better_auth(database_url=database)
            upgrade(settings_for(database).database_url)
            yield server, database
    except NotAvailable as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def postgresql(postgres_server: tuple[PostgresServer, str]) -> Iterator[tuple[Server, str]]:
    """A server with two workers on a PostgreSQL of its own, and the address of its database."""
    with (
        TemporaryDirectory(prefix="d-") as name,
        serving(Path(name), postgres_server[1], WEB_CONCURRENCY="2") as server,
    ):
        yield server, postgres_server[1]


def kill_a_worker(server: Server) -> None:
    worker = server.workers[0]
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: are_gone([worker]) and len(server.workers) == 2)


@pytest.mark.parametrize("site", ["sqlite", "postgresql"])
def test_a_killed_worker_loses_no_write(site: str, request: pytest.FixtureRequest, claim: Claim) -> None:
    server, url = request.getfixturevalue(site)
    kills = length(2, 100)

    with writing(server.address, url) as under:
        again(lambda: kill_a_worker(server), kills, under)

    claim(f"kill -9 of a worker, {site}", kills, under.check())


def test_the_whole_application_killed_loses_no_write(sqlite: tuple[Server, str], claim: Claim) -> None:
    server, url = sqlite
    kills = length(1, 100)

    def kill_all() -> None:
        server.kill()
        server.start()

    with writing(server.address, url) as under:
        again(kill_all, kills, under)

    assert integrity_of(Path(str(make_url(url).database))) == "ok"
    claim("kill -9 of the application, SQLite", kills, f"{under.check()}, file intact")


def test_a_stopped_application_loses_no_write(sqlite: tuple[Server, str], claim: Claim) -> None:
    server, url = sqlite
    stops = length(1, 20)

    def stop() -> None:
        assert server.stop() == 0
        server.start()

    with writing(server.address, url) as under:
        again(stop, stops, under)

    claim("SIGTERM and start", stops, under.check())


def test_a_killed_postgresql_loses_no_write(
    postgresql: tuple[Server, str], postgres_server: tuple[PostgresServer, str], claim: Claim
) -> None:
    server, url = postgresql
    kills = length(2, 100)

    def kill_postgresql() -> None:
        postgres_server[0].kill()
        postgres_server[0].restart("fast")

    with writing(server.address, url) as under:
        again(kill_postgresql, kills, under)

    claim("kill -9 of PostgreSQL and its backends", kills, under.check())


def test_a_hung_postgresql_loses_no_write(postgresql: tuple[Server, str], claim: Claim) -> None:
    """tests/db/test_statement_timeout.py shows that it holds no request for longer than a limit."""
    server, url = postgresql
    stops = length(2, 50)

    def hang() -> None:
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            backends = [pid for (pid,) in cursor.fetchall()]
        for pid in backends:
            os.kill(pid, signal.SIGSTOP)
        try:
            wait_until(lambda: is_stopped(backends))
        finally:
            for pid in backends:
                os.kill(pid, signal.SIGCONT)

    with writing(server.address, url) as under:
        again(hang, stops, under)

    claim("all backends of PostgreSQL stopped and continued", stops, under.check())


def is_stopped(pids: list[int]) -> bool:
    return all("T" in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in pids)


def test_a_read_only_postgresql_refuses_and_recovers(postgresql: tuple[Server, str], claim: Claim) -> None:
    """As after a failover to a replica, or where the disk of a managed database is full."""
    server, url = postgresql
    switches = length(2, 50)

    def switch() -> None:
        name = make_url(url).database
        with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            refused = sum(writer.retried for writer in under.writers)
            cursor.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            end_backends(cursor)
            wait_until(lambda: sum(writer.retried for writer in under.writers) > refused)
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            end_backends(cursor)

    with writing(server.address, url) as under:
        again(switch, switches, under)

    claim("PostgreSQL read-only and back", switches, under.check())


def end_backends(cursor: psycopg2.extensions.cursor) -> None:
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_a_full_disk_refuses_and_recovers(sqlite: tuple[Server, str], claim: Claim) -> None:
    """A limit on the size of files stands for it: no write succeeds, reading does."""
    server, url = sqlite
    times = length(2, 50)

    def fill() -> None:
        refused = sum(writer.retried for writer in under.writers)
        limit_files(server, LARGEST_FILE)
        wait_until(lambda: sum(writer.retried for writer in under.writers) > refused)
        limit_files(server, resource.RLIM_INFINITY)

    with writing(server.address, url) as under:
        again(fill, times, under)

    assert integrity_of(Path(str(make_url(url).database))) == "ok"
    claim("disk full and free again, SQLite", times, under.check())


def limit_files(server: Server, size: int) -> None:
    for pid in [server.pid, *children(server.pid)]:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def test_a_file_that_is_moved_away_takes_no_write(sqlite: tuple[Server, str], claim: Claim) -> None:
    server, url = sqlite
    moves, file = length(2, 50), Path(str(make_url(url).database))
    aside = file.with_name("moved.db")

    def move() -> None:
        refused = sum(writer.retried for writer in under.writers)
        file.rename(aside)
        wait_until(lambda: sum(writer.retried for writer in under.writers) > refused)
        aside.rename(file)

    with writing(server.address, url) as under:
        again(move, moves, under)

    claim("database file moved away and back", moves, under.check())


def test_a_killed_better_auth_keeps_no_signed_in_user_out(sqlite: tuple[Server, str], claim: Claim) -> None:
    server, url = sqlite
    kills, port = length(1, 10), int(server.env["PORT"])

    def kill() -> None:
        wait_until(lambda: server.better_auth)
        os.kill(server.better_auth, signal.SIGKILL)

    with writing(server.address, url) as under:
        again(kill, kills, under)

    assert [writer.retried for writer in under.writers] == [0] * len(under.writers)
    wait_until(lambda: sign_up(port, f"friend{kills}@example.com").status_code == 303)
    claim("kill -9 of Better Auth", kills, f"{under.check()}, signing up works again")
