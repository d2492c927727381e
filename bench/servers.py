"""The servers to measure, and how each is started with two processes and stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from bench.data import ROOT, SECRET, VAR, BenchUser, daybook
from bench.load import response_to
from bench.processes import is_node, tree
from bench.requests import API, PAGE, Request, Work
from testkit.postgres import free_port

PEERS = ROOT / "var" / "bench-venv" / "bin"
WORKERS = 2
START_SECONDS = 30.0
POLL_SECONDS = 0.002
STOP_SECONDS = 15.0
_UVICORN = [
    *(str(PEERS / "uvicorn"), "bench.peers.fastapi_app:app", "--port", "{port}", "--workers", str(WORKERS)),
    *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
]
_GUNICORN = [
    *(str(PEERS / "gunicorn"), "--bind", "127.0.0.1:{port}"),
    # gunicorn's documentation recommends a heartbeat file in memory where /tmp is a disk.
    *("--workers", str(WORKERS), "--worker-class", "sync", "--worker-tmp-dir", "/dev/shm", "--log-level", "warning"),
]
_DJANGO_PAGES = [*_GUNICORN, "bench.peers.django_app:application"]

# Keeps Daybook's triggers from firing for the other servers, which do not maintain its counts.
WITHOUT_TRIGGERS = {"PGOPTIONS": "-c session_replication_role=replica"}


@dataclass(frozen=True)
class Server:
    """A server and its command; `{port}` is replaced by the port. `peer` is true for every server but Daybook.

    `works` are what it can do; its start is measured until it does the first of them.
    """

    name: str
    title: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    peer: bool = True
    works: tuple[Work, ...] = (PAGE,)

    def doing(self, works: Collection[Work]) -> "Server":
        """The server, to be measured by these only."""
        return replace(self, works=tuple(work for work in self.works if work in works))


SERVERS = [
    Server(
        "daybook",
        "Daybook",
        [daybook(), "serve"],
        {"PORT": "{port}", "WEB_CONCURRENCY": str(WORKERS), "API_REQUESTS_PER_MINUTE": "1000000"},
        peer=False,
        works=(PAGE, API),
    ),
    Server(
        "fastapi",
        "FastAPI + SQLModel + Jinja2, uvicorn",
        _UVICORN,
        works=(PAGE, API),
    ),
    Server("django_jinja", "Django + Jinja2, gunicorn", _DJANGO_PAGES, {"BENCH_TEMPLATES": "jinja"}),
    Server("django_templates", "Django with its own templates, gunicorn", _DJANGO_PAGES, {"BENCH_TEMPLATES": "django"}),
    Server(
        "django_rest",
        "Django REST framework, gunicorn",
        [*_GUNICORN, "bench.peers.django_rest:application"],
        works=(API,),
    ),
]


# Alternative settings, measured only with `--only`.
_FASTAPI, _DJANGO = SERVERS[1], SERVERS[2]
VARIANTS = [
    *(
        replace(
            _FASTAPI,
            name=f"fastapi-{threads}",
            title=f"FastAPI, {threads} threads",
            environment={"BENCH_THREADS": threads},
        )
        for threads in ("1", "2", "4", "8", "40")
    ),
    replace(
        _DJANGO,
        name="django_jinja-gthread",
        title="Django + Jinja2, gunicorn with 8 threads",
        command=[*_DJANGO_PAGES, "--worker-class", "gthread", "--threads", "8"],
    ),
    replace(
        _DJANGO,
        name="django_jinja-preload",
        title="Django + Jinja2, loaded once",
        command=[*_DJANGO_PAGES, "--preload"],
    ),
]


@dataclass(frozen=True)
class Running:
    """A server that answers. `cold_ms` is the time from its start to the first list of tasks."""

    server: Server
    port: int
    pid: int
    cold_ms: float

    def processes(self) -> list[int]:
        """The processes of the web server, without Better Auth."""
        return [pid for pid in tree(self.pid) if not is_node(pid)]

    def better_auth(self) -> list[int]:
        return [pid for pid in tree(self.pid) if is_node(pid)]


@contextmanager
def running(
    server: Server, database_url: str, user: BenchUser, *, port: int | None = None, **more: str
) -> Iterator[Running]:
    """Start the server, wait until it serves this user's list of tasks, and stop it at the end of the block."""
    port = port or free_port()
    environment = {**_environment(server, database_url, port), **more}
    command = [part.format(port=port) for part in server.command]
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{server.name}.log").open("w") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            if not _wait_for(process, port, server.works[0].read(user, port)):
                raise SystemExit(f"{server.title} did not start; see {log.name}.")
            yield Running(server, port, process.pid, 1000 * (time.perf_counter() - began))
        finally:
            _stop(process)


def _environment(server: Server, database_url: str, port: int) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": database_url,
        "BETTER_AUTH_SECRET": SECRET,
        # A few users send what thousands do.
        "USER_BUDGETS": "off",
        **(WITHOUT_TRIGGERS if server.peer else {}),
        **{name: value.format(port=port) for name, value in server.environment.items()},
    }


def _wait_for(process: subprocess.Popen[bytes], port: int, request: Request) -> bool:
    """False if the process exited or did not answer in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            if response_to(port, request.data).status == 200:
                return True
        time.sleep(POLL_SECONDS)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, then SIGKILL for its whole process group."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
