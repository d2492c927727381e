"""Answers OPTIONS with the methods of an address, which Litestar knows of one of its handlers only."""

from typing import Any

from litestar import Response
from litestar.enums import MediaType, ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.status_codes import HTTP_204_NO_CONTENT
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.http.request import PROXIED

# No handler has it, so its answer is 405 with all the methods of the address, or 404.
_NO_METHOD = "TRACE"


def share_options_handler() -> None:
    """Make one handler of OPTIONS for all addresses; only Better Auth's reach it, since this middleware answers first.

    Litestar makes one for each address, and registering them takes a third of the time of registering all handlers.
    """
    HTTPRoute.create_options_handler = _shared_options_handler  # type: ignore[method-assign]


def _shared_options_handler(self: HTTPRoute, path: str) -> HTTPRouteHandler:
    return _options


@HTTPRouteHandler("/", http_method=["OPTIONS"], status_code=HTTP_204_NO_CONTENT, sync_to_thread=False)
def _options(scope: Scope) -> Response[None]:
    routes = scope["litestar_app"].routes
    route = next(route for route in routes if route.path_format == scope["path_template"])
    return Response(None, headers={"Allow": ", ".join(sorted(route.methods))}, media_type=MediaType.TEXT)


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
