"""Proxies /api/auth/* to Better Auth, for Better Auth's own clients and the links in its mails."""

from dataclasses import replace

from litestar import HttpMethod, get, route
from litestar.exceptions import MethodNotAllowedException

from web.auth.client import BASE_PATH, relayed_headers
from web.auth.endpoints import WrongMethod, checked_call
from web.domain.errors import NotFound
from web.http.dependencies import BetterAuth
from web.http.middleware.page_user import page_user_of
from web.http.request import AnyRequest, client_info, header, query_string
from web.http.responses import Page, RawResponse

# The signed token of a new or changed session, as Better Auth's plugin for bearer tokens sends it.
SESSION_HEADER = "set-auth-token"
METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]


@route("/api/auth/{rest:path}", http_method=METHODS, status_code=200, public=True, waits=True)
async def proxy(request: AnyRequest, better_auth: BetterAuth) -> RawResponse:
    """Forwards a call of a known endpoint and relays the response, without hop-by-hop and forwarding headers.

    Raises AnotherUser where the page that sends it is that of another user.
    """
    path, content_type = request.scope["path"].removeprefix(BASE_PATH), header(request, b"content-type")
    try:
        call = checked_call(request.method, path, query_string(request), content_type, await request.body())
    except WrongMethod as problem:
        raise MethodNotAllowedException(headers={"Allow": str(problem)}) from problem
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]
    client = replace(client_info(request.scope), page_user=page_user_of(request.scope))
    response = await better_auth.forward(call, headers, client)
    if response.status_code == 404 and not response.content:
        raise NotFound("Better Auth has no such endpoint")
    relayed = relayed_headers(response)
    if _is_browser(request):
        relayed = [pair for pair in relayed if pair[0] != SESSION_HEADER]
    return RawResponse(response.content, status=response.status_code, headers=relayed)


def _is_browser(request: AnyRequest) -> bool:
    """It has the session in a cookie, which no script reads; the header is for programs."""
    return bool(header(request, b"sec-fetch-site") or header(request, b"cookie"))


@get("/api/auth/error", public=True)
async def failed_link() -> Page:
    """Where Better Auth sends users whose link failed. Its own page shows what the query says, in its own style."""
    context = {
        "status": 400,
        "heading": "This link does not work",
        "problem": "It may have expired, or it was used already. Sign in to go on, or ask for another link.",
        "link": ("/sign-in", "Sign in"),
    }
    return Page(context, "errors/error.html", status=400)
