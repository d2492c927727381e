"""Warns once that a proxy sends client addresses and is not trusted: all its users would count as one client."""

import logging

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from web.domain.log_context import addresses

log = logging.getLogger("daybook.requests")


class ForwardedCheck:
    """ASGI middleware behind uvicorn's, which replaces the client by an address of a trusted X-Forwarded-For."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and not self._has_warned:
            self._check(scope.get("client"), [value for name, value in scope["headers"] if name == b"x-forwarded-for"])
        await self.app(scope, receive, send)

    def _check(self, client: tuple[str, int] | None, forwarded: list[bytes]) -> None:
        if not client or not forwarded or client[0].encode() in b",".join(forwarded):
            return
        self._has_warned = True
        log.warning(
            "A request from %s came with X-Forwarded-For, which is ignored. If that is the address of your proxy, set "
            "FORWARDED_ALLOW_IPS to it; otherwise all users behind it count as one client.",
            addresses.shown(client[0]),
        )
