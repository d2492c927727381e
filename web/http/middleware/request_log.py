"""Logs one line per request: method, path, status, milliseconds. Never a cookie, a body or a query."""

import logging
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("daybook.requests")
# Polled every few seconds.
EXCLUDED_PATHS = ("/healthz", "/readyz")


class RequestLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in EXCLUDED_PATHS:
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 0

        async def send_noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noting_status)
        finally:
            milliseconds = (time.perf_counter() - start) * 1000
            # repr(): a path may contain a line break, and a log line is one line.
            log.info("%s %s %s %.1f ms", scope["method"], repr(scope["path"])[1:-1], status, milliseconds)
