"""`daybook serve` that a test may kill and start again on the same port."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.processes import are_gone, children, command_line
from tests.server.command import DAYBOOK, answers, environment, free_port
from web.settings import ROOT


@dataclass
class Server:
    """One `daybook serve` with its environment; what it logs is in `log`."""

    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    @property
    def workers(self) -> list[int]:
        """The process ids of the web server; with one worker it is the parent itself."""
        own = command_line(self.pid)
        return [pid for pid in children(self.pid) if command_line(pid) == own] or [self.pid]

    @property
    def better_auth(self) -> int:
        """The process id of its Better Auth; 0 until one that has ended is started again."""
        return next((pid for pid in children(self.pid) if b"server.mjs" in command_line(pid)), 0)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*DAYBOOK, "serve"], cwd=ROOT, env=self.env, stdout=output, stderr=subprocess.STDOUT
            )
        wait_until(lambda: answers(int(self.env["PORT"])) or (self.process and self.process.poll() is not None))
        assert self.process.poll() is None, self.log.read_text()

    def kill(self) -> None:
        """All its processes at once, as a machine that loses its power does."""
        pids = [self.pid, *children(self.pid)]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        assert self.process
        self.process.wait(PATIENCE_SECONDS)
        wait_until(lambda: are_gone(pids))

    def stop(self) -> int:
        """By SIGTERM; the exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(PATIENCE_SECONDS)


@contextmanager
def serving(folder: Path, database_url: str, **settings: str) -> Iterator[Server]:
    """A server on a migrated database, in a folder with a short path, until the end of the block."""
    settings = {"PORT": str(free_port()), "LOG_LEVEL": "warning", "USER_BUDGETS": "off", **settings}
    server = Server(environment(folder, DATABASE_URL=database_url, **settings), folder / "daybook.log")
    server.start()
    try:
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.stop()
