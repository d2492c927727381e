"""Reads the session cookie of a request, and renews a session that is due."""

import logging
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.auth.client import AuthUnavailable, BetterAuthClient, ClientInfo
from web.auth.cookie import token_of, values_of
from web.auth.identity import Credentials, CurrentUser
from web.domain.timestamps import utc_now
from web.http.request import client_info

log = logging.getLogger("daybook.auth")


class SessionMiddleware(ASGIMiddleware):
    """Puts `Credentials` on the scope; the unit of work looks them up. Renews the session on the way out."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "public"

    def __init__(self, better_auth: BetterAuthClient, secret: str, cookie_name: str) -> None:
        self.better_auth = better_auth
        self.secret = secret
        self.cookie_name = cookie_name
        self._renewing: set[str] = set()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        client = client_info(scope)
        credentials = Credentials(token_of(values_of(self.cookie_name, client.cookies), self.secret))
        scope["state"]["credentials"] = credentials

        async def send_with_renewal(message: Message) -> None:
            session = credentials.session
            if message["type"] == "http.response.start" and session and session.is_due(utc_now()):
                cookies = [
                    (b"set-cookie", cookie.encode("latin-1")) for cookie in await self._renew(client, credentials)
                ]
                message = {**message, "headers": [*message["headers"], *cookies]}
            await send(message)

        await next_app(scope, receive, send_with_renewal if credentials.token else send)

    async def _renew(self, client: ClientInfo, credentials: Credentials) -> list[str]:
        """Once, however many requests of a page arrive together. A failure does not fail the request."""
        token = credentials.token or ""
        if values_of(self._dont_remember, client.cookies) or token in self._renewing:
            return []
        self._renewing.add(token)
        try:
            return await self.better_auth.renew(client)
        except AuthUnavailable as problem:
            log.warning("a session was not renewed: %s", problem)
            return []
        finally:
            self._renewing.discard(token)

    @property
    def _dont_remember(self) -> str:
        return self.cookie_name.removesuffix("session_token") + "dont_remember"


def credentials_of(scope: Any) -> Credentials:
    """The credentials of a request; empty where the middleware does not run."""
    credentials: Credentials = scope["state"].get("credentials") or Credentials(None)
    return credentials


def user_of(scope: Any) -> CurrentUser | None:
    """The user who sent this request, if it has been looked up."""
    return credentials_of(scope).user
