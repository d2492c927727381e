"""Refuses a request whose declared length is too large, before any of its body has arrived."""

from litestar.enums import ScopeType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send


class BodySize(ASGIMiddleware):
    """Compares Content-Length with the route's limit, for handlers that do not read the body too.

    A body without a declared length is counted by Litestar while it is read. Raises RequestEntityTooLarge.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        handler = scope["route_handler"]
        limit = handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None
        if limit is not None and declared_length(scope) > limit:
            raise RequestEntityTooLarge
        await next_app(scope, receive, send)


def declared_length(scope: Scope) -> int:
    """The Content-Length, 0 without one; the largest of several, should the server have let them pass."""
    lengths = (value for name, value in scope["headers"] if name == b"content-length" and value.isdigit())
    return max(map(int, lengths), default=0)
