"""Connections to receivers of webhooks: to public addresses only, and over within a time.

The name of a receiver is looked up once, and the connection goes to the address that was checked: a name that has
another address a moment later (DNS rebinding) leads nowhere else.
"""

import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from web.domain.network_addresses import is_public


class AddressRefused(Exception):
    """The name of a receiver leads to an address that Daybook does not call. The text is one sentence for the user."""


class GuardedBackend(httpcore.SyncBackend):
    """Opens connections for one request, which has to be over at `deadline` (of time.monotonic)."""

    def __init__(self, deadline: float, *, allows_private: bool) -> None:
        self._deadline = deadline
        self._allows_private = allows_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Raises AddressRefused if any address of the name is not public, httpcore.ConnectError."""
        address = self._checked(host, port)
        left = _left(self._deadline, timeout)
        return _TimedStream(super().connect_tcp(address, port, left, local_address, socket_options), self._deadline)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise AddressRefused("A receiver has no socket on this machine.")

    def _checked(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:
            raise httpcore.ConnectError(f"{host} has no address") from problem
        addresses = [str(one[4][0]) for one in found]
        if not self._allows_private and not all(map(is_public, addresses)):
            raise AddressRefused("This leads to an address that is not public.")
        return addresses[0]


class _TimedStream(httpcore.NetworkStream):
    """A stream whose reads and writes end at the deadline: a receiver may send a byte a second for ever."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    """Seconds for the next step. Raises httpcore.ReadTimeout."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the receiver took too long")
    return left if timeout is None else min(left, timeout)
