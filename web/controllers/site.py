"""What belongs to nobody: the front door, the assets, and whether all is well."""

import asyncio

from litestar import MediaType, Response, get
from litestar.response import Redirect

from web.assets import Assets
from web.auth.middleware import person_of
from web.database import Database
from web.dependencies import AnyRequest
from web.rendering import Plain
from web.schema.migrating import what_is_wrong
from web.services.errors import NotFound

FOR_GOOD = "public, max-age=31536000, immutable"


@get("/")
async def front_door(request: AnyRequest) -> Redirect:
    return Redirect("/tasks" if person_of(request.scope) else "/sign-in", status_code=303)


@get("/static/{name:str}", for_anybody=True)
async def asset(request: AnyRequest) -> Plain:
    assets: Assets = request.app.state.assets
    found = assets.find(request.scope["path"])
    if found is None:
        raise NotFound
    return Plain(found.body, headers=[("cache-control", FOR_GOOD), ("content-type", found.media_type)])


@get("/healthz", media_type=MediaType.TEXT, for_anybody=True)
async def alive() -> str:
    return "alive\n"


@get("/readyz", for_anybody=True)
async def ready(request: AnyRequest) -> Response[str]:
    """Whether the database answers and its schema is ours; if not, a sentence why."""
    database: Database = request.app.state.database
    with await database.seat():
        wrong = await asyncio.to_thread(what_is_wrong, database.reader)
    return Response(f"{wrong or 'ready'}\n", status_code=503 if wrong else 200, media_type=MediaType.TEXT)
