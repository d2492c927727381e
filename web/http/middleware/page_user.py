"""Reads for which user the sending page was rendered, to reject requests from another user's page."""

from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from web.http.middleware.session import credentials_of

# htmx sends the header. A form without htmx has the parameter in the query of its URL (templates/tasks/_new.html).
HEADER, PARAMETER = b"daybook-user", "page_user"


class PageUser(ASGIMiddleware):
    """Stores the user id of the page in the request's `Credentials`; `look_up` compares it with the signed-in user.

    Tabs share one cookie: after another user signs in in one tab, a form in another tab would write to that account.
    """

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "public"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] == ScopeType.HTTP:
            credentials_of(scope).page_user = page_user_of(scope)
        await next_app(scope, receive, send)


def page_user_of(scope: HTTPScope) -> str | None:
    """The id of the user whose page sent the request; None if the request does not say."""
    for name, value in scope["headers"]:
        if name == HEADER:
            return value.decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return parse_qs(query).get(PARAMETER, [None])[-1] if PARAMETER in query else None
