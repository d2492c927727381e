"""What one Better Auth process survives: crashes, and the loss of its socket or of the folder of the socket."""

import os
import shutil
import signal
import socket as sockets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testkit.patience import wait_until
from testkit.processes import are_gone
from tests.better_auth import answers, better_auth_process, http_client, socket_path
from tests.databases import Databases, Stage
from web.server.better_auth import BetterAuthProcess


@pytest.fixture(scope="module")
def short_folder() -> Iterator[str]:
    """Where temporary files are while a test uses `survivor`, which may remove the whole folder."""
    yield (name := tempfile.mkdtemp(prefix="d-", dir="/tmp"))
    shutil.rmtree(name, ignore_errors=True)


@pytest.fixture(scope="module")
def started_survivor(databases: Databases, short_folder: str) -> Iterator[BetterAuthProcess]:
    with pytest.MonkeyPatch.context() as patch, databases.copy("sqlite", Stage.BETTER_AUTH) as url:
        patch.setattr(tempfile, "tempdir", short_folder)
        with better_auth_process(url) as process:
            patch.undo()
            yield process


@pytest.fixture
def survivor(
    started_survivor: BetterAuthProcess, short_folder: str, monkeypatch: pytest.MonkeyPatch
) -> BetterAuthProcess:
    """One Better Auth for the tests that it survives; each finds it serving, and without a back-off from before."""
    monkeypatch.setattr(tempfile, "tempdir", short_folder)
    monkeypatch.setattr("web.server.better_auth.STABLE_SECONDS", 0)
    wait_until(lambda: answers(started_survivor))
    return started_survivor


def test_it_restarts_on_the_same_socket_after_a_crash(
    survivor: BetterAuthProcess, caplog: pytest.LogCaptureFixture
) -> None:
    first, url = survivor.pid, survivor.url
    assert first

    os.kill(first, signal.SIGKILL)

    wait_until(lambda: survivor.pid != first and answers(survivor))
    assert survivor.url == url
    assert "Better Auth exited with -9; restarting in 0.1 s." in caplog.messages


def remove_socket(socket: Path) -> None:
    socket.unlink()


def remove_folder(socket: Path) -> None:
    shutil.rmtree(socket.parent)


def remove_temporary_folder(socket: Path) -> None:
    shutil.rmtree(socket.parent.parent)


def replace_by_a_dead_socket(socket: Path) -> None:
    socket.unlink()
    with sockets.socket(sockets.AF_UNIX) as other:
        other.bind(str(socket))


@pytest.mark.parametrize("clean", [remove_socket, remove_folder, remove_temporary_folder, replace_by_a_dead_socket])
@pytest.mark.parametrize("crashes", [False, True])
def test_it_comes_back_after_its_socket_was_removed(
    survivor: BetterAuthProcess, clean: Callable[[Path], None], crashes: bool
) -> None:
    url, socket, first = survivor.url, Path(socket_path(survivor)), survivor.pid
    assert first

    clean(socket)
    if crashes:
        os.kill(first, signal.SIGKILL)

    wait_until(lambda: survivor.pid != first and answers(survivor))
    assert survivor.url == url
    assert socket.stat().st_mode & 0o777 == 0o600
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    assert are_gone([first])


def test_it_does_not_serve_from_a_folder_that_others_can_write(
    survivor: BetterAuthProcess, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(socket_path(survivor)).parent

    shutil.rmtree(folder)
    folder.mkdir()
    folder.chmod(0o777)

    wait_until(lambda: "was replaced by another user" in caplog.text)
    assert not answers(survivor)
    shutil.rmtree(folder)
    wait_until(lambda: answers(survivor))


def test_its_log_names_each_problem_without_secrets(
    survivor: BetterAuthProcess, caplog: pytest.LogCaptureFixture
) -> None:
    guess = {"email": "ada@example.org", "password": "a wild guess"}
    evil = {"cookie": "a=crumb", "origin": "http://evil.example/?q=query"}
    cross_site = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}

    with http_client(survivor) as client:
        client.post("/sign-in/email", json=guess)
        client.post("/sign-out", headers=evil)
        client.post("/sign-in/email", json=guess, headers=cross_site)

    said = lambda: [record.getMessage() for record in caplog.records if record.name == "daybook.auth"]  # noqa: E731
    wait_until(lambda: len(said()) >= 3)
    assert said() == [
        "User not found",
        "Invalid origin: http://evil.example/?...",
        "Blocked cross-site navigation login attempt (CSRF protection)",
    ]
