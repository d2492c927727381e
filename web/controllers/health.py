"""Whether the process lives, and whether everything it needs answers."""

import asyncio

from litestar import MediaType, Response, get

from web.auth.client import BetterAuthClient
from web.db.database import Database
from web.db.limiter import DatabaseBusy
from web.http.request import AnyRequest
from web.schema.revision import database_problem


@get("/healthz", media_type=MediaType.TEXT, public=True)
async def alive() -> str:
    return "alive\n"


@get("/readyz", public=True)
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
            return await asyncio.to_thread(database_problem, database.autocommit)
    except DatabaseBusy:
        return "The database is busy, or hangs."


async def _wrong_with_better_auth(better_auth: BetterAuthClient) -> str | None:
    return None if await better_auth.answers() else "Better Auth does not answer, so nobody can sign in."
