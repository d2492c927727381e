"""A receiver of webhooks: a real server on this machine that answers as a test says and keeps what it got."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Got:
    headers: Mapping[str, str]
    body: bytes

    def verified(self, secret: str) -> Any:
        """The message, as the library of the standard gives it. Raises its error for a wrong signature."""
        return Webhook(secret).verify(self.body, dict(self.headers))


@dataclass
class Receiver:
    port: int = 0
    status: int = 204
    answer_headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    got: list[Got] = field(default_factory=list)
    # Connections, whether a request came or not.
    connections: int = 0
    may_answer: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/daybook"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Requests come in, and get their answer afterwards."""
        self.may_answer.clear()
        try:
            yield
        finally:
            self.may_answer.set()


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    receiver.may_answer.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(Got({name.lower(): value for name, value in self.headers.items()}, body))
            receiver.may_answer.wait()
            self.send_response(receiver.status)
            for name, value in {"content-length": str(len(receiver.body)), **receiver.answer_headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        def verify_request(self, *_: Any) -> bool:
            receiver.connections += 1
            return True

        def handle_error(self, *_: Any) -> None:
            """A sender that closes early is no error of the receiver."""

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield receiver
        server.shutdown()
