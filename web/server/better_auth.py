"""Better Auth as a child process: migrated, started, started again when it dies, and stopped."""

import logging
import os
import queue
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from web.auth.node import find_node
from web.domain.command_error import CommandError

SERVER = Path(__file__).parents[2] / "auth"

# Nothing else of ours reaches it: a TEST=1 alone would switch its checks of origins off.
# Where Node keeps what it has compiled, for the next start; where it may not write there, it does without.
COMPILED = SERVER.parent / "var" / "node"
PASSED_ON = ("PATH", "HOME", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")

READY_WITHIN = 30.0
MIGRATED_WITHIN = 120.0
STOPPED_WITHIN = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
RAN_WELL = 10.0
LONGEST_TEMPORARY_FOLDER = 60

log = logging.getLogger("daybook.auth")


class BetterAuthFailed(CommandError):
    """Better Auth could not migrate or start; the text says why, in its own words."""


def migrate_better_auth(*, database_url: str) -> None:
    """Bring the tables Better Auth owns up to date. Doing it twice is no news.

    All of it happens or nothing, and two at the same time wait for each other. Run it before
    Better Auth starts: a running one that once met an old table answers 500 until it is restarted.
    Raises BetterAuthFailed, NodeNotFound.
    """
    _run_migration([], database_url)


def pending_in_better_auth(*, database_url: str) -> list[str]:
    """What `migrate_better_auth` would do, a step a line. Raises as it does."""
    finished = _run_migration(["--check"], database_url, to_be_done=3)
    return finished.stdout.splitlines() if finished.returncode else []


def sql_of_better_auth(*, database_url: str) -> str:
    """The same as SQL; empty when nothing is to be done. Raises as it does."""
    return _run_migration(["--sql"], database_url).stdout.strip()


class BetterAuthChild:
    """One Better Auth server on a socket of its own, kept running from `start` to `stop`.

    It ends by itself when this process does, however that happens. Its problems, and its
    restarts, go to the logger `daybook.auth`, a line each.
    """

    def __init__(
        self,
        *,
        database_url: str,
        secret: str,
        app_url: str,
        rate_limit: bool = True,
        cookie_prefix: str = "better-auth",
        trusted_origins: Iterable[str] = (),
    ) -> None:
        self._named = {
            "DATABASE_URL": database_url,
            "BETTER_AUTH_SECRET": secret,
            "APP_URL": app_url,
            "RATE_LIMIT": "on" if rate_limit else "off",
            "COOKIE_PREFIX": cookie_prefix,
            "TRUSTED_ORIGINS": ",".join(trusted_origins),
        }
        self._folder: Path | None = None
        self._process: subprocess.Popen[str] | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._starting = threading.Lock()

    @property
    def url(self) -> str:
        """`unix:` and the path of the socket; known before the start, and the same over all restarts."""
        return f"unix:{self._socket}"

    @property
    def pid(self) -> int | None:
        """The process that runs now, or ran last; None before the start."""
        return self._process.pid if self._process else None

    def start(self) -> Self:
        """Start, once per object, and return when it answers.

        Raises BetterAuthFailed, NodeNotFound.
        """
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, name="better-auth", daemon=True)
        self._watcher.start()
        return self

    def stop(self) -> None:
        """End it, gently for 5 seconds, and remove its socket. Doing it twice is no news."""
        with self._starting:
            self._stopping.set()
        if self._process:
            _end(self._process)
        if self._watcher:
            self._watcher.join()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _socket(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="daybook-", dir=_short_folder()))
        return self._folder / "auth.sock"

    def _launch(self) -> None:
        command = [*_node(), "server.mjs"]
        with self._starting:
            if self._stopping.is_set():
                return
            process = subprocess.Popen(
                command,
                cwd=SERVER,
                env=_environment(**self._named, AUTH_SOCKET=str(self._socket)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                # Ctrl-C is for the web server, which still needs us for its last requests.
                start_new_session=True,
            )
            self._process = process
        self._wait_until_ready(process)

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        first_line: queue.SimpleQueue[str] = queue.SimpleQueue()
        last_words: deque[str] = deque(maxlen=20)
        assert process.stdout and process.stderr  # they are pipes
        _in_background(partial(_drain, process.stdout, first_line))
        complaints = _in_background(partial(_forward, process.stderr, last_words))
        try:
            if first_line.get(timeout=READY_WITHIN) == "ready\n":
                return
        except queue.Empty:
            last_words.append(f"It was not ready within {READY_WITHIN:.0f} seconds.")
        _end(process)
        complaints.join(timeout=1)
        raise BetterAuthFailed(_the_reason(last_words))

    def _watch(self) -> None:
        pause = FIRST_PAUSE
        while self._process:
            started = time.monotonic()
            ended_with = self._process.wait()
            _end(self._process)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > RAN_WELL:
                pause = FIRST_PAUSE
            log.warning("Better Auth ended (%s); starting again in %.1f s.", ended_with, pause)
            if self._stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)
            self._launch_again()

    def _launch_again(self) -> None:
        try:
            self._launch()
        except Exception as problem:
            if not self._stopping.is_set():
                log.error("Better Auth did not start again: %s", problem)


def _run_migration(options: list[str], database_url: str, to_be_done: int = 0) -> subprocess.CompletedProcess[str]:
    try:
        finished = subprocess.run(
            [*_node(), "migrate.mjs", *options],
            cwd=SERVER,
            env=_environment(DATABASE_URL=database_url),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=MIGRATED_WITHIN,
        )
    except subprocess.TimeoutExpired:
        raise BetterAuthFailed("Better Auth's migration took too long.") from None
    if finished.returncode not in (0, to_be_done):
        raise BetterAuthFailed(_the_reason(finished.stderr.splitlines()))
    return finished


def _node() -> list[str]:
    if not (SERVER / "node_modules").is_dir():
        raise BetterAuthFailed("Better Auth is not installed: run `python -m web.auth.node ci auth`.")
    # Node 22 calls node:sqlite an experiment, at every start.
    return [str(find_node()), "--disable-warning=ExperimentalWarning"]


def _environment(**named: str) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed_on, "TZ": "UTC", "NODE_COMPILE_CACHE": str(COMPILED), **named}


def _short_folder() -> str | None:
    """None for the usual place; a socket's path may have about 100 characters, not more."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_TEMPORARY_FOLDER else None


def _in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="better-auth-output", daemon=True)
    thread.start()
    return thread


def _drain(stdout: IO[str], first_line: "queue.SimpleQueue[str]") -> None:
    with stdout:
        first_line.put(stdout.readline())
        stdout.read()


def _forward(stderr: IO[str], last_words: "deque[str]") -> None:
    with stderr:
        for line in filter(None, map(str.rstrip, stderr)):
            last_words.append(line)
            log.warning("%s", line)


def _the_reason(lines: Iterable[str]) -> str:
    """The line of an uncaught error, else the last one: the sentence our own scripts end with."""
    said = [line for line in lines if line.strip()]
    errors = [line for line in said if re.match(r"\w*Error\b", line)]
    return (errors or said or ["Better Auth ended without a word."])[-1]


def _end(process: subprocess.Popen[str]) -> None:
    """End it if it still runs, and let go of it."""
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
