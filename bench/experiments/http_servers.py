"""Asks HTTP servers what they do with hostile messages, and what each costs: `… -m bench.experiments.http_servers`.

The same application and PostgreSQL: `daybook serve`, uvicorn with each of its parsers as it comes, hypercorn, granian.
Each has the limits that its own settings offer. Windows of load take turns, so ratios hold on a busy machine.
"""

import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from time import monotonic

from rich.console import Console
from rich.table import Table

from bench.data import ROOT, VAR, Size, daybook, filled_world
from bench.experiments.gunicorn import compare, show
from bench.measuring import EXTERNAL_BETTER_AUTH
from bench.servers import Running, Server, running
from web.server.serve import exit_on_signal

SIZE = Size(people=400, tasks=24_000, signed_in=300)
PACKAGES = ROOT / "var" / "http_servers"
VERSIONS = ("granian==2.8.7", "hypercorn==0.18.0", "uvloop==0.23.0")
SECONDS_OPEN = 45
MOST_SENT = 8_000_000
HYPERCORN = 'h11_max_incomplete_size = 65536\nkeep_alive_timeout = 75\nread_timeout = 30\nworker_class = "uvloop"\n'
HOST = b"Host: localhost\r\n"
FORM = b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKS = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /healthz HTTP/1.1\r\n"
# What is sent once, and what follows for as long as the server reads.
MESSAGES = {
    "headers without end": (GET + HOST, b"X-Abcdefgh: abcdefghijkl\r\n" * 100),
    "one header without end": (GET + HOST + b"X-Long: ", b"a" * 2_000),
    "trailers without end": (CHUNKS + b"0\r\n", b"X-Abcdefgh: abcdefghijkl\r\n" * 100),
    "a chunk extension without end": (CHUNKS + b"1;", b"a" * 2_000),
    "half a head": (GET + HOST, b""),
    "half a form": (FORM + b"Content-Length: 10\r\n\r\nemail", b""),
    "nothing": (b"", b""),
    "no host": (GET + b"\r\n", b""),
    "two hosts": (GET + HOST * 2 + b"\r\n", b""),
    "two content types": (FORM + b"Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n", b""),
    "an upgrade with a body": (
        FORM + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 37\r\n\r\n" + GET + HOST + b"\r\n",
        b"",
    ),
}


def main() -> None:
    """Print the answers, and the costs as ratios to `daybook serve`."""
    install()
    with exit_on_signal(), filled_world(SIZE, keep=False) as world:
        with ExitStack() as stack:
            started = [stack.enter_context(running(server, world.url, world.people[0])) for server in servers()]
            print_answers(started)
        show(compare(world, servers()), "one worker")


def install() -> None:
    """Install the servers beside Daybook's packages, once."""
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / "hypercorn.toml").write_text(HYPERCORN)
    if not (PACKAGES / "granian").exists():
        uv = [str(ROOT / ".venv" / "bin" / "uv"), "pip", "install", "--quiet", "--python", sys.executable]
        subprocess.run([*uv, "--target", str(PACKAGES), *VERSIONS], check=True)


def servers() -> list[Server]:
    """Every server with one worker and without Better Auth."""
    more = {"PORT": "{port}", **EXTERNAL_BETTER_AUTH}
    ours = Server("daybook", "daybook serve", [daybook(), "serve"], more, peer=False)
    more = more | {"PYTHONPATH": f"{PACKAGES}:{ROOT}"}
    module = [sys.executable, "-m"]
    uvicorn = [*module, "uvicorn", "web.app:asgi", "--factory", "--port", "{port}", "--no-access-log"]
    commands = {
        "httptools": [*uvicorn, "--http", "httptools"],
        "h11": [*uvicorn, "--http", "h11", "--h11-max-incomplete-event-size", "65536"],
        "hypercorn": [
            *(*module, "hypercorn", "web.app:asgi()", "--bind", "127.0.0.1:{port}"),
            *("--config", f"{VAR}/hypercorn.toml"),
        ],
        "granian": [
            *(*module, "granian", "web.app:asgi", "--factory", "--interface", "asgi", "--port", "{port}"),
            *("--http", "1", "--loop", "uvloop", "--http1-header-read-timeout", "10000"),
            *("--http1-buffer-size", "65536"),
        ],
    }
    others = commands.items()
    return [ours, *(replace(ours, name=name, title=name, command=line, environment=more) for name, line in others)]


def print_answers(started: list[Running]) -> None:
    """A table of what each server does with each message."""
    table = Table("message", *(up.server.name for up in started))
    with ThreadPoolExecutor(len(started) * len(MESSAGES)) as threads:
        answers = {
            name: [threads.submit(answer, up.port, *message) for up in started] for name, message in MESSAGES.items()
        }
        for name, row in answers.items():
            table.add_row(name, *(one.result() for one in row))
    Console(width=150, highlight=False).print(table)


def answer(port: int, start: bytes, more: bytes) -> str:
    """The first status, or how much was read, and how long the connection stayed open."""
    began, sent, received = monotonic(), 0, b""
    with connection_to(port) as connection, suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(start)
        while more and sent < MOST_SENT and not select.select([connection], [], [], 0)[0]:
            sent += connection.send(more)
        with suppress(TimeoutError):
            while data := connection.recv(65_536):
                received += data
    statuses = [line.split()[1].decode() for line in received.splitlines() if line.startswith(b"HTTP/1.1 ")]
    seconds = monotonic() - began
    read = f", {sent / 1e6:.1f} MB" if more else ""
    is_open = ", still open" if seconds >= SECONDS_OPEN else f", {seconds:.0f} s"
    return f"{'+'.join(statuses) or 'none'}{read}{is_open}"


@contextmanager
def connection_to(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_OPEN) as connection:
        yield connection


if __name__ == "__main__":
    main()
