import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import count, islice
from types import SimpleNamespace

import pytest

from bench.data import ROWS, BenchUser
from bench.load import Response, WrongAnswer, check, response_to, run
from bench.requests import API, PAGE, completion, page

ADA, BOB = BenchUser("ada", "cookie=a", 7, "dbk_a"), BenchUser("bob", "cookie=b", 8, "dbk_b")
LIST = b'<body data-user="ada">' + ROWS * b'<li id="task-7">'


def answer(body: bytes, status: str = "200 OK", more: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


@contextmanager
def serving(*parts: bytes, hangs_up: bool = False) -> Iterator[int]:
    """The port of a server that answers every request with these parts, one packet each."""
    with socket.create_server(("127.0.0.1", 0)) as buffer:
        thread = threading.Thread(target=_serve, args=(buffer, parts, hangs_up))
        thread.start()
        yield buffer.getsockname()[1]
        buffer.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(buffer: socket.socket, parts: tuple[bytes, ...], hangs_up: bool) -> None:
    while True:
        try:
            connection, _ = buffer.accept()
        except OSError:
            return
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while connection.recv(65536):
                for part in parts:
                    connection.sendall(part)
                if hangs_up:
                    break


def test_an_answer_that_comes_in_parts_is_read_to_its_end():
    whole = answer(LIST)

    with serving(whole[:10], whole[10:100], whole[100:]) as port:
        assert response_to(port, b"GET / HTTP/1.1\r\n\r\n").body == LIST


@pytest.mark.parametrize("hangs_up", [False, True])
def test_answers_are_counted_until_the_time_is_over(hangs_up: bool, monkeypatch: pytest.MonkeyPatch):
    # Advances by a hundredth of a second at each call.
    clock = SimpleNamespace(perf_counter=count(0, 0.01).__next__, process_time=lambda: 0)
    monkeypatch.setattr("bench.load.time", clock)
    more = "Connection: close\r\n" if hangs_up else ""
    with serving(answer(LIST, more=more), hangs_up=hangs_up) as port:
        window = run(port, PAGE.reads([ADA], port, 1), 0.2)

    assert len(window.latencies_ms) > 1
    assert window.seconds >= 0.2


@pytest.mark.parametrize(
    "wrong",
    [
        answer(LIST, status="500 Internal Server Error"),
        answer(LIST.replace(b'<li id="task-7">', b"", 1)),
        answer(LIST.replace(b"ada", b"bob")),
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
    ids=["a fault", "a missing row", "the list of another user", "without a length"],
)
def test_a_wrong_answer_ends_the_run(wrong: bytes):
    with serving(wrong) as port, pytest.raises(WrongAnswer):
        run(port, PAGE.reads([ADA], port, 1), 1)


def test_each_connection_has_its_own_users():
    first, second = PAGE.reads([ADA, BOB], 80, 2)

    assert next(first) == next(first) == page(ADA, 80)
    assert next(second) == page(BOB, 80)


def test_every_click_changes_its_task():
    (requests,) = PAGE.changes([ADA, BOB], 80, 1, completed={8})

    assert [request.data.split()[1] for request in islice(requests, 4)] == [
        b"/tasks/7/complete",
        b"/tasks/8/reopen",
        b"/tasks/7/reopen",
        b"/tasks/8/complete",
    ]


def test_every_request_of_a_program_changes_its_task():
    (requests,) = API.changes([ADA, BOB], 80, 1, completed={8})

    assert [request.data.partition(b" HTTP")[0] for request in islice(requests, 4)] == [
        b"PUT /api/tasks/7/completion",
        b"DELETE /api/tasks/8/completion",
        b"DELETE /api/tasks/7/completion",
        b"PUT /api/tasks/8/completion",
    ]


@pytest.mark.parametrize(
    ("body", "is_right"),
    [
        (b'{"id":7,"title":"a","completed":true}', True),
        (b'{"id":7,"title":"a","completed":false}', False),
        (b'{"id":8,"title":"a","completed":true}', False),
    ],
    ids=["completed", "still open", "another task"],
)
def test_a_task_that_is_answered_is_the_one_and_in_its_new_state(body: bytes, is_right: bool):
    request = completion(ADA, 80, complete=True)

    with nullcontext() if is_right else pytest.raises(WrongAnswer):
        check(request, Response(200, body, True))
