"""What belongs to nobody: the front door, the assets, and whether all is well."""

import asyncio

from litestar import MediaType, Response, get
from litestar.response import Redirect

from web.auth.client import BetterAuthClient
from web.db.database import Database
from web.db.limiter import DatabaseBusy
from web.domain.errors import NotFound
from web.http.headers import header
from web.http.middleware.compression import IDENTITY, accepted_by
from web.http.request import AnyRequest, CurrentUserOrNone
from web.http.responses import RawResponse
from web.http.static_files import Assets
from web.schema.revision import what_is_wrong

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
# Whoever looks for pages finds the two that are for anybody: every other one leads to them.
ROBOTS = "User-agent: *\nDisallow: /api/\n"


@get("/")
async def front_door(user: CurrentUserOrNone) -> Redirect:
    return Redirect("/tasks" if user else "/sign-in", status_code=303)


@get("/static/{name:str}", for_anybody=True)
async def asset(request: AnyRequest) -> RawResponse:
    assets: Assets = request.app.state.assets
    found = assets.find(request.scope["path"])
    if found is None:
        raise NotFound
    coding = found.coding_for(accepted_by(request.scope))
    headers = [("cache-control", FOR_GOOD), ("etag", found.etag(coding)), ("vary", "Accept-Encoding")]
    if _has(request, found.etag(coding)):
        return RawResponse(status=304, headers=headers)
    body = await found.encoded(coding)
    headers += [("content-type", found.media_type), ("content-length", str(len(body)))]
    headers += [("content-encoding", coding)] if coding != IDENTITY else []
    return RawResponse(body, headers=headers)


def _has(request: AnyRequest, etag: str) -> bool:
    """Whether the client has these bytes already, by https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2."""
    named = header(request, b"if-none-match").split(",")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in named)


@get("/robots.txt", for_anybody=True)
async def robots() -> Response[str]:
    return Response(ROBOTS, media_type=MediaType.TEXT, headers={"Cache-Control": FOR_A_DAY})


@get("/healthz", media_type=MediaType.TEXT, for_anybody=True)
async def alive() -> str:
    return "alive\n"


@get("/readyz", for_anybody=True)
async def ready(request: AnyRequest) -> Response[str]:
    """Whether everything answers that a user's next click may need; if not, a sentence for each that does not."""
    state = request.app.state
    said = await asyncio.gather(_wrong_with_database(state.database), _wrong_with_better_auth(state.better_auth))
    wrong = [sentence for sentence in said if sentence]
    text = "".join(f"{sentence}\n" for sentence in wrong or ["ready"])
    return Response(text, status_code=503 if wrong else 200, media_type=MediaType.TEXT)


async def _wrong_with_database(database: Database) -> str | None:
    try:
        async with database.slot():
            return await asyncio.to_thread(what_is_wrong, database.autocommit)
    except DatabaseBusy:
        return "The database is busy, or hangs."


async def _wrong_with_better_auth(better_auth: BetterAuthClient) -> str | None:
    return None if await better_auth.answers() else "Better Auth does not answer, so nobody can sign in."
