"""Proxies /api/auth/* to Better Auth, for Better Auth's own clients."""

from litestar import HttpMethod, route

from web.auth.client import relayed_headers
from web.http.dependencies import BetterAuth
from web.http.request import AnyRequest, address_of, client_info
from web.http.responses import RawResponse

METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]


@route("/api/auth/{rest:path}", http_method=METHODS, status_code=200, public=True)
async def proxy(request: AnyRequest, better_auth: BetterAuth) -> RawResponse:
    """Forwards the request and relays the response, without hop-by-hop and forwarding headers."""
    scope = request.scope
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    body = await request.body()
    response = await better_auth.forward(request.method, address_of(request), headers, body, client_info(scope))
    return RawResponse(response.content, status=response.status_code, headers=relayed_headers(response))
