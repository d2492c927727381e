"""Pages and partials made smaller on their way out, where the client takes that and nobody else can learn from it."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import brotli
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

IDENTITY = "identity"
# What is shorter fits a packet of 1,460 bytes with its headers, and arrives no sooner for being smaller still.
SMALLEST = 750
# Better Auth's answers pass as they came.
EXCLUDED_PATHS = ("/api/auth/",)
TEXT = ("text/html", "text/plain", "application/json")
GZIP_HEADER = 16


def brotli_at(quality: int) -> Callable[[bytes], bytes]:
    def compress(body: bytes) -> bytes:
        smaller: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
        return smaller

    return compress


def gzip_at(level: int) -> Callable[[bytes], bytes]:
    def compress(body: bytes) -> bytes:
        # Not gzip.compress(): that stamps the moment on it, and the same bytes should stay the same.
        stream = zlib.compressobj(level, wbits=GZIP_HEADER + zlib.MAX_WBITS)
        return stream.compress(body) + stream.flush()

    return compress


# What each costs and saves is in docs/performance.md; the one that is preferred comes first.
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {"br": brotli_at(1), "gzip": gzip_at(3)}


# Browsers send one of a few; what programs make up must not pile up here.
@lru_cache(maxsize=64)
def chosen(accepted: bytes | None, offered: Iterable[str] = tuple(CODINGS)) -> str:
    """The coding that the client likes best; of equals the first offered; `identity` where it takes none.

    By https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3, except that a client that refuses everything is answered
    all the same.
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


def accepted_by(scope: Scope) -> bytes | None:
    """What its Accept-Encoding says; several are one list."""
    values = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    return b",".join(values) if values else None


class Compression:
    """Compresses text that comes in one partial, when its client and its sender's address allow that."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"].startswith(EXCLUDED_PATHS):
            await self.app(scope, receive, send)
            return
        coding = IDENTITY if is_foreign(scope) else chosen(accepted_by(scope))
        await self.app(scope, receive, ResponseBuffer(coding, send).send)


def is_foreign(scope: Scope) -> bool:
    """Whether another site may have written a part of the page, which is what BREACH takes to guess the rest.

    The address is all that it could write, and its query all of that which a page repeats.
    See https://www.breachattack.com.
    """
    site = next((value for name, value in scope["headers"] if name == b"sec-fetch-site"), b"none")
    return bool(scope["query_string"]) and site not in (b"same-origin", b"none")


class ResponseBuffer:
    """Holds the beginning of an answer until its body is there, as its headers say how long that is."""

    def __init__(self, coding: str, send: Send) -> None:
        self.coding, self.pass_on = coding, send
        self.start: Any = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_text(message):
            self.start = message
            return
        if self.start is not None:
            start, self.start = self.start, None
            body = self._fitting(start, message)
            await self.pass_on(start)
            await self.pass_on(body)
            return
        await self.pass_on(message)

    def _fitting(self, start: Any, message: Any) -> Any:
        headers = MutableScopeHeaders.from_message(start)
        headers["vary"] = ", ".join(filter(None, (headers.get("vary"), "Accept-Encoding")))
        body = message.get("body", b"")
        if self.coding == IDENTITY or message.get("more_body") or len(body) < SMALLEST:
            return message
        smaller = CODINGS[self.coding](body)
        headers["content-encoding"] = self.coding
        headers["content-length"] = str(len(smaller))
        return {**message, "body": smaller}


def _is_text(message: Any) -> bool:
    headers = dict(message["headers"])
    return headers.get(b"content-type", b"").decode("latin-1").startswith(TEXT) and b"content-encoding" not in headers
