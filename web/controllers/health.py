"""Health checks: /healthz for the process, /readyz for the database and Better Auth."""

import asyncio

from litestar import MediaType, Response, get

from web.auth.client import BetterAuthClient
from web.db.database import Database
from web.db.errors import DatabaseUnavailable
from web.db.limiter import DatabaseBusy
from web.http.request import AnyRequest
from web.schema.revision import database_problem


@get("/healthz", media_type=MediaType.TEXT, public=True)
async def alive() -> str:
    return "alive\n"


@get("/readyz", public=True)
async def ready(request: AnyRequest) -> Response[str]:
    """503 with one sentence per problem if the database or Better Auth is not available."""
    state = request.app.state
    checks = await asyncio.gather(_check_database(state.database), _check_better_auth(state.better_auth))
    problems = [problem for problem in checks if problem]
    text = "".join(f"{sentence}\n" for sentence in problems or ["ready"])
    return Response(text, status_code=503 if problems else 200, media_type=MediaType.TEXT)


async def _check_database(database: Database) -> str | None:
    try:
        async with database.slot():
            return await asyncio.to_thread(_database_problem, database)
    except DatabaseBusy:
        return "The database is overloaded or hangs."


def _database_problem(database: Database) -> str | None:
    problem = database_problem(database.autocommit)
    if problem is None:
        try:
            database.require_writable()
        except DatabaseUnavailable as unavailable:
            return str(unavailable)
    return problem


async def _check_better_auth(better_auth: BetterAuthClient) -> str | None:
    return None if await better_auth.answers() else "Better Auth does not answer, so users cannot sign in."
