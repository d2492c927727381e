"""The supervised Better Auth process: it serves on a private socket, restarts after a crash, and never outlives us."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import make_url

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.processes import are_gone
from tests.better_auth import answers, better_auth_process, http_client, sign_up, socket_path
from tests.client import ORIGIN
from tests.factories import SECRET
from web.auth.node import find_node
from web.auth.node_scripts import BetterAuthFailed
from web.db.database import Database
from web.server.better_auth import BetterAuthProcess

# What concerns the process and its HTTP server, and never reaches the database.
any_database = pytest.mark.databases("sqlite")


@any_database
def test_only_the_owner_can_open_its_socket(better_auth: BetterAuthProcess) -> None:
    socket = Path(socket_path(better_auth))

    assert answers(better_auth)
    assert socket.stat().st_mode & 0o777 == 0o600
    assert socket.parent.stat().st_mode & 0o777 == 0o700


def test_a_user_signs_up_signs_in_and_signs_out(better_auth: BetterAuthProcess, database: Database) -> None:
    with http_client(better_auth) as client:
        signed_up = sign_up(client, "Ada@Example.org")
    with http_client(better_auth) as client:
        credentials = {"email": "ada@example.org", "password": "correct horse"}
        signed_in = client.post("/sign-in/email", json=credentials)
        during = client.get("/get-session").json()
        signed_out = client.post("/sign-out", headers={"origin": ORIGIN})
        after = client.get("/get-session").json()

    assert (signed_up.status_code, signed_in.status_code, signed_out.status_code) == (200,) * 3
    assert during["user"]["email"] == "ada@example.org"
    assert after is None


@any_database
def test_a_folder_in_use_is_not_removed(better_auth: BetterAuthProcess, better_auth_tables: str) -> None:
    with better_auth_process(better_auth_tables):
        assert answers(better_auth)


@any_database
def test_the_pauses_between_crashes_grow(
    own_better_auth: BetterAuthProcess, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.server.better_auth.STABLE_SECONDS", PATIENCE_SECONDS)
    for _ in range(3):
        killed = own_better_auth.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda killed=killed: own_better_auth.pid != killed and answers(own_better_auth))  # type: ignore[misc]

    pauses = [message.split()[-2] for message in caplog.messages if "restarting in" in message]

    assert pauses == ["0.1", "0.2", "0.4"]


@any_database
def test_it_ends_when_its_parent_is_killed(better_auth_tables: str) -> None:
    script = f"""
        from web.auth.node_scripts import BetterAuthOptions
        from web.server.better_auth import BetterAuthProcess
        child = BetterAuthProcess(BetterAuthOptions(
            database_url={better_auth_tables!r}, secret={SECRET!r}, app_url={ORIGIN!r}
        ))
        print(child.start().pid, child.url, flush=True)
        input()
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout
    pid, url = parent.stdout.readline().split()
    assert not are_gone([int(pid)])

    parent.kill()
    parent.communicate()

    wait_until(lambda: are_gone([int(pid)]))
    abandoned = Path(url.removeprefix("unix:")).parent
    assert abandoned.exists()
    # The next process to start removes it.
    with better_auth_process(better_auth_tables):
        assert not abandoned.exists()


def test_stopping_leaves_no_process_and_no_folder(own_better_auth: BetterAuthProcess) -> None:
    pid, folder = own_better_auth.pid, Path(socket_path(own_better_auth)).parent
    assert pid

    own_better_auth.stop()
    own_better_auth.stop()

    assert are_gone([pid])
    assert not folder.exists()


@any_database
def test_it_checks_origins_whatever_the_environment_holds(
    better_auth_tables: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST", "1")
    monkeypatch.setenv("NODE_ENV", "test")
    monkeypatch.setenv("BETTER_AUTH_TRUSTED_ORIGINS", "http://evil.example")

    with better_auth_process(better_auth_tables) as process, http_client(process) as client:
        refused = client.post(
            "/sign-in/email",
            json={"email": "ada@example.org", "password": "correct horse"},
            headers={"origin": "http://evil.example", "cookie": "theme=dark"},
        )

    assert refused.status_code == 403


@any_database
def test_a_trusted_origin_is_allowed(better_auth_tables: str) -> None:
    headers = {"origin": "http://127.0.0.1:8000", "cookie": "theme=dark"}

    with (
        better_auth_process(better_auth_tables, trusted_origins=["http://127.0.0.1:*"]) as process,
        http_client(process) as client,
    ):
        allowed = client.post("/sign-out", headers=headers)

    assert allowed.status_code == 200


@any_database
@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-proto": "a b"},
        {"x-forwarded-host": "e vil"},
        {"x-forwarded-for": "not an address"},
        {"forwarded": "host=e vil"},
        {"host": "a b"},
        {"cookie": "better-auth.session_token=%zz; =; a"},
        {"origin": "a b"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_bad_header_gets_an_answer_and_ends_no_process(
    better_auth: BetterAuthProcess, headers: dict[str, str]
) -> None:
    pid = better_auth.pid

    with http_client(better_auth) as client:
        read = client.get("/get-session", headers=headers)
        written = client.post("/sign-out", headers=headers)

    assert read.status_code < 500
    assert written.status_code < 500
    assert better_auth.pid == pid
    assert answers(better_auth)


@any_database
def test_a_body_past_64_kilobytes_is_refused(better_auth: BetterAuthProcess) -> None:
    with http_client(better_auth) as client:
        refused = client.post("/sign-in/email", json={"email": "a" * 70_000, "password": ""})

    assert refused.status_code == 413
    assert answers(better_auth)


def test_it_refuses_to_start_without_its_tables(database_url: str) -> None:
    if file := make_url(database_url).database if database_url.startswith("sqlite") else None:
        with pytest.raises(BetterAuthFailed, match="no SQLite file"):
            better_auth_process(database_url).start()
        Path(file).touch()

    with pytest.raises(BetterAuthFailed, match="users"):
        better_auth_process(database_url).start()


@any_database
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"database_url": ""}, "DATABASE_URL is not set."),
        ({"database_url": "mysql://x/y"}, "DATABASE_URL must start with"),
        ({"database_url": "sqlite:///var/daybook.db"}, "by its absolute path"),
        ({"secret": ""}, "BETTER_AUTH_SECRET is not set."),
        ({"secret": "short"}, "BETTER_AUTH_SECRET must have at least 32 characters."),
        ({"app_url": ""}, "APP_URL is not set."),
        ({"app_url": "daybook"}, "APP_URL must be an origin"),
    ],
    ids=str,
)
def test_a_wrong_setting_is_reported_in_one_sentence(database_url: str, changes: dict[str, str], sentence: str) -> None:
    process = better_auth_process(**{"database_url": database_url, **changes})

    with pytest.raises(BetterAuthFailed) as refusal:
        process.start()

    assert str(refusal.value).startswith("Better Auth cannot start: ")
    assert sentence in str(refusal.value)
    assert process.pid is not None and are_gone([process.pid])


@any_database
def test_the_server_needs_a_socket_or_a_port(database_url: str) -> None:
    environment = {
        "DATABASE_URL": database_url,
        "APP_URL": ORIGIN,
        "BETTER_AUTH_SECRET": SECRET,
        "RATE_LIMIT": "off",
    }

    server = subprocess.run([find_node(), "auth/server.mjs"], env=environment, capture_output=True, text=True)

    assert server.returncode == 1
    assert server.stderr.splitlines()[-1].endswith("AUTH_SOCKET or AUTH_PORT is not set.")
