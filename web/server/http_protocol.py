"""The HTTP protocol of the web server: uvicorn's, with a size and a time limit for every part of a message.

uvicorn with httptools reads heads and trailers of any size, and waits for an unfinished message for ever. A message
that passes a limit is answered with a status (RFC 9110, section 15.5), and its connection is closed.
"""

import asyncio
import logging
import resource
from asyncio import TimerHandle
from typing import Any, NoReturn

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.domain.log_context import addresses
from web.server.request_head import refusal_of, response_to

# Bytes of a message other than its body: request line, headers, chunk sizes and extensions, trailers.
MAX_HEAD = 64 * 1024
# Bytes of the request target, as in nginx and Apache.
MAX_TARGET = 8 * 1024
# Bytes given to the parser at once. Limits are checked in between.
STEP = 4 * 1024
# Browsers open connections before they need them.
SILENT_SECONDS = 75.0
HEAD_SECONDS = 10.0
# A body takes 30 seconds, or longer at this many bytes per second.
BODY_SECONDS = 30.0
BODY_BYTES_PER_SECOND = 8_000
# A client that reads nothing of a response for this long is disconnected.
WRITE_SECONDS = 30.0
# Time in which a refused client can read why, before the connection is reset.
LINGER_SECONDS = 2.0
# Bytes of all request bodies of a process that are not answered yet.
MAX_BODIES = 32 * 1024 * 1024

# Files of a process other than connections of clients: databases, Better Auth, the event loop.
OTHER_FILES = 100
BLANKS = (b" ", b"\t")

log = logging.getLogger("daybook.requests")


def max_connections() -> int:
    """How many connections a process keeps open at once: its open files, less those for everything else."""
    return max(resource.getrlimit(resource.RLIMIT_NOFILE)[0] - OTHER_FILES, OTHER_FILES)


class Bodies:
    """The bytes of all request bodies of this process that are not answered yet.

    Not an attribute of the protocol's class: setting one of those makes every access to the class slower.
    """

    def __init__(self) -> None:
        self.size = 0


BODIES = Bodies()


class LimitedHttpProtocol(HttpToolsProtocol):
    """One connection. A timer runs only while a message is incomplete, so a request in one packet starts none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.refused = False
        self.complete = True
        self.in_body = False
        # Bytes of the message being received that are not body, and bytes of its body.
        self.head_size = self.body_size = 0
        # Size of the data being parsed, 0 once a message has ended in it.
        self.step_size = 0
        # Bytes of this connection within `Bodies.size`.
        self.held = 0
        self.refusal = 400
        self.reading_timer: TimerHandle | None = None
        self.reading_since = self.waiting_since = 0.0
        self.writing_timer: TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self.waiting_since = self.loop.time()
        if len(self.connections) > max_connections():
            self._close_longest_waiting()
        self.timeout_keep_alive_task = self.loop.call_later(SILENT_SECONDS, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_reading_timer()
        if self.writing_timer:
            self.writing_timer.cancel()
        self._unset_keepalive_if_required()
        self._release_body()
        super().connection_lost(exc)

    @property
    def is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def waits_for_client(self) -> bool:
        return not (self.complete and self.is_answering)

    def _close_longest_waiting(self) -> None:
        """Make room for a new connection, so that idle and unfinished ones keep no user out."""
        ours = [one for one in self.connections if isinstance(one, LimitedHttpProtocol)]
        waiting = [one for one in ours if one.waits_for_client and not one.transport.is_closing()]
        min(waiting, key=lambda one: one.waiting_since, default=self).transport.abort()

    # Sizes

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), STEP):
            if self.refused or self.transport.is_closing():
                return
            self._parse(data[start : start + STEP])
        if not self.refused and not self.transport.is_closing():
            self._limit_time()

    def _parse(self, data: bytes) -> None:
        self.step_size = len(data)
        self.head_size += self.step_size
        super().data_received(data)
        if self.refused:
            return
        if self.head_size > MAX_HEAD:
            self.refuse(431)
        elif BODIES.size > MAX_BODIES:
            self._refuse_largest_body()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.complete = self.in_body = False
        self.head_size, self.body_size = self.step_size, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_TARGET:
            self._stop_parser(414)

    def on_headers_complete(self) -> None:
        self._check_head_size()
        if refusal := refusal_of(self.headers, self.parser.get_http_version(), self.parser.should_upgrade()):
            self._stop_parser(refusal)
        self._strip_values()
        super().on_headers_complete()
        self._stop_reading_timer()
        self.in_body = True

    def _strip_values(self) -> None:
        """White space after a value is not part of it (RFC 9110, section 5.5), but the parser leaves it there."""
        for index, (name, value) in enumerate(self.headers):
            if value[-1:] in BLANKS:
                self.headers[index] = (name, value.rstrip(b" \t"))

    def on_body(self, body: bytes) -> None:
        self.head_size -= len(body)
        self.body_size += len(body)
        if not self.cycle.response_complete:
            self.held += len(body)
            BODIES.size += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._check_head_size()
        self.complete, self.step_size = True, 0
        self._stop_reading_timer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._release_body()
        self.waiting_since = self.loop.time()
        super().on_response_complete()
        self._limit_writing()

    def _check_head_size(self) -> None:
        if self.head_size > MAX_HEAD:
            self._stop_parser(431)

    def _release_body(self) -> None:
        BODIES.size -= self.held
        self.held = 0

    def _refuse_largest_body(self) -> None:
        """Make room: an honest form is small and soon complete."""
        unfinished = [one for one in self.connections if isinstance(one, LimitedHttpProtocol) and not one.complete]
        max(unfinished, key=lambda one: one.held, default=self).refuse(503)

    # Times

    def _limit_time(self) -> None:
        if self.reading_timer is None and self.waits_for_client:
            self._start_reading_timer(BODY_SECONDS if self.in_body else HEAD_SECONDS)

    def _start_reading_timer(self, seconds: float) -> None:
        self.reading_since = self.loop.time()
        self.reading_timer = self.loop.call_later(seconds, self._reading_expired)

    def _stop_reading_timer(self) -> None:
        if self.reading_timer:
            self.reading_timer.cancel()
            self.reading_timer = None

    def _reading_expired(self) -> None:
        if self.flow.read_paused or (self.is_answering and not self.in_body):
            # It is the application that the message waits for.
            self._start_reading_timer(HEAD_SECONDS)
            return
        due = self.reading_since + BODY_SECONDS + self.body_size / BODY_BYTES_PER_SECOND
        if self.in_body and self.is_answering and (rest := due - self.loop.time()) > 0:
            self.reading_timer = self.loop.call_later(rest, self._reading_expired)
            return
        self.refuse(408)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._limit_writing()

    def _limit_writing(self) -> None:
        if self.writing_timer is None and (size := self.transport.get_write_buffer_size()):
            self.writing_timer = self.loop.call_later(WRITE_SECONDS, self._writing_expired, size)

    def _writing_expired(self, earlier_size: int) -> None:
        self.writing_timer = None
        if self.transport.get_write_buffer_size() >= earlier_size:
            self.transport.abort()
        else:
            self._limit_writing()

    # Refusals

    def _stop_parser(self, status: int) -> NoReturn:
        self.refusal = status
        # uvicorn then calls send_400_response.
        raise ValueError(status)

    def send_400_response(self, msg: str) -> None:
        self.refuse(self.refusal)

    def refuse(self, status: int) -> None:
        """Answer with this status if no response has begun, and close the connection."""
        self.refused = True
        self._stop_reading_timer()
        self._unset_keepalive_if_required()
        self._release_body()
        log.info("%s refused with %s", addresses.shown(self.client[0]) if self.client else "A client", status)
        may_answer = self._may_answer()
        if self.is_answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if not may_answer:
            self.transport.close()
            return
        self.transport.write(response_to(status, self.server_state.default_headers))
        self.transport.write_eof()
        # Closing at once would reset the connection, and the response with it, while the client still sends.
        self.reading_timer = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _may_answer(self) -> bool:
        if self.pipeline:
            return False
        if not self.is_answering:
            return not self.in_body or self.complete
        return self.in_body and not self.complete and not self.cycle.response_started
