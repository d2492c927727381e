"""Lets a path through only if every program reads it in the same way."""

import re
from typing import Any
from urllib.parse import quote

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from web.http.request import PROXIED

# Characters. The longest path of ours has 120; routers keep the paths that they have matched in memory.
MAX_LENGTH = 500
# What one program takes for a part of a name and the next one resolves: empty and dot segments (`..;` is one for
# Java servers), a backslash, and these or a slash encoded.
# An encoded percent sign, an overlong encoding of a dot and an incomplete one likewise.
UNCLEAR = re.compile(
    rb"//|/\.{1,2}(?:[/;]|$)|\\|[\x00-\x20\x7f]|%(?:2e|2f|3b|5c|25|[01]|7f|c0|c1|(?![0-9a-f]{2}))", re.IGNORECASE
)


class CanonicalPath:
    """ASGI middleware: an unclear path is passed on as one encoded segment, which no route has, so it is a 404.

    Below /api/ it stays there, so that a program is answered as one. Middleware may therefore compare `scope["path"]`
    with a prefix, and the proxy may join it to an address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and not is_canonical(scope["raw_path"].partition(b"?")[0]):
            is_api = scope["path"].startswith("/api/") and not scope["path"].startswith(PROXIED)
            path = ("/api/" if is_api else "/") + quote(scope["path"][:MAX_LENGTH], safe="")
            unknown: Any = {**scope, "path": path, "raw_path": path.encode()}
            await self.app(unknown, receive, send)
            return
        await self.app(scope, receive, send)


def is_canonical(raw_path: bytes) -> bool:
    """Whether a path, as sent, has one reading. A slash at its end is allowed; routes ignore it."""
    return len(raw_path) <= MAX_LENGTH and not UNCLEAR.search(raw_path)
