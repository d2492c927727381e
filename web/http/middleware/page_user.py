"""Refuses a request from a page that was rendered for another user than the one who is signed in now."""

from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from web.http.middleware.session import credentials_of

# A form that the browser itself sends has it in the query of its address (templates/tasks/_new.html).
HEADER, PARAMETER = b"daybook-user", "page_user"


class PageUser(ASGIMiddleware):
    """Notes for whom the page was rendered, if the request says so; `Credentials.look_up` compares.

    Tabs share one cookie: after a sign-in in another tab, what is typed here would land in the other account.
    """

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "public"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] == ScopeType.HTTP:
            credentials_of(scope).page_user = page_user_of(scope)
        await next_app(scope, receive, send)


def page_user_of(scope: HTTPScope) -> str | None:
    """The id of the user whose page sent the request; None where it does not say."""
    for name, value in scope["headers"]:
        if name == HEADER:
            return value.decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return parse_qs(query).get(PARAMETER, [None])[-1] if PARAMETER in query else None
