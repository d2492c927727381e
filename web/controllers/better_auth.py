"""Better Auth's own addresses on our origin, for any Better Auth client."""

from litestar import HttpMethod, route

from web.auth.client import relayed_headers
from web.http.dependencies import BetterAuth
from web.http.request import AnyRequest, address_of, client_info
from web.http.responses import RawResponse

METHODS = [HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]


@route("/api/auth/{rest:path}", http_method=METHODS, status_code=200, public=True)
async def proxy(request: AnyRequest, better_auth: BetterAuth) -> RawResponse:
    """Passes the request on and the answer back; see BetterAuthClient.forward for what does not pass."""
    scope = request.scope
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    body = await request.body()
    answer = await better_auth.forward(request.method, address_of(request), headers, body, client_info(scope))
    return RawResponse(answer.content, status=answer.status_code, headers=relayed_headers(answer))
