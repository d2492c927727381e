"""Slow and unfinished messages against `daybook serve`: every part of a message has a time.

The server's times are shortened, so that no test waits for the real ones; no test measures time.
"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS
from tests.databases import Databases
from tests.server.command import free_port, running, sign_up
from tests.server.conftest import migrated_copy
from tests.server.raw_client import HOST, connected, is_closed, read_reply, send_raw

pytestmark = pytest.mark.databases("sqlite")

BODY_BYTES = 40_000
SHORT_TIMES = f"""
from web.server import http_protocol
http_protocol.HEAD_SECONDS = http_protocol.BODY_SECONDS = http_protocol.WRITE_SECONDS = 0.5
http_protocol.BODY_BYTES_PER_SECOND = 100
http_protocol.SILENT_SECONDS = 0.5
http_protocol.MAX_BODIES = {3 * BODY_BYTES - 1}
"""
FEW_FILES = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
TEN = b"Content-Length: 10\r\n\r\n"


def post(path: str, length: bytes = TEN) -> bytes:
    return b"POST " + path.encode() + b" HTTP/1.1\r\n" + HOST + FORM + length


@pytest.fixture(scope="module")
def port(databases: Databases) -> Iterator[int]:
    """The port of a running `daybook serve` with short times."""
    with TemporaryDirectory(prefix="d-") as name:
        env = migrated_copy(databases, Path(name), PORT=str(free_port()))
        with running("serve", env, before=SHORT_TIMES):
            yield int(env["PORT"])


# What a client sends before it falls silent, and the status of the reply.
UNFINISHED = {
    "nothing": (b"", 0),
    "an empty line": (b"\r\n", 408),
    "half a request line": (b"GET /healthz HT", 408),
    "a request line": (b"GET /healthz HTTP/1.1\r\n", 408),
    "half a head": (b"GET /healthz HTTP/1.1\r\n" + HOST, 408),
    # Signed out it leads to signing in, before its body is read.
    "a form without its body": (post("/tasks"), 303),
    "half a form": (post("/sign-in") + b"email", 408),
    "half a call of Better Auth": (post("/api/auth/sign-in/email") + b"{", 408),
    "half a JSON body": (post("/api/labels") + b"{", 401),
    "a body that was asked for": (post("/sign-in", b"Expect: 100-continue\r\n" + TEN), 408),
    "no chunk": (post("/sign-in", CHUNKED), 408),
    "half a chunk": (post("/sign-in", CHUNKED) + b"a\r\nemail", 408),
    "chunks without an end": (post("/sign-in", CHUNKED) + b"5\r\nemail\r\n", 408),
    "trailers without an end": (post("/sign-in", CHUNKED) + b"0\r\nX-A: b\r\n", 408),
}


def test_unfinished_messages_are_refused_and_their_connections_closed(port: int) -> None:
    """All at once, because each waits for its time to pass."""
    with ExitStack() as stack:
        connections = {case: stack.enter_context(connected(port)) for case in UNFINISHED}
        for case, connection in connections.items():
            connection.sendall(UNFINISHED[case][0])
        answers = {
            case: (read_reply(connection).status, is_closed(connection)) for case, connection in connections.items()
        }

    assert answers == {case: (status, True) for case, (_, status) in UNFINISHED.items()}


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b"GET /healthz HTTP/1.1\r\n" + HOST, b"X-Abc: def\r\n"),
        (b"GET /healthz HTTP/1.1\r\n" + HOST + b"X-Abc: ", b"a"),
        (post("/sign-in", CHUNKED), b"1;a=b\r\na\r\n"),
        (post("/sign-in", CHUNKED) + b"1;", b"a"),
        (post("/sign-in", CHUNKED) + b"0\r\n", b"X-Abc: def\r\n"),
    ],
    ids=["headers", "one header", "chunks", "a chunk extension", "trailers"],
)
def test_a_message_that_arrives_slowly_is_refused(port: int, start: bytes, again: bytes) -> None:
    """Each part restarted uvicorn's only timer."""
    with connected(port) as connection:
        connection.sendall(start)
        connection.settimeout(0.05)
        for part in repeat(again):
            try:
                connection.sendall(part)
                reply = read_reply(connection)
                break
            except TimeoutError:
                continue

    assert reply.status == 408


def test_a_large_body_has_more_time_while_it_arrives(port: int) -> None:
    body = b"email=".ljust(BODY_BYTES, b"a")
    head = post("/sign-in", b"Content-Length: %d\r\n\r\n" % len(body))

    with connected(port) as large, connected(port) as small:
        large.sendall(head + body[:-1])
        small.sendall(head + body[:1])
        overdue = read_reply(small)
        large.sendall(body[-1:])
        in_time = read_reply(large)

    assert (overdue.status, in_time.status) == (408, 422)


def test_an_unfinished_form_of_a_signed_in_user_is_refused(port: int) -> None:
    cookie = sign_up(port).headers["set-cookie"].partition(";")[0]
    session = f"Cookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n".encode()

    assert send_raw(port, post("/tasks", session + TEN) + b"title").status == 408


def test_the_unread_body_of_an_answered_request_is_not_waited_for(port: int) -> None:
    with connected(port) as connection:
        connection.sendall(post("/nowhere"))

        assert read_reply(connection).status == 404
        assert is_closed(connection)


def test_a_connection_is_used_again_after_a_whole_message(port: int) -> None:
    with connected(port) as connection:
        statuses = []
        for _ in range(3):
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")
            statuses.append(read_reply(connection).status)

    assert statuses == [200] * 3


def test_a_client_that_reads_nothing_is_disconnected(port: int) -> None:
    style = httpx.get(f"http://127.0.0.1:{port}/sign-in").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    request = f"GET {style} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(PATIENCE_SECONDS)
        connection.connect(("127.0.0.1", port))

        # Ends with an error once the server has given up: until then it reads no more than it can answer.
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send_for_ever(connection, request * 100)


def send_for_ever(connection: socket.socket, data: bytes) -> None:
    while True:
        connection.sendall(data)


def test_all_unfinished_bodies_together_have_a_size(port: int) -> None:
    """The largest unfinished one makes room: honest forms are small."""
    large, small = BODY_BYTES + 10_000, BODY_BYTES - 10_000
    with ExitStack() as stack:
        one, two, three, four = (stack.enter_context(connected(port)) for _ in range(4))
        for connection, size in ((one, large), (two, small), (three, small), (four, small)):
            connection.sendall(post("/sign-in", b"Content-Length: %d\r\n\r\n" % size) + b"email=".ljust(size - 1, b"a"))
        refused = read_reply(one)
        for connection in (two, three, four):
            connection.sendall(b"a")
        served = [read_reply(connection).status for connection in (two, three, four)]

    assert (refused.status, served) == (503, [422, 422, 422])
    assert refused.headers["retry-after"] == "5"


@pytest.mark.parametrize("part", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n", post("/sign-in")])
def test_more_connections_than_files_keep_no_client_out(databases: Databases, tmp_path: Path, part: bytes) -> None:
    """The one that waits longest makes room."""
    env = migrated_copy(databases, tmp_path, PORT=str(free_port()), TMPDIR="/tmp")
    with running("serve", env, before=FEW_FILES), ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(connected(int(env["PORT"]))).sendall(part)

        assert send_raw(int(env["PORT"]), b"GET /sign-in HTTP/1.1\r\n" + HOST + b"\r\n").status == 200


def test_other_clients_are_served_meanwhile(port: int) -> None:
    with ExitStack() as stack:
        for part in (b"GET / HT", post("/sign-in"), post("/sign-in", CHUNKED)) * 30:
            stack.enter_context(connected(port)).sendall(part)

        assert send_raw(port, b"GET /sign-in HTTP/1.1\r\n" + HOST + b"\r\n").status == 200
