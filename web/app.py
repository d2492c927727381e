"""Builds the application from its settings. Wiring only."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp

from web.auth.client import BetterAuthClient
from web.auth.hash_queue import HashQueue
from web.controllers import route_handlers
from web.db.database import Database
from web.http import errors
from web.http.api.request_limit import RequestLimit
from web.http.auth_guard import Guard
from web.http.budgets import Budgets
from web.http.dependencies import DEPENDENCIES
from web.http.middleware.body_size import BodySize
from web.http.middleware.canonical_path import CanonicalPath
from web.http.middleware.compression import Compression
from web.http.middleware.disconnect import Disconnect
from web.http.middleware.forwarded import ForwardedCheck
from web.http.middleware.head import Head
from web.http.middleware.known_host import KnownHost
from web.http.middleware.options import Options, share_options_handler
from web.http.middleware.page_user import PageUser
from web.http.middleware.request_log import RequestLog
from web.http.middleware.same_origin import SameOrigin
from web.http.middleware.session import SessionMiddleware
from web.http.response_headers import headers_hook
from web.http.static_files import Assets
from web.http.template_filters import templates
from web.push.sender import PushSender
from web.server.exposure import is_local
from web.server.imports import ImportLoop
from web.server.logging import set_up_logging
from web.server.mails import MailLoop
from web.server.reminders import reminder_loop
from web.server.serve import exit_with_parent
from web.server.webhooks import WebhookLoop
from web.settings import Settings
from web.webhooks.sender import WebhookSender

# Bytes. The longest text of a form has 1,200 characters, of up to 12 bytes each as a form sends them.
LARGEST_FORM = 64 * 1024
# Extra threads for blocking calls other than queries, such as DNS.
SPARE_THREADS = 4
# Delay before a new process compresses its static files, so that the first pages have the CPU to themselves.
ENCODE_DELAY_SECONDS = 1.0


def create_app(settings: Settings, *, runs_loops: bool = False) -> Litestar:
    """The application for these settings. Better Auth must listen at `settings.better_auth_url`.

    With `runs_loops` its process sends reminders, mails and webhooks and works on imports while it runs.
    """
    share_options_handler()
    assets, database = Assets(), _database(settings)
    state = {
        "settings": settings,
        "assets": assets,
        "templates": templates(assets, settings.vapid_private_key),
        "database": database,
        "better_auth": better_auth_client(settings, database),
        "push": PushSender(settings),
        "budgets": Budgets(is_on=settings.has_budgets),
        "request_limit": RequestLimit(settings.api_limit),
        "wake_imports": lambda: None,
        "wake_mails": lambda: None,
    }
    same_origin = SameOrigin(settings.app_url, settings.session_cookie)
    session = SessionMiddleware(settings)
    return Litestar(
        route_handlers(),
        dependencies=DEPENDENCIES,
        middleware=[BodySize(), Disconnect(), same_origin, session, PageUser()],
        exception_handlers=errors.HANDLERS,
        before_send=[headers_hook(settings.secure)],
        lifespan=[_lifespan, *([_running_loops] if runs_loops else [])],
        state=State(state, deep_copy=False),
        request_max_body_size=LARGEST_FORM,
        openapi_config=None,
        logging_config=None,
    )


def better_auth_client(settings: Settings, database: Database) -> BetterAuthClient:
    """The client of Better Auth, behind the guard that limits guesses."""
    guard = Guard(
        database,
        settings.required_secret(),
        settings.session_cookie,
        is_secure=settings.secure,
        counts_loopback=not is_local(settings),
        queue=HashQueue(-(-(os.cpu_count() or 1) // settings.workers)),
    )
    return BetterAuthClient(settings.better_auth_url or "", settings.app_url, guard)


def _database(settings: Settings) -> Database:
    database = Database(settings.database_url, settings.database_concurrency)
    database.enable_green_wait()
    return database


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    exit_with_parent()
    database: Database = app.state.database
    # One thread per slot, for SQLite queries and for connecting; the spare ones stay free if the database hangs.
    threads = ThreadPoolExecutor(database.concurrency + SPARE_THREADS, thread_name_prefix="daybook")
    asyncio.get_running_loop().set_default_executor(threads)
    encoding = asyncio.create_task(app.state.assets.encode_all(delay=ENCODE_DELAY_SECONDS))
    yield
    encoding.cancel()
    await app.state.better_auth.close()
    app.state.push.close()
    database.close()


@asynccontextmanager
async def _running_loops(app: Litestar) -> AsyncIterator[None]:
    settings, database = app.state.settings, app.state.database
    imports = ImportLoop(database)
    sender = WebhookSender(allows_private=settings.calls_private_addresses)
    mails = MailLoop(database, settings)
    loops = [reminder_loop(settings, database), imports, WebhookLoop(database, sender), mails]
    app.state.wake_imports, app.state.wake_mails = imports.wake, mails.wake
    for loop in loops:
        loop.start()
    yield
    await asyncio.gather(*(asyncio.to_thread(loop.stop) for loop in loops))


def asgi() -> ASGIApp:
    """The factory that the server loads, once for all of its forked processes: settings from the environment."""
    settings = Settings.from_environment(os.environ)
    set_up_logging(settings.log_level, settings.log_format, settings.log_addresses)
    app = with_outer_middleware(create_app(settings, runs_loops=True))
    tune_garbage_collector()
    return app


def with_outer_middleware(app: Litestar) -> ASGIApp:
    """The application behind the middleware that runs before routing."""
    inner = CanonicalPath(Head(Options(Compression(app))))
    settings: Settings = app.state.settings
    outer = RequestLog(ForwardedCheck(KnownHost(inner, settings)))
    if not settings.metrics_port:
        return outer
    # prometheus_client is loaded only where it is asked for.
    from web.http.middleware.metrics import Metrics

    return Metrics(outer)


def tune_garbage_collector() -> None:
    """Excludes everything loaded so far from garbage collection, and collects less often.

    A page creates and drops hundreds of objects. With Python's default thresholds every few pages one of them pays for
    a walk through everything ever imported, which takes longer than the page. `daybook serve` imports with the
    collector off, so it is switched on here.
    """
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)
