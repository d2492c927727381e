"""Answers OPTIONS with the methods of an address, which Litestar knows of one of its handlers only."""

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.http.request import PROXIED

# No handler has it, so its answer is 405 with all the methods of the address, or 404.
_NO_METHOD = "TRACE"


class Options:
    """ASGI middleware: 204 with Allow, or what an unknown address is answered with."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "OPTIONS" or scope["path"].startswith(PROXIED):
            await self.app(scope, receive, send)
            return
        has_methods = False

        async def send_methods(message: Message) -> None:
            nonlocal has_methods
            if message["type"] == "http.response.start" and message["status"] == 405:
                has_methods = True
                unsized = [pair for pair in message["headers"] if pair[0] not in (b"content-length", b"content-type")]
                message = {**message, "status": 204, "headers": [*map(_with_options, unsized)]}
            elif has_methods and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked: Any = {**scope, "method": _NO_METHOD}
        await self.app(asked, receive, send_methods)


def _with_options(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    name, value = header
    return (name, value + b", OPTIONS") if name == b"allow" and b"OPTIONS" not in value else header
