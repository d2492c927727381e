"""A small balancer: each request to the next instance in turn, and to another one where that one is gone.

`python -m bench.balancer PORT INSTANCE_PORT…`. It reads a whole answer before it passes any of it on. A connection that
cannot be had, or that ends before the answer does, sends the request to another instance: always for what only reads,
and for /tasks as well, because each of Daybook's actions comes to the same when it is done twice (docs/decisions.md).
In nginx this is `proxy_next_upstream error timeout non_idempotent`. What speaks with Better Auth is not repeated.
"""

import asyncio
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import uvloop

LARGEST = 1 << 20
# How long an instance that could not be reached is asked after the others only.
DOWN_SECONDS = 1.0
READS = (b"GET ", b"HEAD ")
REPEATABLE = (*READS, b"POST /tasks ", b"POST /tasks/")
NOBODY = b"HTTP/1.1 502 Bad BetterAuthClient\r\ncontent-length: 0\r\n\r\n"
LOST = (OSError, EOFError, asyncio.LimitOverrunError)

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Instance:
    """Where one listens, and the connections to it that wait for the next request."""

    port: int
    idle: list[Connection] = field(default_factory=list)
    down_until: float = 0.0

    async def ask(self, request: bytes) -> bytes:
        """The whole answer. Raises one of LOST; NotConnected where the request cannot have been heard."""
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
            return await asyncio.open_connection("127.0.0.1", self.port, limit=LARGEST)
        except OSError as problem:
            raise NotConnected from problem


class NotConnected(ConnectionError):
    """Nobody listens there."""


class Balancer:
    """Instances that are asked in turn."""

    def __init__(self, ports: Iterable[int]) -> None:
        self.instances = [Instance(port) for port in ports]
        self.turn = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection, for as long as it asks."""
        caller = str(writer.get_extra_info("peername")[0]).encode()
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                writer.write(await self.answer(said_by(caller, head) + body))
                await writer.drain()
        except LOST:
            pass
        finally:
            writer.close()

    async def answer(self, request: bytes) -> bytes:
        for instance in self._in_turn():
            try:
                return await instance.ask(request)
            except LOST as problem:
                instance.down_until = time.monotonic() + DOWN_SECONDS
                if not isinstance(problem, NotConnected) and not request.startswith(REPEATABLE):
                    break
        return NOBODY

    def _in_turn(self) -> list[Instance]:
        """All of them, beginning with the next one; those that are down come last."""
        self.turn = (self.turn + 1) % len(self.instances)
        turned = self.instances[self.turn :] + self.instances[: self.turn]
        now = time.monotonic()
        return sorted(turned, key=lambda instance: instance.down_until > now)


def said_by(caller: bytes, head: bytes) -> bytes:
    """The request's head with the caller's own address, whatever it said about that itself."""
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"x-forwarded-")]
    return b"\r\n".join([*lines, b"X-Forwarded-For: " + caller, b"", b""])


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


async def balance(port: int, instances: Iterable[int]) -> None:
    server = await asyncio.start_server(Balancer(instances).serve, "127.0.0.1", port, limit=LARGEST)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(balance(int(sys.argv[1]), map(int, sys.argv[2:])))
