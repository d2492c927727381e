"""From a request to the user who sent it: cookie, session row, and a renewal when it is due."""

import logging
from dataclasses import dataclass

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import Connection

from web.auth import identity as session
from web.auth.client import AuthUnavailable, BetterAuthClient, ClientInfo
from web.auth.identity import ActiveSession, CurrentUser
from web.domain.timestamps import utc_now

log = logging.getLogger("daybook.auth")


class NotSignedIn(Exception):
    """A page that belongs to a user, asked for by nobody."""


@dataclass
class Credentials:
    """Who sent a request, as far as that is known: the cookie's token at first, the rest once somebody looks it up."""

    token: str | None
    found: ActiveSession | None = None


class SessionMiddleware(ASGIMiddleware):
    """Reads the cookie; who needs the user calls `look_up`. On the way out a sign-in is renewed when it is due."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "for_anybody"

    def __init__(self, better_auth: BetterAuthClient, secret: str, cookie_name: str) -> None:
        self.better_auth = better_auth
        self.secret = secret
        self.cookie_name = cookie_name
        self._renewing: set[str] = set()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        client = client_info(scope)
        sender = Credentials(session.token_of(session.values_of(self.cookie_name, client.cookies), self.secret))
        scope["state"]["sender"] = sender

        async def renewing(message: Message) -> None:
            if message["type"] == "http.response.start" and sender.found and sender.found.due(utc_now()):
                given = [(b"set-cookie", cookie.encode("latin-1")) for cookie in await self._renew(client, sender)]
                message = {**message, "headers": [*message["headers"], *given]}
            await send(message)

        await next_app(scope, receive, renewing if sender.token else send)

    async def _renew(self, client: ClientInfo, sender: Credentials) -> list[str]:
        """Asked once, however many requests of a page arrive together; a failure costs nobody their page."""
        token = sender.token or ""
        if session.values_of(self._dont_remember, client.cookies) or token in self._renewing:
            return []
        self._renewing.add(token)
        try:
            return await self.better_auth.renew(client)
        except AuthUnavailable as problem:
            log.warning("a sign-in was not renewed: %s", problem)
            return []
        finally:
            self._renewing.discard(token)

    @property
    def _dont_remember(self) -> str:
        return self.cookie_name.removesuffix("session_token") + "dont_remember"


def look_up(scope: Scope, connection: Connection) -> CurrentUser | None:
    """Whose sign-in came with this request, if it holds. One statement."""
    sender: Credentials = scope["state"]["sender"]
    sender.found = session.find(connection, sender.token, utc_now()) if sender.token else None
    return user_of(scope)


def user_of(scope: Scope) -> CurrentUser | None:
    """Who sent this request, as far as somebody has looked it up; nobody where the middleware does not run."""
    sender: Credentials | None = scope["state"].get("sender")
    return sender.found.user if sender and sender.found else None


def client_info(scope: Scope) -> ClientInfo:
    """The sender as the server saw it: never what a client says of itself in X-Forwarded-For."""
    headers: dict[bytes, list[str]] = {b"cookie": [], b"user-agent": []}
    for name, value in scope["headers"]:
        if name in headers:
            headers[name].append(value.decode("latin-1"))
    client = scope.get("client")
    return ClientInfo(
        address=client[0] if client else "127.0.0.1",
        agent="".join(headers[b"user-agent"][:1]),
        cookies="; ".join(headers[b"cookie"]),
    )
