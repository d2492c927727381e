"""`daybook serve`: opens the port, starts Better Auth and the web server, and stops both in order."""

import logging
import multiprocessing
import os
import resource
import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from web.auth.node_scripts import BetterAuthOptions
from web.domain.errors import CommandError
from web.domain.push_keys import new_vapid_key
from web.server.better_auth import BetterAuthProcess
from web.server.exposure import is_local, require_no_demo_user, require_safe
from web.server.metrics import serving_metrics
from web.settings import DEFAULT_COOKIE_PREFIX, DEFAULT_PORT, ROOT, Settings

if TYPE_CHECKING:
    import uvicorn

log = logging.getLogger("daybook.serve")
# The application factory, in the form that uvicorn takes.
APPLICATION = "web.app:asgi"
# On Linux, workers are forked from a process that has loaded the application: they start at once and share most of
# their memory. uvicorn alone would spawn a new interpreter for each. macOS system libraries are not safe after a fork.
FORKS = sys.platform == "linux"
GRACE_SECONDS = 10
BACKLOG = 2048
MANY_FILES = 16_384


class CannotServe(CommandError):
    """The server cannot start. The text is one sentence that says why."""


def serve(settings: Settings, greeting: str) -> None:
    """Serve until SIGINT or SIGTERM; returns when every process it started has exited.

    Raises CannotServe, Exposed, MigrationFailed, SettingsError, BetterAuthFailed or NodeNotFound before it accepts
    requests.
    """
    from web.schema.revision import require_head, wait_for_database

    settings.required_secret()
    require_safe(settings)
    _allow_many_files()
    with _listening(settings) as listener, exit_on_signal(), serving_metrics(settings.metrics_port):
        wait_for_database(settings.database_url, settings.database_wait)
        # Checked first: Better Auth would report the same problem less clearly.
        require_head(settings.database_url)
        require_no_demo_user(settings)
        with _better_auth(settings) as (url, wait_until_ready):
            os.environ.update(_worker_environment(settings, url))
            # Loads the application while Node starts on another core.
            config = _uvicorn_config(settings)
            wait_until_ready()
            print(greeting, flush=True)
            _run(config, listener)


def load_or_create_secret(folder: Path = ROOT / "var") -> str:
    """The cookie secret for `daybook run`, created on first use and readable by its owner only. Raises CannotServe."""
    return _load_or_create(
        folder / "secret", lambda: secrets.token_hex(32), "secret that signs the cookies", "BETTER_AUTH_SECRET"
    )


def load_or_create_vapid_key(folder: Path = ROOT / "var") -> str:
    """The key that signs messages to push services, kept like the secret. Raises CannotServe.

    Never made again while it exists: browsers are subscribed to this key.
    """
    return _load_or_create(folder / "vapid-key", new_vapid_key, "key that signs notifications", "VAPID_PRIVATE_KEY")


def _load_or_create(file: Path, make: Callable[[], str], what: str, variable: str) -> str:
    try:
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            _write_once(file, make() + "\n")
        return file.read_text().strip()
    except OSError as problem:
        raise CannotServe(
            f"The {what} cannot be stored in {file} ({problem.strerror}); make that folder writable, or set {variable}."
        ) from problem


def cookie_prefix_of_port(settings: Settings) -> str:
    """The cookie prefix for `daybook run`: browsers send a host's cookies to all of its ports."""
    port = urlsplit(settings.app_url).port
    chosen = settings.secure or settings.better_auth_url or settings.cookie_prefix != DEFAULT_COOKIE_PREFIX
    return settings.cookie_prefix if chosen or port in (None, DEFAULT_PORT) else f"{DEFAULT_COOKIE_PREFIX}-{port}"


def _write_once(file: Path, text: str) -> None:
    """Create the file atomically; if another process created it first, keep that one."""
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w") as new:
            new.write(text)
        with suppress(FileExistsError):
            os.link(temporary, file)
    finally:
        os.unlink(temporary)


def _allow_many_files() -> None:
    """Each connection is an open file; the soft limit is often 1,024, and the hard one much higher."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    many = MANY_FILES if hard == resource.RLIM_INFINITY else min(MANY_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (many, hard))


@contextmanager
def exit_on_signal() -> Iterator[None]:
    """Turn SIGTERM into SystemExit, so that context managers stop what they started; Ctrl-C ends the block quietly."""
    previous = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    finally:
        signal.signal(signal.SIGTERM, previous)


def exit_with_parent() -> None:
    """In a worker: exit when the parent process is gone, even after SIGKILL, so that the port becomes free."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_terminate_after, args=(parent,), name="parent", daemon=True).start()


def _terminate_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _exit(number: int, _: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, opened before anything else starts; early connections wait in its backlog."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            listener.listen(BACKLOG)
        except OSError as problem:
            raise CannotServe(
                f"Port {settings.port} on {settings.host} cannot be opened ({problem.strerror}); "
                f"try another one, such as PORT={settings.port % 65535 + 1}."
            ) from problem
        listener.set_inheritable(True)
        yield listener


@contextmanager
def _better_auth(settings: Settings) -> Iterator[tuple[str, Callable[[], object]]]:
    """The address of Better Auth, and a function that waits until it is ready.

    Starts one as a child process unless the settings name one. The function raises BetterAuthFailed or NodeNotFound.
    """
    if url := settings.better_auth_url:
        yield url, lambda: None
        return
    child = BetterAuthProcess(BetterAuthOptions.of(settings, rate_limit=not is_local(settings)))
    with ThreadPoolExecutor(1) as executor:
        try:
            # Creates the socket's folder, before the thread needs it.
            url = child.url
            starting = executor.submit(child.start)
            yield url, starting.result
        finally:
            child.stop()


def _worker_environment(settings: Settings, better_auth_url: str) -> Mapping[str, str]:
    """Variables from which a worker reads the same settings."""
    return {
        "BETTER_AUTH_URL": better_auth_url,
        "BETTER_AUTH_SECRET": settings.secret,
        "BETTER_AUTH_COOKIE_PREFIX": settings.cookie_prefix,
        "PORT": str(settings.port),
    }


def _uvicorn_config(settings: Settings) -> "uvicorn.Config":
    import uvicorn

    from web.server.http_protocol import LimitedHttpProtocol

    config = uvicorn.Config(
        APPLICATION,
        factory=True,
        workers=settings.workers,
        loop="uvloop" if os.name == "posix" else "asyncio",
        http=LimitedHttpProtocol,
        # Daybook has no WebSockets.
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # X-Forwarded-For is ignored unless the settings name the proxy.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        # Longer than the 60 s of nginx and most clouds: the proxy closes idle connections first.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    if settings.workers == 1 or FORKS:
        # Loaded once before the fork instead of in each worker.
        config.load()
        config.get_loop_factory()
    return config


def _run(config: "uvicorn.Config", listener: socket.socket) -> None:
    from uvicorn import Server

    if config.workers == 1:
        Server(config).run(sockets=[listener])
    else:
        _run_workers(config, listener)


def _run_workers(config: "uvicorn.Config", listener: socket.socket) -> None:
    from uvicorn import _subprocess

    from web.server.workers import Workers

    if FORKS:
        _subprocess.spawn = multiprocessing.get_context("fork")  # type: ignore[assignment]
    Workers(config, sockets=[listener]).run()
