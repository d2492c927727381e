"""Logs one line per request: method, path, status, milliseconds. Never a cookie, a body or a query.

All log lines of a request carry its id and the address of its client, and this one the id of its user.
"""

import logging
import secrets
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.domain.log_context import addresses, log_fields
from web.http.middleware.session import user_of
from web.http.request import PROBES, shown_path

log = logging.getLogger("daybook.requests")


class RequestLog:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in PROBES:
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        fields = {"request": secrets.token_hex(4), "client": addresses.shown(client[0]) if client else "-"}
        log_fields.set(fields)
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
            if "state" in scope and (user := user_of(scope)):
                fields["user"] = user.id
            log.info("%s %s %s %.1f ms", scope["method"], shown_path(scope), status, milliseconds)
