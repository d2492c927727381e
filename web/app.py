"""The parts put together, nothing else."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.plugins import PluginProtocol
from litestar.types import ASGIApp

from web.auth.client import BetterAuthClient
from web.controllers.account import AccountController
from web.controllers.better_auth import proxy
from web.controllers.health import alive, asset, front_door, ready, robots
from web.controllers.tasks import TasksController
from web.db.database import Database
from web.http import errors
from web.http.middleware.compression import Compression
from web.http.middleware.head import Head
from web.http.middleware.retry import Retry
from web.http.middleware.same_origin import SameOrigin, headers_hook
from web.http.middleware.session import SessionMiddleware
from web.http.request import DEPENDENCIES
from web.http.responses import templates
from web.http.static_files import Assets
from web.server.logging import RequestLog, set_up_logging
from web.server.serve import end_with_parent
from web.settings import Settings

LARGEST_BODY = 1_000_000
# For what waits in a thread and is no query, such as looking up a host's address.
SPARE_THREADS = 4
# So long a new process has its processor for pages alone, before it compresses assets.
FIRST_PAGES_SECONDS = 1.0


class Pages(Litestar):
    """Litestar without the plugins that it adds for models in bodies: ours are forms, and those load pydantic 1."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return plugins


def create_app(settings: Settings) -> Litestar:
    """The application for these settings. Better Auth must listen at `settings.better_auth_url`."""
    database = Database(settings.database_url, settings.database_concurrency)
    database.enable_green_wait()
    better_auth = BetterAuthClient(settings.better_auth_url or "", settings.app_url)
    assets = Assets()
    state = {
        "settings": settings,
        "database": database,
        "better_auth": better_auth,
        "assets": assets,
        "templates": templates(assets),
    }

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        end_with_parent()
        # One for each slot, for SQLite's queries and for connecting: a database that hangs leaves the spare ones.
        threads = ThreadPoolExecutor(database.concurrency + SPARE_THREADS, thread_name_prefix="daybook")
        asyncio.get_running_loop().set_default_executor(threads)
        encoding = asyncio.create_task(assets.encode(after=FIRST_PAGES_SECONDS))
        yield
        encoding.cancel()
        await better_auth.close()
        database.close()

    same_origin = SameOrigin(settings.app_url, settings.session_cookie)
    session = SessionMiddleware(better_auth, settings.required_secret(), settings.session_cookie)
    return Pages(
        [front_door, TasksController, AccountController, proxy, asset, robots, alive, ready],
        dependencies=DEPENDENCIES,
        middleware=[same_origin, session],
        exception_handlers=errors.HANDLERS,
        before_send=[headers_hook(settings.secure)],
        lifespan=[lifespan],
        state=State(state, deep_copy=False),
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
    )


def asgi() -> ASGIApp:
    """What a server loads, once for all of its processes where they are forks: settings from the environment."""
    settings = Settings.from_environment(os.environ)
    set_up_logging(settings.log_level, settings.log_format)
    app = served(create_app(settings))
    spare_the_collector()
    return app


def spare_the_collector() -> None:
    """What is loaded by now stays for good: the garbage collector need not look at it again.

    A page makes hundreds of objects and throws them all away. At Python's own thresholds every few pages one of them
    pays for a walk through everything that was ever imported, which takes longer than the page itself.
    `daybook serve` loads with the collector off, so it is switched on here.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)


def served(app: Litestar) -> ASGIApp:
    """The application with all that stands before it."""
    return RequestLog(Head(Compression(Retry(app, LARGEST_BODY))))
