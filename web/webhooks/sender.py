"""Sends one event to one receiver, signed as Standard Webhooks 1.0 says."""

import ssl
import time
from collections.abc import Sequence
from typing import NamedTuple

import httpcore

from web.domain.webhook_signatures import signed_headers
from web.webhooks.connections import AddressRefused, GuardedBackend

TIMEOUT_SECONDS = 15.0
# Bytes of an answer that are read before the connection is closed; nothing is kept of them.
MOST_READ = 100_000
GONE = 410


class Outcome(NamedTuple):
    """What came of an attempt: the status that the receiver answered with, or why there is none."""

    status: int | None
    problem: str = ""
    # Seconds, as the receiver's Retry-After says.
    retry_after: str = ""

    @property
    def is_success(self) -> bool:
        """Only 2xx: a redirect is not followed, since it could lead to another receiver."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The receiver wants no more events."""
        return self.status == GONE


class WebhookSender:
    """May be used in several threads; each request has a connection of its own. Reads no proxy from the environment."""

    def __init__(self, *, allows_private: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self._allows_private = allows_private
        self._tls = tls

    def send(self, url: str, secrets: Sequence[str], message_id: str, body: bytes) -> Outcome:
        """Blocks for up to TIMEOUT_SECONDS."""
        headers: list[tuple[str | bytes, str | bytes]] = [
            *signed_headers(secrets, message_id, int(time.time()), body).items(),
            ("content-type", "application/json"),
            ("user-agent", "Daybook"),
        ]
        deadline = time.monotonic() + TIMEOUT_SECONDS
        backend = GuardedBackend(deadline, allows_private=self._allows_private)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
                pool.stream("POST", url, headers=headers, content=body) as response,
            ):
                _read_some(response)
                return Outcome(response.status, retry_after=_header(response, b"retry-after"))
        except AddressRefused as problem:
            return Outcome(None, str(problem))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError) as problem:
            return Outcome(None, _words(problem))


def _read_some(response: httpcore.Response) -> None:
    read = 0
    for part in response.iter_stream():
        read += len(part)
        if read >= MOST_READ:
            return


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")


def _words(problem: Exception) -> str:
    if isinstance(problem, httpcore.TimeoutException):
        return f"No answer within {TIMEOUT_SECONDS:g} seconds."
    if isinstance(problem, httpcore.ConnectError):
        return "No connection."
    return "The connection broke off."
