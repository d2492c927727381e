"""`daybook run` and `daybook serve` as real processes: what a started application does."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg2
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.postgres import fresh_database
from testkit.processes import are_gone, children, command_line
from tests.server.command import (
    daybook,
    environment,
    free_port,
    running,
    sign_in,
    sign_up,
)
from tests.server.conftest import MigratedEnvironment
from web.domain.push_keys import vapid_key
from web.server.serve import CannotServe, load_or_create_secret, load_or_create_vapid_key


@dataclass(frozen=True)
class Started:
    """A running `daybook run`, its environment and its folder."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    folder: Path

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])


@pytest.fixture(scope="module")
def started() -> Iterator[Started]:
    """`daybook run` on an empty SQLite database, one for all tests that leave it running."""
    with TemporaryDirectory(prefix="d-") as name:
        env = environment(Path(name), PORT=str(free_port()))
        with running("run", env) as process:
            yield Started(process, env, Path(name))


@pytest.fixture(scope="module")
def postgres_site(postgres: str) -> Iterator[dict[str, str]]:
    """The environment of a running `daybook run` on PostgreSQL."""
    with fresh_database(postgres) as url, TemporaryDirectory(prefix="d-") as name:
        env = environment(Path(name), PORT=str(free_port()), DATABASE_URL=url)
        with running("run", env):
            yield env


def tasks_of_the_demo(port: int) -> int:
    cookie = sign_in(port).headers["set-cookie"].partition(";")[0]
    page = httpx.get(f"http://127.0.0.1:{port}/tasks", headers={"cookie": cookie}, timeout=PATIENCE_SECONDS)
    found = re.search(r'data-all="(\d+)"', page.text)
    return int(found[1]) if found else 0


class TestRun:
    def test_prints_an_address_and_a_login_that_work(self, folder: Path) -> None:
        env = environment(folder, PORT=str(free_port()))

        with running("run", env) as process:
            signed_in = sign_in(int(env["PORT"]))
            process.send_signal(signal.SIGINT)
            printed = process.stdout.read() if process.stdout else ""

        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
        for words in (f"http://localhost:{env['PORT']}", "demo@example.com", "a-page-a-day", "Ctrl-C"):
            assert words in printed

    def test_adds_no_second_demo_user(self, started: Started) -> None:
        again = {**started.environment, "PORT": str(free_port())}
        before = tasks_of_the_demo(started.port)
        with running("run", again):
            pass

        assert daybook("seed", again).returncode == 0

        assert tasks_of_the_demo(started.port) == before > 40

    def test_two_on_one_host_do_not_sign_each_other_out(self, started: Started) -> None:
        other = {**started.environment, "PORT": str(free_port()), "BETTER_AUTH_SECRET": "s" * 32}
        with running("run", other), httpx.Client(timeout=PATIENCE_SECONDS) as browser:
            sites = [f"http://127.0.0.1:{port}" for port in (started.port, other["PORT"])]
            for number, site in enumerate(sites):
                fields = {"name": "Ada", "email": f"both{number}@example.com", "password": "correct horse"}
                assert browser.post(f"{site}/sign-up", data=fields).status_code == 303

            assert [browser.get(f"{site}/tasks").status_code for site in sites] == [200, 200]

    def test_restarts_better_auth_after_a_crash(self, started: Started) -> None:
        (better_auth,) = children(started.process.pid)

        os.kill(better_auth, signal.SIGKILL)

        emails = (f"ada{number}@example.com" for number in count())
        wait_until(lambda: sign_up(started.port, next(emails)).status_code == 303)

    def test_serves_sign_ups_again_after_the_temporary_folder_was_emptied(self, started: Started) -> None:
        for folder in started.folder.glob("daybook-*"):
            shutil.rmtree(folder)

        emails = (f"grace{number}@example.com" for number in count())
        wait_until(lambda: list(started.folder.glob("daybook-*/auth.sock")))
        wait_until(lambda: sign_up(started.port, next(emails)).status_code == 303)

    def test_works_on_postgresql(self, postgres_site: dict[str, str]) -> None:
        assert sign_up(int(postgres_site["PORT"])).status_code == 303

    def test_stores_the_address_of_the_connection_not_of_a_header(self, postgres_site: dict[str, str]) -> None:
        answer = sign_up(int(postgres_site["PORT"]), "grace@example.com", **{"x-forwarded-for": "6.6.6.6"})

        with psycopg2.connect(postgres_site["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT ip_address FROM sessions")
            assert (answer.status_code, {*cursor.fetchall()}) == (303, {("127.0.0.1",)})
        connection.close()


class TestServe:
    def test_starts_no_better_auth_if_one_is_configured(self, started: Started) -> None:
        socket = next(started.folder.glob("daybook-*/auth.sock"))
        env = {**started.environment, "PORT": str(free_port()), "BETTER_AUTH_URL": f"unix:{socket}"}
        env |= {
            "APP_URL": f"http://localhost:{started.port}",
            "BETTER_AUTH_COOKIE_PREFIX": f"better-auth-{started.port}",
        }

        with running("serve", env) as second:
            assert sign_up(int(env["PORT"]), "second@example.com").status_code == 303
            assert len(children(started.process.pid)) == 1
            assert children(second.pid) == []

    def test_works_with_several_workers(self, migrated_environment: MigratedEnvironment) -> None:
        env = migrated_environment(PORT=str(free_port()), WEB_CONCURRENCY="2")

        with running("serve", env) as process:
            # A forked worker keeps the command line of its parent.
            command = command_line(process.pid)
            wait_until(lambda: [command_line(pid) for pid in children(process.pid)].count(command) == 2)
            descendants = children(process.pid)
            answer = sign_up(int(env["PORT"]))
            process.terminate()
            process.wait(PATIENCE_SECONDS)

        assert answer.status_code == 303
        assert len(descendants) >= 3
        wait_until(lambda: are_gone(descendants))

    def test_limits_sign_in_attempts_if_served_over_https(self, migrated_environment: MigratedEnvironment) -> None:
        env = migrated_environment(PORT=str(free_port()), APP_URL="https://daybook.example")
        pages: list[httpx.Response] = []

        def is_refused() -> bool:
            pages.append(sign_in(int(env["PORT"]), "ada@example.com", "a wild guess"))
            return pages[-1].status_code == 429

        with running("serve", env):
            wait_until(is_refused)

        # After three attempts, or later if the machine took longer than the time they are counted in.
        assert {page.status_code for page in pages[:3]} == {422}
        wait = pages[-1].headers["retry-after"]
        assert 1 <= int(wait) <= 10
        assert f"Too many attempts. Wait {wait} second" in pages[-1].text


class TestFiles:
    def test_the_database_is_readable_by_its_owner_only(self, folder: Path) -> None:
        env = environment(folder, DATABASE_URL=f"sqlite:///{folder / 'new' / 'daybook.db'}")

        assert daybook("migrate", env).returncode == 0
        assert [oct(file.stat().st_mode)[-3:] for file in (folder / "new").iterdir()] == ["600"]

    def test_concurrent_starts_agree_on_one_whole_secret(self, folder: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            secrets = list(pool.map(lambda _: load_or_create_secret(folder / "var"), range(32)))

        assert [len(secret) for secret in set(secrets)] == [64]
        assert [file.name for file in (folder / "var").iterdir()] == ["secret"]
        assert oct((folder / "var" / "secret").stat().st_mode)[-3:] == "600"

    def test_the_key_of_notifications_is_kept_like_the_secret(self, folder: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: load_or_create_vapid_key(folder / "var"), range(32)))

        assert [vapid_key(key) for key in keys] == list(keys) and len(keys) == 1
        assert [file.name for file in (folder / "var").iterdir()] == ["vapid-key"]
        assert oct((folder / "var" / "vapid-key").stat().st_mode)[-3:] == "600"

    def test_a_secret_that_cannot_be_stored_is_an_error(self, folder: Path) -> None:
        (folder / "var").write_text("a file, not a folder")

        with pytest.raises(CannotServe, match="BETTER_AUTH_SECRET"):
            load_or_create_secret(folder / "var")
