"""Hundreds of clients that send slowly, for ever or never to the end: each is disconnected, and others are served.

The short version shortens the server's times; the long one waits for the real ones. What each kind of unfinished
message is answered is in tests/server/test_message_times.py and tests/server/test_message_sizes.py.
"""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.databases import Databases
from tests.hostile.claims import Claim
from tests.hostile.lengths import HOSTILE, length
from tests.server.command import free_port, running
from tests.server.conftest import migrated_copy
from tests.server.raw_client import HOST, connected
from web.server import http_protocol

pytestmark = pytest.mark.databases("sqlite")

SHORT_TIMES = "" if HOSTILE > 1 else "from web.server import http_protocol as p; p.HEAD_SECONDS = p.BODY_SECONDS = 0.5"
MEGABYTE = 1 << 20
MOST_MEMORY = 50 * MEGABYTE
# The long version compares times; below this they say more of the machine than of the server.
LEAST_SECONDS = 0.05
FORM = b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
HEAD = b"GET /healthz HTTP/1.1\r\n" + HOST
BODY = FORM + b"Content-Length: 60000\r\n\r\n"
CHUNKS = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
LARGE_BODY = BODY + b"email=" + b"a" * 59_000
# What each client sends first, and then again and again; nothing for one that falls silent.
KINDS = {
    "slow heads": (HEAD, b"X-A: b\r\n", length(60, 400)),
    "slow bodies": (BODY, b"a", length(60, 400)),
    "unfinished bodies of 59 KB": (LARGE_BODY, b"", length(50, 300)),
    "heads without end": (HEAD, b"X-Abcdefgh: abcdefghijkl\r\n" * 100, length(20, 50)),
    "trailers without end": (CHUNKS + b"0\r\n", b"X-Abcdefgh: abcdefghijkl\r\n" * 100, length(20, 50)),
    "chunks without end": (CHUNKS, b"1\r\na\r\n" * 200, length(20, 50)),
}


@pytest.fixture(scope="module")
def server(databases: Databases) -> Iterator[tuple[int, int]]:
    """The port and the process id of a running `daybook serve`."""
    with TemporaryDirectory(prefix="d-") as name:
        env = migrated_copy(databases, Path(name), PORT=str(free_port()), LOG_LEVEL="error")
        with running("serve", env, before=SHORT_TIMES) as process:
            yield int(env["PORT"]), process.pid


def memory_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


@pytest.mark.parametrize("kind", KINDS)
def test_many_of_them_are_closed_and_others_served(server: tuple[int, int], kind: str, claim: Claim) -> None:
    port, pid = server
    first, then, count = KINDS[kind]
    before, most = memory_of(pid), 0

    with ExitStack() as stack, httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_SECONDS) as other:
        quiet = p99([seconds_to_serve(other) for _ in range(length(20, 400))])
        open_ = [stack.enter_context(connected(port)) for _ in range(count)]
        for connection in open_:
            connection.setblocking(False)
            send(connection, first)
        times = []
        while open_:
            open_ = [connection for connection in open_ if not has_ended(connection) and send(connection, then)]
            times.append(seconds_to_serve(other))
            most = max(most, memory_of(pid) - before)

    assert most < MOST_MEMORY
    assert HOSTILE == 1 or p99(times) < max(2 * quiet, LEAST_SECONDS)
    wait_until(lambda: answers_a_form(port))
    served = f"{len(times)} others served, p99 {1000 * p99(times):.0f} ms (quiet {1000 * quiet:.0f})"
    claim(f"clients with {kind}", count, f"all closed, {served}, {most / MEGABYTE:+.0f} MB at most")


def seconds_to_serve(other: httpx.Client) -> float:
    """What a page takes whose user has done nothing wrong."""
    started = time.perf_counter()
    assert other.get("/sign-in").status_code == 200
    return time.perf_counter() - started


def p99(times: Sequence[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]


def has_ended(connection: socket.socket) -> bool:
    """Whether the server has answered, or closed the connection."""
    return bool(select.select([connection], [], [], 0)[0])


def send(connection: socket.socket, data: bytes) -> bool:
    """Send what the server takes now; whether the connection is still there."""
    try:
        connection.send(data) if data else time.sleep(0)
    except BlockingIOError:
        return True
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def answers_a_form(port: int) -> bool:
    """No memory is kept for those who left: a form is read again."""
    form = {"email": "", "password": ""}
    return httpx.post(f"http://127.0.0.1:{port}/sign-in", data=form, timeout=PATIENCE_SECONDS).status_code == 422


@pytest.mark.parametrize(("limit", "most"), [("HEAD_SECONDS", 10), ("BODY_SECONDS", 30), ("WRITE_SECONDS", 30)])
def test_the_real_times_are_those_that_the_readme_names(limit: str, most: float) -> None:
    assert getattr(http_protocol, limit) == most
