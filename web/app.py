"""Wiring: builds the application from its settings, nothing else."""

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
from web.controllers.health import alive, ready
from web.controllers.home import home
from web.controllers.static_files import asset, robots
from web.controllers.tasks import TasksController
from web.db.database import Database
from web.http import errors
from web.http.dependencies import DEPENDENCIES
from web.http.middleware.compression import Compression
from web.http.middleware.head import Head
from web.http.middleware.page_user import PageUser
from web.http.middleware.request_log import RequestLog
from web.http.middleware.same_origin import SameOrigin
from web.http.middleware.session import SessionMiddleware
from web.http.response_headers import headers_hook
from web.http.static_files import Assets
from web.http.template_filters import templates
from web.server.logging import set_up_logging
from web.server.serve import end_with_parent
from web.settings import Settings

LARGEST_BODY = 1_000_000
# Extra threads for blocking calls other than queries, such as DNS.
SPARE_THREADS = 4
# For so long a new process uses its processor for pages alone, before it compresses assets.
FIRST_PAGES_SECONDS = 1.0


class DaybookApp(Litestar):
    """Litestar without its default plugins for models in bodies: our bodies are forms, and those load pydantic 1."""

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
        # One per slot, for SQLite's queries and for connecting: a database that hangs leaves the spare ones.
        threads = ThreadPoolExecutor(database.concurrency + SPARE_THREADS, thread_name_prefix="daybook")
        asyncio.get_running_loop().set_default_executor(threads)
        encoding = asyncio.create_task(assets.encode(after=FIRST_PAGES_SECONDS))
        yield
        encoding.cancel()
        await better_auth.close()
        database.close()

    same_origin = SameOrigin(settings.app_url, settings.session_cookie)
    session = SessionMiddleware(better_auth, settings.required_secret(), settings.session_cookie)
    return DaybookApp(
        [home, TasksController, AccountController, proxy, asset, robots, alive, ready],
        dependencies=DEPENDENCIES,
        middleware=[same_origin, session, PageUser()],
        exception_handlers=errors.HANDLERS,
        before_send=[headers_hook(settings.secure)],
        lifespan=[lifespan],
        state=State(state, deep_copy=False),
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
    )


def asgi() -> ASGIApp:
    """The factory that the server loads, once for all of its forked processes: settings from the environment."""
    settings = Settings.from_environment(os.environ)
    set_up_logging(settings.log_level, settings.log_format)
    app = with_outer_middleware(create_app(settings))
    tune_garbage_collector()
    return app


def with_outer_middleware(app: Litestar) -> ASGIApp:
    """The application behind the middleware that runs before routing."""
    return RequestLog(Head(Compression(app)))


def tune_garbage_collector() -> None:
    """Excludes everything loaded so far from garbage collection, and collects less often.

    A page creates and drops hundreds of objects. With Python's default thresholds every few pages one of them pays for
    a walk through everything ever imported, which takes longer than the page. `daybook serve` imports with the
    collector off, so it is switched on here.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)
