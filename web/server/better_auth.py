"""Runs Better Auth as a child process: starts it, restarts it when it exits, and stops it."""

import logging
import queue
import stat
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from web.auth.node_scripts import (
    FOLDER,
    BetterAuthFailed,
    BetterAuthOptions,
    environment,
    failure_reason,
    node_command,
)
from web.server.socket_folder import SocketFolder

READY_SECONDS = 30.0
STOP_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
# A process that ran this long counts as stable: the back-off before its next restart starts over.
STABLE_SECONDS = 10.0
# How often to check that the socket is still there: cleaners of temporary folders remove it.
CHECK_SECONDS = 1.0

log = logging.getLogger("daybook.auth")


class BetterAuthProcess:
    """Supervises one Better Auth server on a private unix socket, from `start` to `stop`.

    The server exits when this process does, even after SIGKILL, because its standard input closes. It is restarted
    when it exits and when its socket is removed. Its error output and its restarts are logged to `daybook.auth`, one
    line each.
    """

    def __init__(self, options: BetterAuthOptions) -> None:
        self._variables = options.variables
        self._folder: SocketFolder | None = None
        self._socket_id: int | None = None
        self._process: subprocess.Popen[str] | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()
        self._starting = threading.Lock()

    @property
    def url(self) -> str:
        """`unix:` and the path of the socket. Known before `start` and unchanged by restarts."""
        return f"unix:{self._socket}"

    @property
    def pid(self) -> int | None:
        """The id of the current or the last process; None before `start`."""
        return self._process.pid if self._process else None

    def start(self) -> Self:
        """Start the server and return once it is ready. Call it once per object.

        Raises BetterAuthFailed or NodeNotFound.
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
        """Send SIGTERM, after 5 seconds SIGKILL, and remove the socket. Idempotent."""
        with self._starting:
            self._stopping.set()
        if self._process:
            _end(self._process)
        if self._watcher:
            self._watcher.join()
        if self._folder:
            self._folder.remove()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _socket(self) -> Path:
        self._folder = self._folder or SocketFolder()
        return self._folder.path / "auth.sock"

    def _launch(self) -> None:
        command, socket = node_command("server.mjs"), self._socket
        with self._starting:
            if self._stopping.is_set():
                return
            if self._folder:
                self._folder.restore()
            process = subprocess.Popen(
                command,
                cwd=FOLDER,
                env=environment(**self._variables, AUTH_SOCKET=str(socket)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                # Keeps Ctrl-C away from Better Auth: the web server still needs it for its last requests.
                start_new_session=True,
            )
            self._process = process
        self._wait_until_ready(process)
        self._socket_id = _socket_id(socket)

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> None:
        first_line: queue.SimpleQueue[str] = queue.SimpleQueue()
        last_lines: deque[str] = deque(maxlen=20)
        assert process.stdout and process.stderr  # both are pipes
        _in_background(partial(_drain, process.stdout, first_line))
        errors = _in_background(partial(_forward, process.stderr, last_lines))
        try:
            if first_line.get(timeout=READY_SECONDS) == "ready\n":
                return
        except queue.Empty:
            last_lines.append(f"Better Auth was not ready within {READY_SECONDS:.0f} seconds.")
        _end(process)
        errors.join(timeout=1)
        raise BetterAuthFailed(failure_reason(last_lines))

    def _watch(self) -> None:
        pause = FIRST_PAUSE
        while self._process:
            started = time.monotonic()
            exit_code = self._wait_for_exit(self._process)
            _end(self._process)
            if self._stopping.is_set():
                return
            if time.monotonic() - started > STABLE_SECONDS:
                pause = FIRST_PAUSE
            reason = "lost its socket" if exit_code is None else f"exited with {exit_code}"
            log.warning("Better Auth %s; restarting in %.1f s.", reason, pause)
            if self._stopping.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)
            self._relaunch()

    def _wait_for_exit(self, process: subprocess.Popen[str]) -> int | None:
        """The exit code; None as soon as the socket is not the one that the process listens on."""
        while True:
            try:
                return process.wait(CHECK_SECONDS)
            except subprocess.TimeoutExpired:
                if _socket_id(self._socket) != self._socket_id:
                    return None

    def _relaunch(self) -> None:
        try:
            self._launch()
        except Exception as problem:
            if not self._stopping.is_set():
                log.error("Better Auth could not be restarted: %s", problem)


def _socket_id(path: Path) -> int | None:
    """The inode of the socket at this path; None if there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_ino if stat.S_ISSOCK(status.st_mode) else None


def _in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="better-auth-output", daemon=True)
    thread.start()
    return thread


def _drain(stdout: IO[str], first_line: "queue.SimpleQueue[str]") -> None:
    with stdout:
        first_line.put(stdout.readline())
        stdout.read()


def _forward(stderr: IO[str], last_lines: "deque[str]") -> None:
    with stderr:
        for line in filter(None, map(str.rstrip, stderr)):
            last_lines.append(line)
            log.warning("%s", line)


def _end(process: subprocess.Popen[str]) -> None:
    """Terminate the process if it still runs, and reap it."""
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
