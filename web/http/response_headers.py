"""Headers that every response carries."""

import re

from litestar.enums import ScopeType
from litestar.types import BeforeMessageSendHookHandler, Message, Scope

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    # Tells the client (static/js/request_policy.js) that the response is ours, not that of a proxy.
    "Daybook": "1",
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NO_STORE = (b"cache-control", b"no-store")
# Where a form leads that was not accepted: nothing was done yet.
NOT_YET = (b"/sign-in", b"/settings/confirm")
TWO_YEARS = "max-age=63072000; includeSubDomains"


def headers_hook(secure: bool) -> BeforeMessageSendHookHandler:
    """A hook that adds the headers to every response. Errors and unknown paths do not pass through middleware."""
    fixed = HEADERS | ({"Strict-Transport-Security": TWO_YEARS} if secure else {})
    pairs = [(name.lower().encode(), value.encode()) for name, value in fixed.items()]
    names = {name for name, _ in pairs}

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0] not in names]
            cached = any(name == b"cache-control" for name, _ in headers)
            sent = [(b"set-cookie", sent_cookie(scope["path"]).encode())] if _is_done(message, scope) else []
            message["headers"] = [*headers, *pairs, *([] if cached else [NO_STORE]), *sent]

    return add_headers


def _is_done(message: Message, scope: Scope) -> bool:
    """Whether this leads on from a form that was accepted."""
    if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or message["type"] != "http.response.start":
        return False
    to = next((value for name, value in message["headers"] if name.lower() == b"location"), b"/sign-in")
    # What a header may hold as it is; a form of ours has no other path.
    is_plain = re.fullmatch(r"[/\w-]+", scope["path"], re.ASCII) is not None
    return message["status"] == 303 and not to.startswith(NOT_YET) and is_plain


def sent_cookie(path: str) -> str:
    """Says that the form of that path, which the browser itself sent, is done: its draft can go
    (static/js/form_drafts.js). An answer that is a page sets it itself.
    """
    return f"daybook-sent={path}; Path=/; Max-Age=60; SameSite=Lax"
