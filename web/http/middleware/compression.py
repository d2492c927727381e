"""Compresses text responses with brotli or gzip, except where the BREACH attack could exploit it."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import brotli
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.http.request import PROXIED

IDENTITY = "identity"
# Bytes. A shorter body fits one packet of 1,460 bytes with its headers either way.
MIN_BODY = 750
TEXT = ("text/html", "text/plain", "text/calendar", "application/json", "application/problem+json")
GZIP_HEADER = 16


def brotli_at(quality: int) -> Callable[[bytes], bytes]:
    """A function that compresses with brotli at this quality (0 to 11)."""

    def compress(body: bytes) -> bytes:
        compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
        return compressed

    return compress


def gzip_at(level: int) -> Callable[[bytes], bytes]:
    """A function that compresses with gzip at this level (0 to 9)."""

    def compress(body: bytes) -> bytes:
        # Not gzip.compress(), which adds a timestamp: equal bodies should give equal bytes.
        stream = zlib.compressobj(level, wbits=GZIP_HEADER + zlib.MAX_WBITS)
        return stream.compress(body) + stream.flush()

    return compress


# In order of preference. docs/performance.md has the time and size of each level.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {"br": brotli_at(1), "gzip": gzip_at(6)}


# Browsers send a handful of values; the limit is for programs that send arbitrary ones.
@lru_cache(maxsize=64)
def choose_coding(accepted: bytes | None, offered: Iterable[str] = tuple(CODINGS)) -> str:
    """The offered coding with the highest weight, the first of equals, or `identity` if the client accepts none.

    Implements https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3, except that a client that refuses every coding,
    `identity` included, still gets a response.
    """
    weights = _weights((accepted or b"").decode("latin-1").lower())
    others = weights.get("*", 0.0)
    best = max(offered, key=lambda coding: weights.get(coding, others), default=IDENTITY)
    weight = weights.get(best, others)
    return best if weight > 0 and weight >= weights.get(IDENTITY, 0.0) else IDENTITY


def _weights(accepted: str) -> dict[str, float]:
    weights = {}
    for part in accepted.split(","):
        coding, *parameters = (word.strip() for word in part.split(";"))
        weights[coding] = min((_weight(parameter) for parameter in parameters), default=1.0)
    return weights


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def accept_encoding(scope: Scope) -> bytes | None:
    """The Accept-Encoding of a request, several headers joined into one list; None if there is none."""
    values = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    return b",".join(values) if values else None


class Compression:
    """ASGI middleware that compresses text responses with a single body message."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(PROXIED):
            await self.app(scope, receive, send)
            return
        coding = IDENTITY if is_exposed_to_breach(scope) else choose_coding(accept_encoding(scope))
        await self.app(scope, receive, ResponseBuffer(coding, send).send)


def is_exposed_to_breach(scope: Scope) -> bool:
    """Whether another site may have chosen text that the page repeats, which the BREACH attack requires.

    The query is the only part of a request that another site can set and a page repeats. See
    https://www.breachattack.com.
    """
    site = next((value for name, value in scope["headers"] if name == b"sec-fetch-site"), b"none")
    return bool(scope["query_string"]) and site not in (b"same-origin", b"none")


class ResponseBuffer:
    """Holds back the start of a response until its body is compressed, because Content-Length depends on it."""

    def __init__(self, coding: str, send: Send) -> None:
        self.coding, self.forward = coding, send
        self.start: Any = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            self.start = message
            return
        if self.start is not None:
            start, self.start = self.start, None
            body = self._encode(start, message)
            await self.forward(start)
            await self.forward(body)
            return
        await self.forward(message)

    def _encode(self, start: Any, message: Any) -> Any:
        headers = MutableScopeHeaders.from_message(start)
        headers["vary"] = ", ".join(filter(None, (headers.get("vary"), "Accept-Encoding")))
        body = message.get("body", b"")
        if self.coding == IDENTITY or message.get("more_body") or len(body) < MIN_BODY:
            return message
        encoded = CODINGS[self.coding](body)
        headers["content-encoding"] = self.coding
        headers["content-length"] = str(len(encoded))
        return {**message, "body": encoded}


def _is_text(message: Any) -> bool:
    headers = dict(message["headers"])
    return headers.get(b"content-type", b"").decode("latin-1").startswith(TEXT) and b"content-encoding" not in headers
