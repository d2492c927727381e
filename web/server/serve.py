"""One port, every process: Better Auth as a child, the web server on top, and an orderly end."""

import multiprocessing
import os
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

from web.domain.errors import CommandError
from web.server.better_auth import BetterAuthProcess
from web.settings import ROOT, Settings

if TYPE_CHECKING:
    import uvicorn

# As uvicorn takes it: a function that makes it.
APPLICATION = "web.app:asgi"
# Workers are forks that have the application already, where the system allows it; uvicorn would start them afresh. They
# are there in a timestamp, and most of their memory is one and the same. macOS's own libraries do not bear a fork.
FORKS = sys.platform == "linux"
GRACE_SECONDS = 10
BACKLOG = 2048


class CannotServe(CommandError):
    """Why nothing was started, in one sentence."""


def serve(settings: Settings, greeting: str) -> None:
    """Serve until told to stop; returns when every process it started has ended.

    Raises CannotServe, MigrationFailed, SettingsError, BetterAuthFailed or NodeNotFound before anything listens.
    """
    from web.schema.revision import require_head

    settings.required_secret()
    with _listening(settings) as door, ended_by_signal():
        # First, or Better Auth would complain of the same database in its own words.
        require_head(settings.database_url)
        with _better_auth(settings) as (at, ready):
            os.environ.update(_for_workers(settings, at))
            # Node starts meanwhile, on another core where there is one.
            config = _configured(settings)
            ready()
            print(greeting, flush=True)
            _run(config, door)


def kept_secret(folder: Path = ROOT / "var") -> str:
    """The secret of a machine that only tries Daybook: made once, readable by its owner alone."""
    file = folder / "secret"
    try:
        folder.mkdir(exist_ok=True)
        if not file.exists():
            _write_once(file, secrets.token_hex(32) + "\n")
        return file.read_text().strip()
    except OSError as problem:
        raise CannotServe(
            f"The secret that signs the cookies cannot be kept in {file} ({problem.strerror}); "
            "make that folder writable, or set BETTER_AUTH_SECRET."
        ) from problem


def _write_once(file: Path, text: str) -> None:
    """All of it or nothing, and the first to do it: whoever reads meanwhile never finds half a file."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w") as new:
            new.write(text)
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        os.unlink(draft)


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """Ctrl-C and SIGTERM leave through here, so that whatever was started is ended on the way out."""
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        yield
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def end_with_parent() -> None:
    """In a worker: stop when whoever started it is gone, however that happened, and free the port."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_outlive, args=(parent,), name="parent", daemon=True).start()


def _outlive(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(0)


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    """The public port, taken before anything else is started; early callers wait in its queue."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
            door.listen(BACKLOG)
        except OSError as problem:
            raise CannotServe(
                f"Port {settings.port} on {settings.host} cannot be had ({problem.strerror}); "
                f"try another one, such as PORT={settings.port % 65535 + 1}."
            ) from problem
        door.set_inheritable(True)
        yield door


@contextmanager
def _better_auth(settings: Settings) -> Iterator[tuple[str, Callable[[], object]]]:
    """Where Better Auth is, as the settings say or on a socket of a child of ours, and what waits until it is ready.

    That raises BetterAuthFailed or NodeNotFound.
    """
    if at := settings.better_auth_url:
        yield at, lambda: None
        return
    child = BetterAuthProcess(
        database_url=settings.node_database_url(),
        secret=settings.secret,
        app_url=settings.app_url,
        rate_limit=settings.secure,
        cookie_prefix=settings.cookie_prefix,
    )
    with ThreadPoolExecutor(1) as beside:
        try:
            at = child.url
            starting = beside.submit(child.start)
            yield at, starting.result
        finally:
            child.stop()


def _for_workers(settings: Settings, better_auth_url: str) -> Mapping[str, str]:
    """What a worker's own reading of the environment must come to."""
    return {
        "BETTER_AUTH_URL": better_auth_url,
        "BETTER_AUTH_SECRET": settings.secret,
        "PORT": str(settings.port),
    }


def _configured(settings: Settings) -> "uvicorn.Config":
    import uvicorn

    config = uvicorn.Config(
        APPLICATION,
        factory=True,
        workers=settings.workers,
        loop="uvloop" if os.name == "posix" else "asyncio",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Without a proxy named in the settings, nobody's X-Forwarded-For is believed.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        # Longer than proxies keep theirs (nginx and most clouds: 60 s), so that none sends into one that closes.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    if settings.workers == 1 or FORKS:
        # Else each worker would do it for itself, before its first page.
        config.load()
        config.get_loop_factory()
    return config


def _run(config: "uvicorn.Config", door: socket.socket) -> None:
    from uvicorn import Server, _subprocess
    from uvicorn.supervisors import Multiprocess

    if config.workers == 1:
        Server(config).run(sockets=[door])
        return
    if FORKS:
        _subprocess.spawn = multiprocessing.get_context("fork")  # type: ignore[assignment]
    Multiprocess(config, sockets=[door]).run()
