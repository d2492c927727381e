"""Refuses requests that another site sends with the user's cookies (CSRF), by Fetch Metadata."""

import re

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

# As browsers write one (https://www.rfc-editor.org/rfc/rfc6454#section-6.2).
_ORIGIN = re.compile(r"https?://[a-z0-9.\-_\[\]:]{1,255}")
# Methods that change nothing (https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1).
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS"))


class CrossSite(Exception):
    """Another site sent a changing request with this user's cookies.

    `origin` is the sender's; empty if it is not known, or `expected` itself. `is_own_address`: it is the address that
    the request was sent to.
    """

    def __init__(self, origin: str, expected: str, host: str) -> None:
        is_origin = _ORIGIN.fullmatch(origin) and origin != expected
        self.origin = origin if is_origin else ""
        self.expected = expected
        self.is_own_address = bool(is_origin) and origin.partition("://")[2] == host


class SameOrigin(ASGIMiddleware):
    """Lets changing requests pass from our own origin only (https://www.w3.org/TR/fetch-metadata/).

    Browsers name the origin of a request in Sec-Fetch-Site, older ones in Origin. A program sends neither, and passes
    as long as it sends no session cookie. Raises CrossSite. Routes with `any_origin`, which read
    no session, are left out.
    """

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "any_origin"

    def __init__(self, origin: str, session_cookie: str) -> None:
        self.origin = origin.encode()
        self.session_cookie = session_cookie.encode()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] not in SAFE_METHODS and not self._is_allowed(scope):
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            raise CrossSite(headers.get(b"origin", ""), self.origin.decode(), headers.get(b"host", ""))
        await next_app(scope, receive, send)

    def _is_allowed(self, scope: HTTPScope) -> bool:
        if sites := values_of(b"sec-fetch-site", scope):
            return sites in ([b"same-origin"], [b"none"])
        if origins := values_of(b"origin", scope):
            return origins == [self.origin]
        return not any(self.session_cookie + b"=" in cookies for cookies in values_of(b"cookie", scope))


def values_of(name: bytes, scope: HTTPScope) -> list[bytes]:
    """All values of a header that are not empty, in order: a client may send it more than once."""
    return [value for key, value in scope["headers"] if key == name and value]
