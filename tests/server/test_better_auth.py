import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.postgres import fresh_database
from web.auth.node import find_node
from web.auth.node_scripts import NODE_OPTIONS, BetterAuthFailed
from web.schema.better_auth import migrate_better_auth, pending_in_better_auth
from web.schema.migrate import BETTER_AUTH_TABLES
from web.server.better_auth import BetterAuthProcess

SECRET = "a secret for tests, long enough to be one"
APP_URL = "http://daybook.test"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'daybook.db'}"
    else:
        with fresh_database(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
def better_auth(database_url: str) -> Iterator[BetterAuthProcess]:
    migrate_better_auth(database_url=database_url)
    with a_child(database_url) as child:
        yield child


def a_child(database_url: str, **changes: Any) -> BetterAuthProcess:
    return BetterAuthProcess(
        **{
            "database_url": database_url,
            "secret": SECRET,
            "app_url": APP_URL,
            "rate_limit": False,
            **changes,
        }
    )


def client(child: BetterAuthProcess) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=child.url.removeprefix("unix:"))
    return httpx.Client(transport=transport, base_url=f"{APP_URL}/api/auth", timeout=PATIENCE_SECONDS)


def sign_up(browser: httpx.Client, email: str) -> httpx.Response:
    user = {"name": "Ada", "email": email, "password": "correct horse"}
    return browser.post("/sign-up/email", json=user)


def loads_first(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Node runs this JavaScript before Better Auth: its clock, its timers and its hashing in a test's hand."""
    options = [*NODE_OPTIONS, f"--import=data:text/javascript,{quote(script)}"]
    monkeypatch.setattr("web.auth.node_scripts.NODE_OPTIONS", options)


def answers(child: BetterAuthProcess) -> bool:
    if not listens(child):
        return False
    with client(child) as browser:
        return browser.get("/ok").text == '{"ok":true}'


def listens(child: BetterAuthProcess) -> bool:
    with socket.socket(socket.AF_UNIX) as buffer:
        return buffer.connect_ex(child.url.removeprefix("unix:")) == 0


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return state.stdout.strip() != "" and not state.stdout.startswith("Z")


def test_it_answers_on_a_socket_only_its_owner_can_open(better_auth: BetterAuthProcess) -> None:
    buffer = Path(better_auth.url.removeprefix("unix:"))

    assert answers(better_auth)
    assert buffer.stat().st_mode & 0o777 == 0o600
    assert buffer.parent.stat().st_mode & 0o777 == 0o700


def test_a_person_signs_up_signs_in_and_signs_out(better_auth: BetterAuthProcess) -> None:
    with client(better_auth) as browser:
        signed_up = sign_up(browser, "Ada@Example.org")
    with client(better_auth) as browser:
        who = {"email": "ada@example.org", "password": "correct horse"}
        signed_in = browser.post("/sign-in/email", json=who)
        during = browser.get("/get-session").json()
        signed_out = browser.post("/sign-out", headers={"origin": APP_URL})
        after = browser.get("/get-session").json()

    assert (signed_up.status_code, signed_in.status_code, signed_out.status_code) == (200,) * 3
    assert during["user"]["email"] == "ada@example.org"
    assert after is None


def test_it_comes_back_at_the_same_place_after_a_crash(
    better_auth: BetterAuthProcess, caplog: pytest.LogCaptureFixture
) -> None:
    first, place = better_auth.pid, better_auth.url
    assert first

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: better_auth.pid != first and answers(better_auth))
    assert better_auth.url == place
    assert "Better Auth exited with -9; restarting in 0.1 s." in caplog.messages


def test_the_pauses_between_crashes_grow(
    better_auth: BetterAuthProcess, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.server.better_auth.STABLE_SECONDS", PATIENCE_SECONDS)
    for _ in range(3):
        killed = better_auth.pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda killed=killed: better_auth.pid != killed and answers(better_auth))  # type: ignore[misc]

    pauses = [message.split()[-2] for message in caplog.messages if "restarting in" in message]

    assert pauses == ["0.1", "0.2", "0.4"]


def test_it_ends_when_its_parent_is_killed(database_url: str) -> None:
    migrate_better_auth(database_url=database_url)
    script = f"""
        from web.server.better_auth import BetterAuthProcess
        child = BetterAuthProcess(
            database_url={database_url!r}, secret={SECRET!r}, app_url={APP_URL!r}
        )
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
    assert is_alive(int(pid))

    parent.kill()
    parent.communicate()

    wait_until(lambda: not is_alive(int(pid)))
    Path(url.removeprefix("unix:")).parent.rmdir()


def test_stopping_leaves_no_process_and_no_folder(better_auth: BetterAuthProcess) -> None:
    pid, folder = better_auth.pid, Path(better_auth.url.removeprefix("unix:")).parent
    assert pid

    better_auth.stop()
    better_auth.stop()

    assert not is_alive(pid)
    assert not folder.exists()


def test_its_checks_of_origins_hold_whatever_our_environment_says(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST", "1")
    monkeypatch.setenv("NODE_ENV", "test")
    monkeypatch.setenv("BETTER_AUTH_TRUSTED_ORIGINS", "http://evil.example")
    migrate_better_auth(database_url=database_url)

    with a_child(database_url) as child, client(child) as browser:
        refused = browser.post(
            "/sign-in/email",
            json={"email": "ada@example.org", "password": "correct horse"},
            headers={"origin": "http://evil.example", "cookie": "theme=dark"},
        )

    assert refused.status_code == 403


def test_an_origin_we_trust_may_call(database_url: str) -> None:
    migrate_better_auth(database_url=database_url)
    headers = {"origin": "http://127.0.0.1:8000", "cookie": "theme=dark"}

    with (
        a_child(database_url, trusted_origins=["http://127.0.0.1:*"]) as child,
        client(child) as browser,
    ):
        allowed = browser.post("/sign-out", headers=headers)

    assert allowed.status_code == 200


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
def test_a_bad_header_is_answered_and_kills_nothing(better_auth: BetterAuthProcess, headers: dict[str, str]) -> None:
    pid = better_auth.pid

    with client(better_auth) as browser:
        read = browser.get("/get-session", headers=headers)
        written = browser.post("/sign-out", headers=headers)

    assert read.status_code < 500
    assert written.status_code < 500
    assert better_auth.pid == pid
    assert answers(better_auth)


def test_a_body_past_64_kilobytes_is_refused(better_auth: BetterAuthProcess) -> None:
    with client(better_auth) as browser:
        refused = browser.post("/sign-in/email", json={"email": "a" * 70_000, "password": ""})

    assert refused.status_code == 413
    assert answers(better_auth)


def test_it_refuses_to_start_before_its_tables_are_there(database_url: str) -> None:
    with pytest.raises(BetterAuthFailed, match="users"):
        a_child(database_url).start()


def test_a_second_migration_does_nothing(database_url: str) -> None:
    before = pending_in_better_auth(database_url=database_url)
    migrate_better_auth(database_url=database_url)
    after = pending_in_better_auth(database_url=database_url)
    migrate_better_auth(database_url=database_url)

    assert before == [f"create table {table}" for table in BETTER_AUTH_TABLES]
    assert after == []


def test_migrations_at_the_same_time_wait_for_each_other(database_url: str) -> None:
    problems: list[BaseException] = []

    def migrate() -> None:
        try:
            migrate_better_auth(database_url=database_url)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert pending_in_better_auth(database_url=database_url) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"database_url": ""}, "DATABASE_URL is not set."),
        ({"database_url": "mysql://x/y"}, "DATABASE_URL must start with"),
        ({"database_url": "sqlite:///var/daybook.db"}, "by its absolute path"),
        ({"secret": ""}, "BETTER_AUTH_SECRET is not set."),
        ({"secret": "short"}, "BETTER_AUTH_SECRET must have at least 32 characters."),
        ({"app_url": ""}, "APP_URL is not set."),
        ({"app_url": "daybook"}, "APP_URL must be an address"),
    ],
    ids=str,
)
def test_what_is_missing_is_said_in_one_sentence(database_url: str, changes: dict[str, str], sentence: str) -> None:
    child = a_child(**{"database_url": database_url, **changes})

    with pytest.raises(BetterAuthFailed) as refusal:
        child.start()

    assert str(refusal.value).startswith("Better Auth cannot start: ")
    assert sentence in str(refusal.value)
    assert child.pid is not None and not is_alive(child.pid)


def test_the_server_wants_a_place_to_listen(database_url: str) -> None:
    environment = {
        "DATABASE_URL": database_url,
        "APP_URL": APP_URL,
        "BETTER_AUTH_SECRET": SECRET,
        "RATE_LIMIT": "off",
    }

    server = subprocess.run([find_node(), "auth/server.mjs"], env=environment, capture_output=True, text=True)

    assert server.returncode == 1
    assert server.stderr.splitlines()[-1].endswith("AUTH_SOCKET or AUTH_PORT is not set.")


def test_it_says_what_is_wrong_in_plain_lines_without_secrets(
    better_auth: BetterAuthProcess, caplog: pytest.LogCaptureFixture
) -> None:
    guess = {"email": "ada@example.org", "password": "a wild guess"}
    evil = {"cookie": "a=crumb", "origin": "http://evil.example/?q=query"}
    from_elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}

    with client(better_auth) as browser:
        browser.post("/sign-in/email", json=guess)
        browser.post("/sign-out", headers=evil)
        browser.post("/sign-in/email", json=guess, headers=from_elsewhere)

    wait_until(lambda: len(caplog.messages) >= 3)
    assert caplog.messages == [
        "User not found",
        "Invalid origin: http://evil.example/?...",
        "Blocked cross-site navigation login attempt (CSRF protection)",
    ]
