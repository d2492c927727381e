"""Serves static files, robots.txt and the icons that browsers ask for by name."""

from litestar import MediaType, Response, get

from web.domain.errors import NotFound
from web.http.middleware.compression import IDENTITY, accept_encoding
from web.http.request import AnyRequest, header
from web.http.responses import RawResponse
from web.http.static_files import Asset, Assets

IMMUTABLE = "public, max-age=31536000, immutable"
ONE_DAY = "public, max-age=86400"
# Every page but sign-in and sign-up redirects signed-out clients, so there is nothing else to exclude.
ROBOTS = "User-agent: *\nDisallow: /api/\n"


@get("/static/{name:str}", public=True)
async def asset(request: AnyRequest) -> RawResponse:
    assets: Assets = request.app.state.assets
    path = request.scope["path"]
    found, caching = assets.find(path), IMMUTABLE
    if found is None:
        # During a rolling update, a page of one release asks an instance of another for its files.
        found, caching = assets.of_another_release(path), "no-store"
    if found is None:
        raise NotFound
    return await _sent(request, found, caching)


@get(["/favicon.ico", "/apple-touch-icon.png"], public=True)
async def icon(request: AnyRequest) -> RawResponse:
    """Under fixed names, which browsers and other programs try without a link to them."""
    assets: Assets = request.app.state.assets
    return await _sent(request, assets.named(request.scope["path"].removeprefix("/")), ONE_DAY)


@get("/service-worker.js", public=True)
async def service_worker(request: AnyRequest) -> RawResponse:
    """At the root, because a service worker works for the pages below its own address."""
    assets: Assets = request.app.state.assets
    return await _sent(request, assets.named("service-worker.js"), "no-store")


async def _sent(request: AnyRequest, found: Asset, caching: str) -> RawResponse:
    coding = found.coding_for(accept_encoding(request.scope))
    headers = [("cache-control", caching), ("etag", found.etag(coding)), ("vary", "Accept-Encoding")]
    if _has(request, found.etag(coding)):
        return RawResponse(status=304, headers=headers)
    body = await found.encoded(coding)
    headers += [("content-type", found.media_type), ("content-length", str(len(body)))]
    headers += [("content-encoding", coding)] if coding != IDENTITY else []
    return RawResponse(body, headers=headers)


def _has(request: AnyRequest, etag: str) -> bool:
    """Whether If-None-Match names this ETag (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2)."""
    tags = header(request, b"if-none-match").split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in tags)


@get("/robots.txt", public=True)
async def robots() -> Response[str]:
    return Response(ROBOTS, media_type=MediaType.TEXT, headers={"Cache-Control": ONE_DAY})
