"""The servers that are measured: how each is started, with two processes on a free port, and stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from bench.data import ROOT, SECRET, VAR, BenchUser, daybook
from bench.load import Ask, answer_to
from bench.processes import is_node, tree
from testkit.postgres import free_port

PEERS = ROOT / "var" / "bench-venv" / "bin"
WORKERS = 2
UP_WITHIN = 30.0
PAUSE = 0.002
STOPPED_WITHIN = 15.0
_UVICORN = [
    *(str(PEERS / "uvicorn"), "bench.peers.fastapi_app:app", "--port", "{port}", "--workers", str(WORKERS)),
    *("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"),
]
_GUNICORN = [
    *(str(PEERS / "gunicorn"), "bench.peers.django_app:application", "--bind", "127.0.0.1:{port}"),
    # A heartbeat file in memory is gunicorn's own advice where /tmp is a disk.
    *("--workers", str(WORKERS), "--worker-class", "sync", "--worker-tmp-dir", "/dev/shm", "--log-level", "warning"),
]


# Daybook's triggers keep what no peer has or needs, its totals above all: for peers they do not fire.
WITHOUT_TRIGGERS = {"PGOPTIONS": "-c session_replication_role=replica"}


@dataclass(frozen=True)
class Server:
    """One way to serve the list of tasks. `{port}` stands for the port."""

    name: str
    title: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    peer: bool = True


SERVERS = [
    Server(
        "daybook",
        "Daybook",
        [daybook(), "serve"],
        {"PORT": "{port}", "WEB_CONCURRENCY": str(WORKERS)},
        peer=False,
    ),
    Server(
        "fastapi",
        "FastAPI + SQLModel + Jinja2, uvicorn",
        _UVICORN,
    ),
    Server("django_jinja", "Django + Jinja2, gunicorn", _GUNICORN, {"BENCH_TEMPLATES": "jinja"}),
    Server("django_templates", "Django with its own templates, gunicorn", _GUNICORN, {"BENCH_TEMPLATES": "django"}),
]


# What the settings were chosen over: only measured where `--only` names them.
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
        command=[*_GUNICORN, "--worker-class", "gthread", "--threads", "8"],
    ),
    replace(
        _DJANGO, name="django_jinja-preload", title="Django + Jinja2, loaded once", command=[*_GUNICORN, "--preload"]
    ),
]


@dataclass(frozen=True)
class Running:
    """A server that answers; `cold_ms` is what that took from its start."""

    server: Server
    port: int
    pid: int
    cold_ms: float

    def processes(self) -> list[int]:
        """Those that serve the web: Better Auth, beside Daybook, is not one of them."""
        return [pid for pid in tree(self.pid) if not is_node(pid)]

    def better_auth(self) -> list[int]:
        return [pid for pid in tree(self.pid) if is_node(pid)]


@contextmanager
def running(
    server: Server, database_url: str, user: BenchUser, *, port: int | None = None, **more: str
) -> Iterator[Running]:
    """From the start to the first list of tasks that it shows to this user, and stopped with the block."""
    port = port or free_port()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": database_url,
        "BETTER_AUTH_SECRET": SECRET,
        **(WITHOUT_TRIGGERS if server.peer else {}),
        **{name: value.format(port=port) for name, value in server.environment.items()},
        **more,
    }
    command = [part.format(port=port) for part in server.command]
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / f"{server.name}.log").open("w") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            if not _answers(process, port, Ask.page(user, port)):
                raise SystemExit(f"{server.title} did not come up; {log.name} may say why.")
            yield Running(server, port, process.pid, 1000 * (time.perf_counter() - began))
        finally:
            _stop(process)


def _answers(process: subprocess.Popen[bytes], port: int, ask: Ask) -> bool:
    """Once it does; not, if it ended instead."""
    give_up = time.monotonic() + UP_WITHIN
    while time.monotonic() < give_up and process.poll() is None:
        with suppress(OSError):
            if answer_to(port, ask.data).status == 200:
                return True
        time.sleep(PAUSE)
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Gently, then all of its session."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
