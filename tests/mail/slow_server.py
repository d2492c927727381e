"""Mail servers that keep their clients waiting: they answer never, or without an end."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from testkit.patience import PATIENCE_SECONDS

# Seconds between two bytes.
PAUSE = 0.02


class SlowServer:
    """Answers its first clients' commands, one line for each, then `endless` again and again, or nothing."""

    def __init__(self, answers: Sequence[bytes], endless: bytes) -> None:
        self._answers, self._endless = answers, endless
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._is_stopping = threading.Event()
        self.url = f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"
        self.clients = 0
        # Set when a client has hung up.
        self.was_left = threading.Event()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.clients += 1
                with client, suppress(OSError):
                    client.settimeout(PAUSE)
                    self._answer(client)
                self.was_left.set()

    def stop(self) -> None:
        self._is_stopping.set()
        # Wakes the thread that accepts.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, client: socket.socket) -> None:
        """Returns once the client has hung up."""
        for number, answer in enumerate(self._answers):
            if number:
                client.settimeout(PATIENCE_SECONDS)
                client.recv(1000)
            client.sendall(answer)
        client.settimeout(PAUSE)
        while not self._is_stopping.is_set():
            with suppress(TimeoutError):
                if not client.recv(1000):
                    return
            client.sendall(self._endless)


@contextmanager
def slow_server(*answers: bytes, endless: bytes = b"") -> Iterator[SlowServer]:
    server = SlowServer(answers, endless)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(PATIENCE_SECONDS)
