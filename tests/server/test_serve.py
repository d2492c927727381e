"""The real command in a process of its own: it starts, says what is wrong, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg2
import pytest
from sqlalchemy import make_url

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.postgres import fresh_database
from tests.factories import SECRET, Factory
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.server.serve import CannotServe, load_or_create_secret
from web.settings import ROOT

DAYBOOK = [sys.executable, "-m", "web.cli"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose name is short enough for a socket in it."""
    with TemporaryDirectory(prefix="d-") as name:
        yield Path(name)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def environment(folder: Path, **changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DATABASE_URL": f"sqlite:///{folder / 'daybook.db'}",
        "BETTER_AUTH_SECRET": SECRET,
        "TMPDIR": str(folder),
        **changes,
    }


def daybook(command: str, env: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    words = [*DAYBOOK, command, *options]
    return subprocess.run(
        words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


@contextmanager
def running(command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*DAYBOOK, command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_until(lambda: answers(int(env["PORT"])) or process.poll() is not None)
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def children(pid: int) -> list[int]:
    """The processes below this one; from /proc, so that no tool is needed."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found + [grandchild for child in found for grandchild in children(child)]


def command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() and "State:\tZ" not in _status(pid) for pid in pids)


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "State:\tZ"


def sign_up(port: int, email: str = "ada@example.com", **headers: str) -> httpx.Response:
    return post(port, "/sign-up", {"name": "Ada", "email": email, "password": "correct horse"}, **headers)


def sign_in(port: int, email: str = "demo@example.com", password: str = "a-page-a-day") -> httpx.Response:
    return post(port, "/sign-in", {"email": email, "password": password})


def post(port: int, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{port}{path}", data=fields, headers=headers, timeout=PATIENCE_SECONDS)


class TestStarting:
    def test_gives_a_stranger_a_working_app(self, folder: Path) -> None:
        env = environment(folder, PORT=str(free_port()))

        with running("run", env) as process:
            signed_in = sign_in(int(env["PORT"]))
            process.send_signal(signal.SIGINT)
            said = process.stdout.read() if process.stdout else ""

        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/tasks")
        for words in (f"http://localhost:{env['PORT']}", "demo@example.com", "a-page-a-day", "Ctrl-C"):
            assert words in said

    def test_twice_adds_nothing(self, folder: Path) -> None:
        env = environment(folder, PORT=str(free_port()))
        for _ in range(2):
            with running("run", env):
                pass

        assert daybook("seed", env, "--people", "1", "--tasks", "24").returncode == 0
        with running("serve", env):
            cookie = sign_in(int(env["PORT"])).headers["set-cookie"].partition(";")[0]
            page = httpx.get(
                f"http://127.0.0.1:{env['PORT']}/tasks", headers={"cookie": cookie}, timeout=PATIENCE_SECONDS
            )

        assert 'data-all="24"' in page.text

    def test_keeps_its_files_to_their_owner(self, folder: Path) -> None:
        env = environment(folder, DATABASE_URL=f"sqlite:///{folder / 'new' / 'daybook.db'}")

        assert daybook("migrate", env).returncode == 0
        assert [oct(file.stat().st_mode)[-3:] for file in (folder / "new").iterdir()] == ["600"]

    def test_a_secret_is_made_once_and_whole(self, folder: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            secrets = list(pool.map(lambda _: load_or_create_secret(folder / "var"), range(32)))

        assert [len(secret) for secret in set(secrets)] == [64]
        assert [file.name for file in (folder / "var").iterdir()] == ["secret"]
        assert oct((folder / "var" / "secret").stat().st_mode)[-3:] == "600"

    def test_says_where_no_secret_can_be_kept(self, folder: Path) -> None:
        (folder / "var").write_text("a file, not a folder")

        with pytest.raises(CannotServe, match="BETTER_AUTH_SECRET"):
            load_or_create_secret(folder / "var")

    def test_works_with_several_workers(self, folder: Path) -> None:
        env = environment(folder, PORT=str(free_port()), WEB_CONCURRENCY="2")
        daybook("migrate", env)

        with running("serve", env) as process:
            # A fork keeps the command of what it was forked from, and shares its memory.
            wait_until(lambda: [command(pid) for pid in children(process.pid)].count(command(process.pid)) == 2)
            started = children(process.pid)
            answer = sign_up(int(env["PORT"]))
            process.terminate()
            process.wait(PATIENCE_SECONDS)

        assert answer.status_code == 303
        assert len(started) >= 3
        wait_until(lambda: gone(started))

    def test_works_on_postgresql(self, folder: Path, postgres: str) -> None:
        with fresh_database(postgres) as url:
            env = environment(folder, PORT=str(free_port()), DATABASE_URL=url)
            with running("run", env):
                assert sign_up(int(env["PORT"])).status_code == 303

    def test_starts_no_second_better_auth(self, folder: Path) -> None:
        first = environment(folder, PORT=str(free_port()))
        with running("run", first) as process:
            url = next(folder.glob("daybook-*/auth.sock"))
            second = {**first, "PORT": str(free_port()), "BETTER_AUTH_URL": f"unix:{url}"}
            second["APP_URL"] = f"http://localhost:{first['PORT']}"
            with running("serve", second) as beside:
                assert sign_up(int(second["PORT"])).status_code == 303
                assert len(children(process.pid)) == 1
                assert children(beside.pid) == []

    def test_believes_nobodys_word_on_where_they_come_from(self, folder: Path, postgres: str) -> None:
        with fresh_database(postgres) as url:
            env = environment(folder, PORT=str(free_port()), DATABASE_URL=url)
            with running("run", env):
                answer = sign_up(int(env["PORT"]), **{"x-forwarded-for": "6.6.6.6"})

            with psycopg2.connect(url) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT ip_address FROM sessions")
                assert (answer.status_code, cursor.fetchall()) == (303, [("127.0.0.1",)])
            connection.close()

    def test_limits_attempts_where_it_is_served_over_https(self, folder: Path) -> None:
        env = environment(folder, PORT=str(free_port()), APP_URL="https://daybook.example")
        daybook("migrate", env)
        pages: list[httpx.Response] = []

        def refused() -> bool:
            pages.append(sign_in(int(env["PORT"]), "ada@example.com", "a wild guess"))
            return pages[-1].status_code == 429

        with running("serve", env):
            wait_until(refused)

        # After three; where they took longer than what they are counted in, later.
        assert {page.status_code for page in pages[:3]} == {422}
        wait = pages[-1].headers["retry-after"]
        assert 1 <= int(wait) <= 10
        assert f"Too many attempts. Wait {wait} seconds and try again." in pages[-1].text


class TestEnding:
    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
    def test_ends_everything_it_started(self, folder: Path, how: signal.Signals) -> None:
        env = environment(folder, PORT=str(free_port()))

        with running("run", env) as process:
            started = children(process.pid)
            process.send_signal(how)
            code = process.wait(PATIENCE_SECONDS)

        assert started
        assert code == 0
        assert gone(started)
        assert not list(folder.glob("daybook-*"))

    @pytest.mark.parametrize("workers", ["1", "2"])
    def test_leaves_no_orphan_when_it_is_killed(self, folder: Path, workers: str) -> None:
        env = environment(folder, PORT=str(free_port()), WEB_CONCURRENCY=workers)

        with running("run", env) as process:
            started = children(process.pid)
            process.kill()

        wait_until(lambda: gone(started))

    def test_purges_what_was_deleted_long_ago(self, folder: Path) -> None:
        env = environment(folder)
        daybook("migrate", env)
        make = Factory(Database(make_url(env["DATABASE_URL"])))
        ada = make.user("Ada")
        for days in (29, 31):
            make.task(ada, f"Deleted {days} days ago", deleted_at=utc_now() - timedelta(days=days))

        first, second = daybook("purge", env), daybook("purge", env)

        assert (first.returncode, first.stdout) == (0, "Removed 1 deleted task.\n")
        assert (second.returncode, second.stdout) == (0, "Removed 0 deleted tasks.\n")

    def test_brings_better_auth_back(self, folder: Path) -> None:
        env = environment(folder, PORT=str(free_port()))

        with running("run", env) as process:
            (better_auth,) = children(process.pid)
            os.kill(better_auth, signal.SIGKILL)
            emails = (f"ada{number}@example.com" for number in count())
            wait_until(lambda: sign_up(int(env["PORT"]), next(emails)).status_code == 303)


class TestWhatIsWrong:
    """One sentence each, exit code not 0, nothing started."""

    def test_a_port_in_use(self, folder: Path) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            door.listen()
            env = environment(folder, PORT=str(door.getsockname()[1]))

            said_reports_errors(daybook("run", env), f"Port {env['PORT']}")

    @pytest.mark.parametrize("command", ["run", "serve", "migrate", "seed", "purge"])
    def test_a_database_that_does_not_answer(self, folder: Path, command: str) -> None:
        url = f"postgresql://ada:hunter2@127.0.0.1:{free_port()}/book"

        # And why, in the server's or the system's words.
        said_reports_errors(daybook(command, environment(folder, DATABASE_URL=url)), "does not answer: connection to")

    @pytest.mark.parametrize("command", ["run", "serve", "migrate", "seed"])
    def test_a_wrong_address(self, folder: Path, command: str) -> None:
        said_reports_errors(daybook(command, environment(folder, DATABASE_URL="mysql://x:hunter2@y/z")), "DATABASE_URL")

    @pytest.mark.parametrize("command", ["run", "serve", "migrate", "seed", "purge"])
    def test_a_file_that_is_no_database(self, folder: Path, command: str) -> None:
        letter = folder / "letter.txt"
        letter.write_text("Dear Grace, " * 200)
        env = environment(folder, DATABASE_URL=f"sqlite:///{letter}", PORT=str(free_port()))

        said_reports_errors(daybook(command, env), "letter.txt is not a readable SQLite database")
        assert letter.read_text().startswith("Dear Grace, ")

    @pytest.mark.parametrize(("python", "words"), [("old", "is older"), ("missing", "there is no")])
    def test_an_old_python(self, folder: Path, python: str, words: str) -> None:
        """Said by make, before anything of ours could run."""
        old = folder / "old"
        old.write_text(f'#!/bin/sh\ncase "$*" in *version_info*) exit 1;; esac\nexec {sys.executable} "$@"\n')
        old.chmod(0o700)
        shutil.copy(ROOT / "Makefile", folder)
        (folder / "requirements-install.txt").touch()

        made = subprocess.run(
            ["make", "run", f"PYTHON={folder / python}"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )

        assert made.returncode != 0
        assert made.stderr.splitlines()[0].startswith("Daybook needs Python 3.11 or newer, and")
        assert words in made.stderr.splitlines()[0]
        assert not (folder / ".venv").exists()

    def test_no_secret(self, folder: Path) -> None:
        env = environment(folder, BETTER_AUTH_SECRET="")

        said_reports_errors(daybook("serve", env), "BETTER_AUTH_SECRET")

    @pytest.mark.parametrize("command", ["serve", "seed", "purge"])
    def test_a_database_that_was_not_migrated(self, folder: Path, command: str) -> None:
        said_reports_errors(daybook(command, environment(folder, PORT=str(free_port()))), "daybook migrate")

    def test_seeds_where_real_people_may_be_at_work(self, folder: Path) -> None:
        env = environment(folder, APP_URL="https://daybook.example")
        daybook("migrate", env)

        said_reports_errors(daybook("seed", env), "--force")
        assert daybook("seed", env, "--force").returncode == 0

    def test_tables_that_better_auth_has_yet_to_make(self, folder: Path) -> None:
        env = environment(folder, BETTER_AUTH_URL="http://127.0.0.1:9")

        said_reports_errors(daybook("migrate", env), "users")


def said_reports_errors(result: subprocess.CompletedProcess[str], words: str) -> None:
    assert result.returncode not in (0, -9), result.stdout
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
