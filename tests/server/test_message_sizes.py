"""Raw messages against `daybook serve`: every part of a message has a size, and one meaning."""

from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from tests.databases import Databases
from tests.server.command import free_port, running, sign_up
from tests.server.conftest import migrated_copy
from tests.server.raw_client import HOST, Reply, send_raw
from web.http.response_headers import HEADERS

pytestmark = pytest.mark.databases("sqlite")

GET = b"GET /healthz HTTP/1.1\r\n" + HOST
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
LIMIT = 64 * 1024


def post(path: str, *headers: bytes) -> bytes:
    return b"POST " + path.encode() + b" HTTP/1.1\r\n" + HOST + FORM + b"".join(headers) + b"\r\n"


def get(*headers: bytes) -> bytes:
    return GET + b"".join(header + b"\r\n" for header in headers) + b"\r\n"


@pytest.fixture(scope="module")
def port(databases: Databases) -> Iterator[int]:
    """The port of a running `daybook serve`."""
    with TemporaryDirectory(prefix="d-") as name:
        env = migrated_copy(databases, Path(name), PORT=str(free_port()))
        with running("serve", env):
            yield int(env["PORT"])


def assert_alive(port: int) -> None:
    assert httpx.get(f"http://127.0.0.1:{port}/healthz").text == "alive\n"


# What begins a message, what is repeated until the server answers, and its status.
ENDLESS = {
    "headers": (GET, b"X-Abcdefgh: abcdefghijkl\r\n", 431),
    "one header value": (GET + b"X-Long: ", b"a" * 1000, 431),
    "one header name": (GET, b"a" * 1000, 431),
    "cookies": (GET, b"Cookie: a=b\r\n", 431),
    "the target": (b"GET /", b"a" * 1000, 414),
    "the query": (b"GET /tasks?q=", b"%20" * 300, 414),
    "the method": (b"", b"A" * 1000, 400),
    "empty lines before the request": (b"", b"\r\n" * 500, 431),
    "trailers": (post("/sign-in", CHUNKED) + b"0\r\n", b"X-Abcdefgh: abcdefghijkl\r\n", 431),
    "one trailer": (post("/sign-in", CHUNKED) + b"0\r\nX-Long: ", b"a" * 1000, 431),
    "a chunk extension": (post("/sign-in", CHUNKED) + b"1;", b"a" * 1000, 431),
    "the size of a chunk": (post("/sign-in", CHUNKED), b"0" * 1000, 431),
    "chunks of one byte": (post("/sign-in", CHUNKED), b"1\r\na\r\n" * 100, 431),
    # Signed out it leads to signing in, before its body is read.
    "a form": (post("/tasks", CHUNKED), b"1000\r\n" + b"a" * 4096 + b"\r\n", 303),
    "a sign-in": (post("/sign-in", CHUNKED), b"1000\r\n" + b"a" * 4096 + b"\r\n", 413),
    "a call of Better Auth": (post("/api/auth/sign-in/email", CHUNKED), b"1000\r\n" + b"a" * 4096 + b"\r\n", 413),
}


@pytest.mark.parametrize("part", ENDLESS)
def test_an_endless_part_is_refused(port: int, part: str) -> None:
    start, again, status = ENDLESS[part]

    reply = send_raw(port, start, then=repeat(again))

    assert reply.status == status
    assert reply.sent < 10_000_000
    assert_alive(port)


def test_an_endless_form_of_a_signed_in_user_is_refused(port: int) -> None:
    cookie = sign_up(port).headers["set-cookie"].partition(";")[0]
    start = post("/tasks", f"Cookie: {cookie}\r\nSec-Fetch-Site: same-origin\r\n".encode(), CHUNKED)

    assert send_raw(port, start, then=repeat(b"1000\r\n" + b"a" * 4096 + b"\r\n")).status == 413


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get(b"X-Long: " + b"a" * (LIMIT - 6_000)), 200),
        (get(b"X-Long: " + b"a" * LIMIT), 431),
        (get(*(b"X-%d: a" % number for number in range(99))), 200),
        (get(*(b"X-%d: a" % number for number in range(100))), 431),
        (b"GET /healthz?" + b"a" * 8_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"GET /healthz?" + b"a" * 8_192 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (post("/sign-in", b"Content-Length: 65536\r\n") + b"email=".ljust(65_536, b"a"), 422),
    ],
    ids=["head below", "head above", "99 headers", "101 headers", "target below", "target above", "form at the limit"],
)
def test_the_limits_are_where_they_are_said_to_be(port: int, request_: bytes, status: int) -> None:
    assert send_raw(port, request_).status == status


@pytest.mark.parametrize("length", [65_537, 2_000_000, 10**30])
@pytest.mark.parametrize(
    "path",
    ["/tasks", "/sign-in", "/sign-up", "/sign-out", "/tasks/1/complete", "/api/labels", "/api/auth/sign-in/email"],
)
def test_a_declared_length_is_refused_before_the_body_arrives(port: int, path: str, length: int) -> None:
    """10^30 does not fit the parser's number: 400."""
    reply = send_raw(port, post(path, b"Content-Length: %d\r\n" % length))

    assert reply.status == (400 if length == 10**30 else 413)


# Requests that programs on the way read in more than one way, and the status.
UNCLEAR = {
    "no host": (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    "no host in HTTP/1.0": (b"GET /healthz HTTP/1.0\r\n\r\n", 200),
    "two hosts": (get(b"Host: evil.example"), 400),
    "the same host twice": (get(b"Host: localhost"), 400),
    "two hosts in HTTP/1.0": (b"GET /healthz HTTP/1.0\r\n" + HOST + HOST + b"\r\n", 400),
    "white space before a colon": (get(b"X-A : b"), 400),
    "a folded header": (get(b"X-A: b\r\n c"), 400),
    "a header without a name": (get(b": b"), 400),
    "a control character in a header": (get(b"X-A: b\x01c"), 400),
    "NUL in a header": (get(b"X-A: b\x00c"), 400),
    "a bare line feed": (b"GET /healthz HTTP/1.1\n" + HOST + b"\r\n", 400),
    "two lengths": (post("/sign-in", b"Content-Length: 1\r\nContent-Length: 2\r\n") + b"ab", 400),
    "one length twice": (post("/sign-in", b"Content-Length: 1\r\nContent-Length: 1\r\n") + b"a", 400),
    "a length and chunks": (post("/sign-in", b"Content-Length: 1\r\n", CHUNKED) + b"0\r\n\r\n", 400),
    "a negative length": (post("/sign-in", b"Content-Length: -1\r\n"), 400),
    "two transfer encodings": (post("/sign-in", CHUNKED, CHUNKED) + b"0\r\n\r\n", 400),
    "an unknown transfer encoding": (post("/sign-in", b"Transfer-Encoding: xchunked\r\n") + b"0\r\n\r\n", 400),
    "chunks in HTTP/1.0": (post("/sign-in", CHUNKED).replace(b"1.1", b"1.0") + b"0\r\n\r\n", 400),
    "two content types": (post("/sign-in", b"Content-Type: text/plain\r\nContent-Length: 0\r\n"), 400),
    "two origins": (post("/sign-in", b"Origin: http://a\r\nOrigin: http://b\r\nContent-Length: 0\r\n"), 400),
    "two sites": (post("/sign-in", b"Sec-Fetch-Site: none\r\n" * 2, b"Content-Length: 0\r\n"), 400),
    "an upgrade": (get(b"Connection: Upgrade", b"Upgrade: websocket"), 200),
    "an upgrade with a body": (
        post("/sign-in", b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n") + b"email",
        400,
    ),
    "an upgrade with chunks": (
        post("/sign-in", b"Connection: Upgrade\r\nUpgrade: h2c\r\n", CHUNKED) + b"0\r\n\r\n",
        400,
    ),
    "another version": (b"GET /healthz HTTP/3.7\r\n" + HOST + b"\r\n", 400),
    "no version": (b"GET /healthz\r\n\r\n", 400),
    "TLS on a plain port": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "two cookie headers": (get(b"Cookie: a=b", b"Cookie: c=d"), 200),
    "a list in two headers": (get(b"Accept: text/html", b"Accept: */*"), 200),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_a_request_with_two_readings_is_refused(port: int, case: str) -> None:
    request, status = UNCLEAR[case]

    assert send_raw(port, request).status == status


@pytest.mark.parametrize("request_", [get(b"Host: evil.example"), get(b"X-Long: " + b"a" * LIMIT)], ids=["400", "431"])
def test_a_refusal_has_the_security_headers_and_closes_the_connection(port: int, request_: bytes) -> None:
    reply = send_raw(port, request_)

    assert reply.headers["connection"] == "close"
    assert reply.headers["cache-control"] == "no-store"
    for name, value in HEADERS.items():
        # The client script takes what has this header for a page of ours.
        assert reply.headers.get(name.lower()) == (None if name == "Daybook" else value)


def test_a_refusal_reaches_a_client_that_is_still_sending(port: int) -> None:
    reply: Reply = send_raw(port, GET, b"X-Long: " + b"a" * 1_000_000)

    assert reply.status == 431
    assert b"headers of this request are too long" in reply.body


def test_a_request_after_a_refused_one_is_not_answered(port: int) -> None:
    reply = send_raw(port, get(b"Host: evil.example") + get())

    assert (reply.status, reply.body.count(b"HTTP/1.1")) == (400, 0)
