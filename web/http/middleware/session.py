"""Reads the credential of each request, and lets Better Auth extend sessions that are due.

On pages that is the session cookie. Programs may send another one under /api/, in Authorization.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import Connection

from web.auth.client import BetterAuthClient, ClientInfo
from web.auth.cookie import token_of, token_of_bearer, values_of
from web.auth.errors import AuthFailed, AuthUnavailable
from web.auth.identity import Credentials, CurrentUser, note_use
from web.auth.session_uses import note_use as note_session
from web.db.database import Database
from web.domain.access_tokens import is_token
from web.domain.timestamps import utc_now
from web.http.request import client_info
from web.settings import Settings

log = logging.getLogger("daybook.auth")


class SessionMiddleware(ASGIMiddleware):
    """Puts `Credentials` into the request's state, where the unit of work resolves them. Extends a due session."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "public"

    def __init__(self, settings: Settings) -> None:
        self.secret = settings.required_secret()
        self.issuer = settings.app_url
        self.cookie_name = settings.session_cookie
        self.longest = timedelta(days=settings.session_days)
        self._renewing: set[str] = set()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if (sent := authorization_of(scope)) is not None:
            await self._handle_program(scope, receive, send, next_app, sent)
            return
        client = client_info(scope)
        token = token_of(values_of(self.cookie_name, client.cookies), self.secret)
        credentials = Credentials(token, longest=self.longest)
        credentials.serves_closing = bool(scope["route_handler"].opt.get("serves_closing"))
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
        if (session := credentials.session) and session.is_use_due(now := utc_now()):
            await self._note(scope, lambda one: note_session(one, session.id, client.network, now))

    async def _handle_program(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp, sent: str) -> None:
        """The cookie does not count beside it. The use of an access token is noted once the answer is sent."""
        credentials = scope["state"]["credentials"] = self._bearer(sent)
        await next_app(scope, receive, send)
        if (access := credentials.access) and access.is_due(now := utc_now()):
            await self._note(scope, lambda one: note_use(one, access, now))

    async def _note(self, scope: Scope, work: Callable[[Connection], None]) -> None:
        """After the answer, and without a consequence for it."""
        database: Database = scope["litestar_app"].state.database
        try:
            await database.run(work, writing=True, transaction=True)
        except Exception as problem:
            log.warning("The use of a credential was not noted: %s", type(problem).__name__)

    def _bearer(self, sent: str) -> Credentials:
        """A signed session token (the header `set-auth-token` of Better Auth), or another bearer token."""
        scheme, _, text = sent.partition(" ")
        if scheme.lower() != "bearer":
            return Credentials(None)
        text = text.strip()
        token = None if is_token(text) else token_of_bearer(text, self.secret)
        if token:
            return Credentials(token, longest=self.longest)
        return Credentials(None, bearer=text, issuer=self.issuer, longest=self.longest)

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


def authorization_of(scope: Scope) -> str | None:
    """The Authorization header of a request to the API; None without one."""
    if not scope["path"].startswith("/api/"):
        return None
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), None)


def credentials_of(scope: Any) -> Credentials:
    """The credentials of a request; empty on routes that the middleware excludes."""
    credentials: Credentials = scope["state"].get("credentials") or Credentials(None)
    return credentials


def user_of(scope: Any) -> CurrentUser | None:
    """The user of the request; None before the unit of work has resolved the credentials."""
    return credentials_of(scope).user
