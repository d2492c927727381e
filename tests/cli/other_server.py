"""A server that gives the answers that it was told to, one after the other, and keeps the requests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass(frozen=True)
class Given:
    """Status, body and headers; without a status the connection is closed instead."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def given_json(value: Any, status: int = 200, **headers: str) -> Given:
    kind = "application/json" if status < 400 else "application/problem+json"
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Given(status, json.dumps(value).encode(), {"Content-Type": kind, **named})


CLOSED = Given(0)


@dataclass
class OtherServer:
    url: str
    answers: list[Given] = field(default_factory=list)
    requests: list[tuple[str, Message]] = field(default_factory=list)


@contextmanager
def running_other_server() -> Iterator[OtherServer]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            known.requests.append((f"{self.command} {self.path}", self.headers))
            given = known.answers.pop(0)
            if given.status:
                self.send_response(given.status)
                for name, text in given.headers.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(given.body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 - named by http.server

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = OtherServer(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
