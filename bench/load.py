"""The load generator: a few connections that send a request, check the response and send the next. One thread, sockets.

Each response must have status 200, the expected number of rows and a text that only the expected user's has.
A wrong response ends the run.
"""

import gc
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.requests import Request

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 10.0
CHUNK = 1 << 18


class WrongAnswer(Exception):
    """A response is not the expected one, or there is none."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response; `keep_alive` says whether the server keeps the connection open."""

    status: int
    body: bytes
    keep_alive: bool


@dataclass
class Window:
    """The result of one period of load. `own_cpu` is the share of a core that the load generator used."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    own_cpu: float = 0.0


def run(port: int, requests: Sequence[Iterator[Request]], seconds: float) -> Window:
    """Send requests for this long, on one connection per iterator, and wait for the outstanding responses."""
    window, poll = Window(), select.poll()
    connections: dict[int, _Connection] = {}
    gc.disable()
    own_cpu, began = time.process_time(), time.perf_counter()
    try:
        for stream in requests:
            _Connection(port, stream, poll, connections).send()
        while connections:
            _receive(poll, connections, window, began + seconds)
        window.seconds = time.perf_counter() - began
    finally:
        for connection in list(connections.values()):
            connection.close()
        gc.enable()
    window.own_cpu = (time.process_time() - own_cpu) / window.seconds
    return window


def _receive(poll: select.poll, connections: dict[int, "_Connection"], window: Window, end: float) -> None:
    ready = poll.poll(1000 * TIMEOUT_SECONDS)
    if not ready:
        raise WrongAnswer(f"No response for {TIMEOUT_SECONDS:.0f} seconds.")
    for number, _ in ready:
        connection = connections[number]
        if connection.read():
            now = time.perf_counter()
            window.latencies_ms.append(1000 * (now - connection.sent_at))
            connection.check()
            if now < end:
                connection.send()
            else:
                connection.close()


def response_to(port: int, data: bytes) -> Response:
    """Send one request on a new connection. Raises OSError if no server listens."""
    with socket.create_connection((HOST, port), timeout=TIMEOUT_SECONDS) as connection:
        connection.sendall(data)
        received = bytearray()
        while (response := _parse(received)) is None:
            chunk = connection.recv(CHUNK)
            if not chunk:
                raise ConnectionError("The connection was closed within a response.")
            received += chunk
    return response


def check(request: Request, response: Response) -> None:
    """Raises WrongAnswer unless the response is the expected one."""
    body = response.body
    is_of_user = all(marker in body for marker in request.markers)
    if response.status != 200 or body.count(request.row) != request.rows or not is_of_user:
        line = request.data.partition(b"\r\n")[0].decode()
        raise WrongAnswer(f"{line}: unexpected response, status {response.status}, {len(body)} bytes.")


class _Connection:
    """One client connection. It reconnects if the server closed it after a response."""

    def __init__(
        self, port: int, requests: Iterator[Request], poll: select.poll, registry: dict[int, "_Connection"]
    ) -> None:
        self.port, self.requests, self.poll, self.registry = port, requests, poll, registry
        self.socket: socket.socket | None = None
        self.received = bytearray()

    def send(self) -> None:
        self.current = next(self.requests)
        # Before connecting: latency includes a new connection.
        self.sent_at = time.perf_counter()
        if self.socket is None:
            self._connect()
        self.socket.send(self.current.data)

    def read(self) -> bool:
        """Receive more of the response; whether it is complete."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise WrongAnswer("The connection was closed within a response.")
        self.received += chunk
        response = _parse(self.received)
        if response is None:
            return False
        self.response = response
        return True

    def check(self) -> None:
        check(self.current, self.response)
        self.received.clear()
        if not self.response.keep_alive:
            self.close()

    def close(self) -> None:
        if self.socket is not None:
            del self.registry[self.socket.fileno()]
            self.poll.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def _connect(self) -> None:
        self.socket = socket.create_connection((HOST, self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.registry[self.socket.fileno()] = self
        self.poll.register(self.socket, select.POLLIN)


def _parse(received: bytearray) -> Response | None:
    """The response, or None while it is incomplete. All measured servers send Content-Length."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end]).lower()
    start = head.find(b"\r\ncontent-length:")
    if start < 0:
        raise WrongAnswer("A response without Content-Length.")
    length = int(head[start + 17 :].partition(b"\r\n")[0])
    if len(received) < end + 4 + length:
        return None
    return Response(int(head[9:12]), bytes(received[end + 4 : end + 4 + length]), b"\r\nconnection: close" not in head)
