"""A small HTTP load balancer: round robin, with a retry on the next instance.

`python -m bench.experiments.balancer PORT INSTANCE_PORT…`. It buffers each response before it relays any of it. If an
instance cannot be reached or closes the connection early, the request goes to another one: always for safe methods, and
for /tasks too, because Daybook's actions are idempotent (docs/decisions.md). In nginx this is
`proxy_next_upstream error timeout non_idempotent`. Requests that reach Better Auth are not repeated.
"""

import asyncio
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import uvloop

MAX_BYTES = 1 << 20
# How long an unreachable instance is tried last.
DOWN_SECONDS = 1.0
SAFE = (b"GET ", b"HEAD ")
REPEATABLE = (*SAFE, b"POST /tasks ", b"POST /tasks/")
BAD_GATEWAY = b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"
CONNECTION_LOST = (OSError, EOFError, asyncio.LimitOverrunError)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Instance:
    """An instance of Daybook, with its idle connections."""

    port: int
    idle: list[Connection] = field(default_factory=list)
    down_until: float = 0.0

    async def send(self, request: bytes) -> bytes:
        """The complete response. Raises one of CONNECTION_LOST; NotConnected if the request was not sent."""
        reader, writer = await self._connection()
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = 0 if request.startswith(b"HEAD ") else _length(head)
            body = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if b"\r\nconnection: close" in head.lower():
            writer.close()
        else:
            self.idle.append((reader, writer))
        served_by = f"\r\nX-Served-By: {self.port}\r\n\r\n".encode()
        return head[:-4] + served_by + body

    async def _connection(self) -> Connection:
        while self.idle:
            reader, writer = self.idle.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        try:
            return await asyncio.open_connection("127.0.0.1", self.port, limit=MAX_BYTES)
        except OSError as problem:
            raise NotConnected from problem


class NotConnected(ConnectionError):
    """No instance listens on the port."""


class Balancer:
    """Distributes requests to the instances in turn."""

    def __init__(self, ports: Iterable[int]) -> None:
        self.instances = [Instance(port) for port in ports]
        self.turn = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Handle one client connection until it closes."""
        address = str(writer.get_extra_info("peername")[0]).encode()
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                writer.write(await self.respond(with_client_address(address, head) + body))
                await writer.drain()
        except CONNECTION_LOST:
            pass
        finally:
            writer.close()

    async def respond(self, request: bytes) -> bytes:
        """The response of the first instance that answers; 502 if none does or the request may not be repeated."""
        for instance in self._in_turn():
            try:
                return await instance.send(request)
            except CONNECTION_LOST as problem:
                instance.down_until = time.monotonic() + DOWN_SECONDS
                if not isinstance(problem, NotConnected) and not request.startswith(REPEATABLE):
                    break
        return BAD_GATEWAY

    def _in_turn(self) -> list[Instance]:
        """All instances, starting with the next one, those that are down last."""
        self.turn = (self.turn + 1) % len(self.instances)
        rotated = self.instances[self.turn :] + self.instances[: self.turn]
        now = time.monotonic()
        return sorted(rotated, key=lambda instance: instance.down_until > now)


def with_client_address(address: bytes, head: bytes) -> bytes:
    """The head of a request with X-Forwarded-For set to the client's address; forwarded headers are dropped."""
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"x-forwarded-")]
    return b"\r\n".join([*lines, b"X-Forwarded-For: " + address, b"", b""])


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def balance(port: int, instances: Iterable[int]) -> None:
    server = await asyncio.start_server(Balancer(instances).serve, "127.0.0.1", port, limit=MAX_BYTES)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(balance(int(sys.argv[1]), map(int, sys.argv[2:])))
