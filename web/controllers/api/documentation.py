"""The documentation of the API: an OpenAPI document, and a page that draws it, to which /api leads. All are public."""

import msgspec
from litestar import Response, get
from litestar.enums import MediaType

from web.http.api.answering import entity_tag, is_known
from web.http.request import AnyRequest, header
from web.http.responses import Page, Redirect


@get("/api/openapi.json", public=True)
async def openapi(request: AnyRequest) -> Response[bytes | None]:
    """OpenAPI 3.1. Made by the first request, since no page needs it."""
    state = request.app.state
    if "openapi" not in state:
        from web.http.api.openapi import document

        state.openapi = msgspec.json.encode(document(request.app, state.settings))
    tag = entity_tag(None, state.openapi)
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    if is_known(header(request, b"if-none-match"), tag):
        return Response(None, status_code=304, headers=headers)
    return Response(state.openapi, media_type=MediaType.JSON, headers=headers)


@get("/api", public=True)
async def root() -> Redirect:
    return Redirect("/api/docs")


@get("/api/docs", public=True)
async def docs() -> Page:
    """Swagger UI, from our own origin."""
    return Page({}, "api/docs.html")
