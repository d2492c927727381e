"""A client that sends bytes, not requests, for what no HTTP library would send."""

import re
import select
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from testkit.patience import PATIENCE_SECONDS

HOST = b"Host: localhost\r\n"
INTERIM = re.compile(rb"\AHTTP/1\.1 100 .*?\r\n\r\n", re.DOTALL)
# What the client gives up at, if a server reads for ever.
MOST_SENT = 20_000_000


@dataclass(frozen=True)
class Reply:
    """What a server sent until it closed the connection or answered once. The status is 0 for no response."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    sent: int = 0
    closed: bool = False


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as connection:
        yield connection


def send_raw(port: int, *parts: bytes, then: Iterable[bytes] = ()) -> Reply:
    """Send the parts, then those of `then` for as long as the server neither answers nor closes; read its reply."""
    with connected(port) as connection:
        sent = _send_until_answered(connection, parts, then)
        return read_reply(connection, sent)


def _send_until_answered(connection: socket.socket, parts: Iterable[bytes], then: Iterable[bytes]) -> int:
    sent = 0
    try:
        for part in parts:
            connection.sendall(part)
            sent += len(part)
        for part in then:
            rest = part
            while rest:
                readable, writable, _ = select.select([connection], [connection], [], PATIENCE_SECONDS)
                if readable or not writable or sent > MOST_SENT:
                    return sent
                count = connection.send(rest)
                sent, rest = sent + count, rest[count:]
    except (BrokenPipeError, ConnectionResetError):
        pass
    return sent


def read_reply(connection: socket.socket, sent: int = 0) -> Reply:
    """Read one final response, without the interim ones before it, or the end of the connection."""
    data, closed = b"", False
    while not (closed or _is_whole(data)):
        try:
            received = connection.recv(65_536)
        except ConnectionResetError:
            received = b""
        closed, data = not received, INTERIM.sub(b"", data + received)
    head, _, body = data.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Reply(int(status.split()[1]) if status else 0, headers, body, sent, closed)


def is_closed(connection: socket.socket) -> bool:
    """Wait for the server to close the connection; what it still sends is dropped."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


def _is_whole(data: bytes) -> bool:
    head, separator, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    return bool(separator) and len(body) >= int(length[1] if length else 0)
