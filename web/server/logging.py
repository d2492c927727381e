"""Logging: lines for people on a console, JSON lines for machines. Never a cookie, a body or a query."""

import json
import logging
import time
from datetime import UTC, datetime

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("daybook.requests")
# Asked every few seconds by machines.
QUIET = ("/healthz", "/readyz")
# What no line of ours says is not found out for each of them.
NOT_SAID = ("_srcfile", "logThreads", "logMultiprocessing", "logProcesses", "logAsyncioTasks")


class Line(logging.Formatter):
    """When, how grave, what and whose, and the traceback below: one line for people."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{_moment(record)} [{record.levelname.lower():8}] {record.getMessage()} [{record.name}]"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLine(logging.Formatter):
    """The same as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "timestamp": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        return json.dumps(line | ({"exception": self.formatException(record.exc_info)} if record.exc_info else {}))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def set_up_logging(level: str, style: str) -> None:
    """Everything that logs goes one way, to standard error, in one style: `console` or `json`."""
    for name in NOT_SAID:
        setattr(logging, name, False)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLine() if style == "json" else Line())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("httpx", "httpcore", "alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


class RequestLog:
    """One line a request: method, path, status, milliseconds."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["path"] in QUIET:
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            spent = (time.perf_counter() - began) * 1000
            # repr(): a path may hold a line break, and a log line is one line.
            log.info("%s %s %s %.1f ms", scope["method"], repr(scope["path"])[1:-1], status, spent)
