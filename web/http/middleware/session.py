"""Reads the session cookie of each request, and lets Better Auth extend sessions that are due."""

import logging
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.auth.client import AuthFailed, AuthUnavailable, BetterAuthClient, ClientInfo
from web.auth.cookie import token_of, values_of
from web.auth.identity import Credentials, CurrentUser
from web.domain.timestamps import utc_now
from web.http.request import client_info

log = logging.getLogger("daybook.auth")


class SessionMiddleware(ASGIMiddleware):
    """Puts `Credentials` into the request's state, where the unit of work resolves them. Extends a due session."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "public"

    def __init__(self, secret: str, cookie_name: str) -> None:
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
                    (b"set-cookie", cookie.encode("latin-1"))
                    for cookie in await self._renew(scope, client, credentials)
                ]
                message = {**message, "headers": [*message["headers"], *cookies]}
            await send(message)

        await next_app(scope, receive, send_with_renewal if credentials.token else send)

    async def _renew(self, scope: Scope, client: ClientInfo, credentials: Credentials) -> list[str]:
        """Renew once for concurrent requests of a session. A failure is logged and does not fail the request."""
        better_auth: BetterAuthClient = scope["litestar_app"].state.better_auth
        token = credentials.token or ""
        if values_of(self._dont_remember, client.cookies) or token in self._renewing:
            return []
        self._renewing.add(token)
        try:
            return await better_auth.renew(client)
        except (AuthUnavailable, AuthFailed) as problem:
            log.warning("A session was not renewed: %s", problem)
            return []
        finally:
            self._renewing.discard(token)

    @property
    def _dont_remember(self) -> str:
        return self.cookie_name.removesuffix("session_token") + "dont_remember"


def credentials_of(scope: Any) -> Credentials:
    """The credentials of a request; empty on routes that the middleware excludes."""
    credentials: Credentials = scope["state"].get("credentials") or Credentials(None)
    return credentials


def user_of(scope: Any) -> CurrentUser | None:
    """The user of the request; None before the unit of work has resolved the credentials."""
    return credentials_of(scope).user
