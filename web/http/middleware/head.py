"""Answers HEAD with the status and headers of the matching GET, for link checkers, monitors and `curl -I`."""

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.http.request import PROXIED


class Head:
    """ASGI middleware that runs a HEAD request as a GET and drops the body; Content-Length stays that of the GET."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD" or scope["path"].startswith(PROXIED):
            # Better Auth's: a GET there may consume a single-use link, and mail scanners send HEAD.
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        get: Any = {**scope, "method": "GET"}
        await self.app(get, receive, without_body)
