"""Notices clients that leave while they wait for Better Auth, so that no password is hashed for them."""

import asyncio
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from web.http.request import CLIENT_LEFT


class Disconnect(ASGIMiddleware):
    """Gives handlers with the option `waits` a future that is done once the client has left."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if not scope["route_handler"].opt.get("waits") or scope["type"] != ScopeType.HTTP:
            await next_app(scope, receive, send)
            return
        left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        watching: list[asyncio.Task[None]] = []
        scope["state"][CLIENT_LEFT] = left

        async def receive_and_watch() -> Any:
            message = await receive()
            if message["type"] == "http.request" and not message.get("more_body") and not watching:
                watching.append(asyncio.ensure_future(_wait(receive, left)))
            return message

        try:
            await next_app(scope, receive_and_watch, send)
        finally:
            for task in watching:
                task.cancel()


async def _wait(receive: Receive, left: "asyncio.Future[None]") -> None:
    """What follows the body is that the client has left."""
    await receive()
    if not left.done():
        left.set_result(None)
