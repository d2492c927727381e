"""What every answer carries, and which requests may change anything."""

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import (
    ASGIApp,
    BeforeMessageSendHookHandler,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
)

from web.http.errors import CrossSite
from web.http.request import SAFE_METHODS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NOT_KEPT = (b"cache-control", b"no-store")
TWO_YEARS = "max-age=63072000; includeSubDomains"


def headers_hook(secure: bool) -> BeforeMessageSendHookHandler:
    """Puts the headers on every answer, errors and unknown paths included: no middleware runs for those."""
    fixed = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if secure else {})
    pairs = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]
    names = {name for name, _ in pairs}

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            given = [pair for pair in message["headers"] if pair[0] not in names]
            cached = any(name == b"cache-control" for name, _ in given)
            message["headers"] = [*given, *pairs, *([] if cached else [NOT_KEPT])]

    return add_headers


class SameOrigin(ASGIMiddleware):
    """Refuses what another site asks for in a user's name, by Fetch Metadata (https://www.w3.org/TR/fetch-metadata/).

    Browsers say where a request comes from in Sec-Fetch-Site; older ones at least in Origin. A program sends
    neither, and passes as long as it brings no session cookie along. Raises CrossSite.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, origin: str, session_cookie: str) -> None:
        self.origin = origin.encode()
        self.session_cookie = session_cookie.encode()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] not in SAFE_METHODS and not self._may_pass(scope):
            raise CrossSite
        await next_app(scope, receive, send)

    def _may_pass(self, scope: HTTPScope) -> bool:
        headers = dict(scope["headers"])
        if site := headers.get(b"sec-fetch-site"):
            return site in (b"same-origin", b"none")
        if origin := headers.get(b"origin"):
            return origin == self.origin
        return self.session_cookie + b"=" not in headers.get(b"cookie", b"")
