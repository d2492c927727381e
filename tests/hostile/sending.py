"""Sends generated requests to an application in this process, and finds those that it did not withstand."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from litestar import Litestar

from tests.hostile.generating import Request
from web.app import with_outer_middleware


@dataclass(frozen=True)
class Failure:
    """A request that was answered with a 5xx, with an exception, or that logged one."""

    request: Request
    reason: str

    def __str__(self) -> str:
        return f"{self.reason}\n{self.request}"


class Receiver:
    """An application that requests are sent to, in the name of a user: `headers` are added where they are not sent."""

    def __init__(self, app: Litestar, headers: Mapping[str, str]) -> None:
        self._app = with_outer_middleware(app)
        self._headers = {"host": "daybook.test", **headers}
        # How often each status was answered.
        self.statuses: Counter[int] = Counter()

    async def failures(self, requests: Iterable[Request]) -> list[Failure]:
        with _logged_errors() as logged:
            return [failure for request in requests for failure in await self._sent(request, logged)]

    async def _sent(self, request: Request, logged: list[logging.LogRecord]) -> list[Failure]:
        logged.clear()
        reasons = []
        try:
            status = await self._status_of(request)
            self.statuses[status] += 1
            reasons += [f"answered {status}"] if status >= 500 or status == 0 else []
        except Exception as problem:
            reasons.append(f"raised {problem!r}")
        reasons += [f"logged {record.getMessage()}" for record in logged]
        return [Failure(request, "; ".join(reasons))] if reasons else []

    async def _status_of(self, request: Request) -> int:
        """The status of the answer; 0 where there is none."""
        status, answered = 0, asyncio.Event()
        messages: list[Any] = [{"type": "http.request", "body": request.body, "more_body": False}]

        async def receive() -> Any:
            if messages:
                return messages.pop()
            # The client stays until it has its answer.
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not message.get("more_body"):
                answered.set()

        await self._app(self._scope_of(request), receive, send)
        return status

    def _scope_of(self, request: Request) -> Any:
        """As uvicorn makes it: the path decoded, the headers as bytes."""
        sent = {name for name, _ in request.headers}
        added = [(name.encode(), value.encode()) for name, value in self._headers.items() if name.encode() not in sent]
        length = [(b"content-length", str(len(request.body)).encode())] if request.body else []
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "http",
            "method": request.method,
            "path": unquote(request.path),
            "raw_path": request.path.encode(),
            "query_string": request.query,
            "root_path": "",
            "headers": [*added, *request.headers, *length],
            "client": ("127.0.0.1", 5000),
            "server": ("daybook.test", 80),
        }


@contextmanager
def _logged_errors() -> Iterator[list[logging.LogRecord]]:
    """The records that are errors or have a traceback, of all loggers, as they come."""
    records: list[logging.LogRecord] = []

    class Errors(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR or record.exc_info:
                records.append(record)

    handler = Errors()
    logging.getLogger().addHandler(handler)
    try:
        yield records
    finally:
        logging.getLogger().removeHandler(handler)
