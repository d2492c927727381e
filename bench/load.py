"""The load: a few connections that ask, wait, check the answer and ask again. One thread, bare sockets, no parsing.

Each answer must have status 200, as many rows as it should, and a word that only the right one has: a server that
answers quickly and wrongly fails the run.
"""

import gc
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from bench.data import ROWS, BenchUser

HOST = "127.0.0.1"
ROW = b'<li id="task-'
LONGEST_SILENCE = 10.0
CHUNK = 1 << 18
# What browsers send, but for Accept-Encoding: nobody compresses, and everybody's bytes can be looked at.
HEADERS = (
    "Host: localhost:{port}\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en-GB,en;q=0.5\r\n"
    "Sec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n"
)
HTMX = (
    "HX-Request: true\r\nHX-Request-Type: partial\r\nHX-Current-URL: http://localhost:{port}/tasks\r\n"
    "HX-Target: task-{task}\r\nOrigin: http://localhost:{port}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n"
)


class WrongAnswer(Exception):
    """What came back is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as bytes, and how its right answer is known."""

    data: bytes
    proof: bytes
    rows: int

    @classmethod
    def page(cls, user: BenchUser, port: int) -> "Ask":
        head = f"GET /tasks HTTP/1.1\r\n{HEADERS.format(port=port, cookie=user.cookie)}\r\n"
        return cls(head.encode(), f'data-user="{user.id}"'.encode(), ROWS)

    @classmethod
    def action(cls, user: BenchUser, port: int, *, complete: bool, task_id: int | None = None) -> "Ask":
        """Complete or reopen the user's task: the row that comes back offers the opposite."""
        task = task_id or user.task_id
        action, opposite = ("complete", "reopen") if complete else ("reopen", "complete")
        headers = HEADERS.format(port=port, cookie=user.cookie) + HTMX.format(port=port, task=task)
        head = f"POST /tasks/{task}/{action} HTTP/1.1\r\n{headers}\r\n"
        return cls(head.encode(), f'action="/tasks/{task}/{opposite}"'.encode(), 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body, and whether the server keeps the connection."""

    status: int
    body: bytes
    kept: bool


@dataclass
class Window:
    """What one stretch of load came to."""

    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)
    own_cpu: float = 0.0


def pages(people: Sequence[BenchUser], port: int, connections: int) -> list[Iterator[Ask]]:
    """For each connection its share of the people, over and over."""
    return [cycle([Ask.page(user, port) for user in people[place::connections]]) for place in range(connections)]


def toggles(people: Sequence[BenchUser], port: int, connections: int, completed: set[int]) -> list[Iterator[Ask]]:
    """The same for changes: every one changes something, and no two connections meet at a task."""
    return [_turning(people[place::connections], port, completed) for place in range(connections)]


def _turning(people: Sequence[BenchUser], port: int, completed: set[int]) -> Iterator[Ask]:
    both = {user.task_id: [Ask.action(user, port, complete=complete) for complete in (True, False)] for user in people}
    done = {user.task_id: user.task_id in completed for user in people}
    for task_id in cycle(both):
        yield both[task_id][done[task_id]]
        done[task_id] = not done[task_id]


def run(port: int, asks: Sequence[Iterator[Ask]], seconds: float) -> Window:
    """Ask on as many connections as there are rows of asks, until the time is up and every answer is there."""
    window, poll = Window(), select.poll()
    connections = {}
    gc.disable()
    own = time.process_time()
    began = time.perf_counter()
    try:
        for row in asks:
            _Connection(port, row, poll, connections).ask()
        end = began + seconds
        while connections:
            ready = poll.poll(1000 * LONGEST_SILENCE)
            if not ready:
                raise WrongAnswer(f"Nothing came back for {LONGEST_SILENCE:.0f} seconds.")
            for number, _ in ready:
                connection = connections[number]
                if connection.read():
                    now = time.perf_counter()
                    window.latencies_ms.append(1000 * (now - connection.asked_at))
                    connection.check()
                    if now < end:
                        connection.ask()
                    else:
                        connection.close()
        window.seconds = time.perf_counter() - began
    finally:
        for connection in list(connections.values()):
            connection.close()
        gc.enable()
    window.own_cpu = (time.process_time() - own) / window.seconds
    return window


def answer_to(port: int, data: bytes) -> Answer:
    """One request on a connection of its own. Raises OSError where nobody listens."""
    with socket.create_connection((HOST, port), timeout=LONGEST_SILENCE) as connection:
        connection.sendall(data)
        received = bytearray()
        while (answer := _read(received)) is None:
            chunk = connection.recv(CHUNK)
            if not chunk:
                raise ConnectionError("The connection ended within an answer.")
            received += chunk
    return answer


def check(ask: Ask, answer: Answer) -> None:
    """Raises WrongAnswer."""
    if answer.status != 200 or answer.body.count(ROW) != ask.rows or ask.proof not in answer.body:
        request = ask.data.partition(b"\r\n")[0].decode()
        raise WrongAnswer(f"{request} was answered with {answer.status} and {len(answer.body)} other bytes than asked.")


class _Connection:
    """One client: asks again when it has its answer, and connects anew where the server hung up."""

    def __init__(
        self, port: int, asks: Iterator[Ask], poll: select.poll, all_of_them: dict[int, "_Connection"]
    ) -> None:
        self.port, self.asks, self.poll, self.all = port, asks, poll, all_of_them
        self.socket: socket.socket | None = None
        self.received = bytearray()

    def ask(self) -> None:
        self.current = next(self.asks)
        # A new connection is part of what its request costs.
        self.asked_at = time.perf_counter()
        if self.socket is None:
            self._connect()
        self.socket.send(self.current.data)

    def read(self) -> bool:
        """Whether the answer is complete."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise WrongAnswer("The connection ended within an answer.")
        self.received += chunk
        answer = _read(self.received)
        if answer is None:
            return False
        self.answer = answer
        return True

    def check(self) -> None:
        check(self.current, self.answer)
        self.received.clear()
        if not self.answer.kept:
            self.close()

    def close(self) -> None:
        if self.socket is not None:
            del self.all[self.socket.fileno()]
            self.poll.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def _connect(self) -> None:
        self.socket = socket.create_connection((HOST, self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.all[self.socket.fileno()] = self
        self.poll.register(self.socket, select.POLLIN)


def _read(received: bytearray) -> Answer | None:
    """The answer, or None while some of it is missing. Every server measured here says its Content-Length."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = bytes(received[:end]).lower()
    place = head.find(b"\r\ncontent-length:")
    if place < 0:
        raise WrongAnswer("An answer without Content-Length.")
    length = int(head[place + 17 :].partition(b"\r\n")[0])
    if len(received) < end + 4 + length:
        return None
    return Answer(int(head[9:12]), bytes(received[end + 4 : end + 4 + length]), b"\r\nconnection: close" not in head)
