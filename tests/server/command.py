"""The command `daybook`: started, asked over HTTP, and looked at in /proc."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from click.testing import CliRunner

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.factories import SECRET
from web.cli import main
from web.settings import ROOT

DAYBOOK = [sys.executable, "-m", "web.cli"]
SERVING = ("run", "serve")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DATABASE_URL": f"sqlite:///{folder / 'daybook.db'}",
        "BETTER_AUTH_SECRET": SECRET,
        "TMPDIR": str(folder),
        **changes,
    }


def daybook(command: str, env: dict[str, str], *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command, when it has ended: `run` and `serve` in a process of their own, others in this one.

    A process takes a second of CPU time for its imports alone. An exception that is not reported is raised here.
    """
    if command not in SERVING:
        variables = {**dict.fromkeys(os.environ), **env}
        ended = CliRunner(catch_exceptions=False).invoke(main, [command, *options], input=typed, env=variables)
        return subprocess.CompletedProcess([command, *options], ended.exit_code, ended.stdout, ended.stderr)
    return subprocess.run(
        [*DAYBOOK, command, *options],
        input=typed,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextmanager
def running(command: str, env: dict[str, str], *, before: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run the command until the end of the block; `before` is Python that its process executes first."""
    start = [sys.executable, "-c", f"{before}\nfrom web.cli import main\nmain()"] if before else DAYBOOK
    process = subprocess.Popen(
        [*start, command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
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


def sign_up(port: int, email: str = "ada@example.com", **headers: str) -> httpx.Response:
    return post(port, "/sign-up", {"name": "Ada", "email": email, "password": "correct horse"}, **headers)


def sign_in(port: int, email: str = "demo@example.com", password: str = "a-page-a-day") -> httpx.Response:
    return post(port, "/sign-in", {"email": email, "password": password})


def post(port: int, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
    return httpx.post(f"http://127.0.0.1:{port}{path}", data=fields, headers=headers, timeout=PATIENCE_SECONDS)


def assert_one_error_line(result: subprocess.CompletedProcess[str], words: str) -> None:
    assert result.returncode not in (0, -9), result.stdout
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
