"""Puts the person on the request: cookie, session row, and a renewal when it is due."""

import asyncio
import logging

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from web.auth import session
from web.auth.gateway import Gateway, Unreachable, Visitor
from web.auth.session import Found, Person
from web.database import Database
from web.models.moments import now

log = logging.getLogger("daybook.auth")


class NotSignedIn(Exception):
    """A page that belongs to a person, asked for by nobody."""


class SessionMiddleware(ASGIMiddleware):
    """Sets `scope["user"]` to a Person, or to None for whoever is not signed in."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "for_anybody"

    def __init__(self, database: Database, gateway: Gateway, secret: str, cookie_name: str) -> None:
        self.database = database
        self.gateway = gateway
        self.secret = secret
        self.cookie_name = cookie_name
        self._renewing: set[str] = set()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        visitor = visitor_of(scope)
        token = session.token_of(session.values_of(self.cookie_name, visitor.cookies), self.secret)
        found = await self._found(token) if token else None
        scope["user"] = found.person if found else None
        cookies = await self._renew(visitor, token, found) if token and found else []
        await next_app(scope, receive, _adding(cookies, send) if cookies else send)

    async def _found(self, token: str) -> Found | None:
        with await self.database.seat():
            return await asyncio.to_thread(self._find, token)

    def _find(self, token: str) -> Found | None:
        with self.database.reading() as reading:
            return session.find(reading, token, now())

    async def _renew(self, visitor: Visitor, token: str, found: Found) -> list[str]:
        """Asked once, however many requests of a page arrive together; a failure costs nobody their page."""
        remembered = not session.values_of(self._dont_remember, visitor.cookies)
        if not (found.due(now()) and remembered) or token in self._renewing:
            return []
        self._renewing.add(token)
        try:
            return await self.gateway.renew(visitor)
        except Unreachable as problem:
            log.warning("a sign-in was not renewed: %s", problem)
            return []
        finally:
            self._renewing.discard(token)

    @property
    def _dont_remember(self) -> str:
        return self.cookie_name.removesuffix("session_token") + "dont_remember"


def person_of(scope: Scope) -> Person | None:
    """Who sent this request; nobody where the middleware does not run, as on a path that leads nowhere."""
    person: Person | None = scope.get("user")
    return person


def visitor_of(scope: Scope) -> Visitor:
    """The sender as the server saw it: never what a client says of itself in X-Forwarded-For."""
    headers: dict[str, list[str]] = {"cookie": [], "user-agent": []}
    for name, value in scope["headers"]:
        if (key := name.decode("latin-1").lower()) in headers:
            headers[key].append(value.decode("latin-1"))
    client = scope.get("client")
    return Visitor(
        address=client[0] if client else "127.0.0.1",
        agent="".join(headers["user-agent"][:1]),
        cookies="; ".join(headers["cookie"]),
    )


def _adding(cookies: list[str], send: Send) -> Send:
    async def send_with_cookies(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = [(b"set-cookie", cookie.encode("latin-1")) for cookie in cookies]
            message = {**message, "headers": [*message["headers"], *given]}
        await send(message)

    return send_with_cookies
