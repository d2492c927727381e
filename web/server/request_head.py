"""Judges the head of a request before the application sees it, and builds the response to one that is refused."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus

from web.http.response_headers import HEADERS

Headers = Sequence[tuple[bytes, bytes]]

MAX_HEADERS = 100
VERSIONS = ("1.0", "1.1")
# Fields with one value (RFC 9110, section 5.3). Programs on the way disagree about which one of two counts.
SINGLE = frozenset(
    (
        *(b"host", b"content-length", b"content-type", b"content-encoding", b"transfer-encoding", b"expect"),
        *(b"origin", b"referer", b"authorization", b"user-agent", b"upgrade", b"if-match", b"idempotency-key"),
        *(b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest", b"sec-fetch-user", b"daybook-user"),
        *(b"hx-request", b"hx-request-type", b"hx-current-url", b"hx-target", b"hx-source", b"hx-boosted"),
    )
)
SENTENCES = {
    400: "Daybook could not read this request. Nothing was saved.",
    408: "This request took too long to arrive. Nothing was saved. Try again.",
    414: "This address is too long.",
    431: "The headers of this request are too long. Deleting the cookies of this site may help.",
    503: "Daybook is receiving too much at once. Nothing was saved. Try again in a moment.",
}
# Without the header that marks our pages: the client script would show this text in place of the list.
SECURITY_HEADERS = {name: value for name, value in HEADERS.items() if name != "Daybook"}


def refusal_of(headers: Headers, version: str, upgrades: bool) -> int | None:
    """The status to refuse a request with, None for one to serve."""
    if len(headers) > MAX_HEADERS:
        return 431
    names = [name for name, _ in headers]
    present = set(names)
    repeated = len(present) < len(names) and any(names.count(name) > 1 for name in SINGLE & present)
    # RFC 9112, section 3.2: every request of HTTP/1.1 names its host.
    hostless = version == "1.1" and b"host" not in present
    is_wrong = version not in VERSIONS or repeated or hostless or _has_unclear_body(present, version, upgrades)
    return 400 if is_wrong else None


def _has_unclear_body(present: set[bytes], version: str, upgrades: bool) -> bool:
    """Whether programs disagree about where the body ends, and so about where the next request begins.

    HTTP/1.0 has no chunks (RFC 9112, section 6.1), and the parser reads no body after an upgrade that is not made.
    """
    chunked = b"transfer-encoding" in present
    return (chunked and version != "1.1") or (upgrades and (chunked or b"content-length" in present))


def response_to(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A whole response that closes the connection, with these headers and those of every page."""
    body = f"{SENTENCES[status]}\n".encode()
    own = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Cache-Control": "no-store",
        **({"Retry-After": "5"} if status == 503 else {}),
        **SECURITY_HEADERS,
    }
    encoded = [(name.lower().encode(), value.encode()) for name, value in own.items()]
    lines = [b": ".join(pair) for pair in (*headers, *encoded)]
    return b"\r\n".join([f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(), *lines, b"", body])
