"""Whoever asks for the head of a page gets what a GET would say, and no body: link checkers, monitors, curl -I."""

from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

# A GET there may use up a link that works once, and programs that look through mail ask for heads.
EXCLUDED_PATHS = "/api/auth/"


class Head:
    """Asks the application for the page and keeps its body back; the headers say how long that would be."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD" or scope["path"].startswith(EXCLUDED_PATHS):
            await self.app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        page: Any = {**scope, "method": "GET"}
        await self.app(page, receive, without_body)
