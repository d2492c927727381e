"""Answers requests for this Daybook's own host only: a page of another host, led here by DNS, gets nothing.

That host's owner could otherwise read what a browser is answered here (DNS rebinding), or have a cache store our pages
under an address of theirs.
"""

import re
from urllib.parse import urlsplit

from litestar.enums import MediaType, ScopeType
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, Receive, Scope, Send

from web.domain.hosts import is_loopback
from web.http.request import PROBES
from web.http.response_headers import HEADERS
from web.settings import Settings

# Without the header that marks our pages: the client script would show this text in place of the list.
_HEADERS = {"Cache-Control": "no-store", **{name: value for name, value in HEADERS.items() if name != "Daybook"}}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?", re.IGNORECASE | re.ASCII)


class KnownHost:
    """ASGI middleware: 421 for a host that is neither that of APP_URL nor this machine under its own name.

    Every host is known while APP_URL is that of this machine and HOST lets other machines in: then nothing says by
    which names they do, and signing in names the right one.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.app_url = settings.app_url
        self._own = urlsplit(settings.app_url).hostname or ""
        self._knows_all = is_loopback(self._own) and not is_loopback(settings.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or self._knows_all or scope["path"] in PROBES or self._is_known(scope):
            await self.app(scope, receive, send)
            return
        text = f"This Daybook is at {self.app_url}.\n"
        answer = ASGIResponse(body=text.encode(), status_code=421, media_type=MediaType.TEXT, headers=_HEADERS)
        await answer(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        # HTTP/1.0 needs none, and the server has refused two.
        if not hosts:
            return True
        found = _HOST.fullmatch(hosts[0])
        name = found[1].strip("[]").lower() if found else ""
        # Browsers resolve names below `localhost` to this machine, without DNS.
        return name == self._own or is_loopback(name) or name.endswith(".localhost")
