"""Requests that no honest client sends, made from a list of routes: pure, seeded, and each one ready to be replayed.

    for request in requests(targets, seed=7, count=20_000):
        ...

Request number n depends on the targets, the seed and n alone, so a longer run begins with the requests of a shorter
one. About half of them are valid but for one thing, and so reach the services; the others are wrong in several.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from tests.hostile import values

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
READING = ("GET", "HEAD", "OPTIONS", "TRACE")
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_SAFE = "/%?&=+~!$'()*,;:@"


@dataclass(frozen=True)
class Target:
    """A route to send requests to. Without `values` and `example` its requests are only refused early.

    `path` has its parameters in braces, as Litestar and OpenAPI write them; `values` are ids that exist, by parameter.
    `example` is a valid body, `query` the names of its parameters, `media_type` that of its body.
    """

    method: str
    path: str
    values: Mapping[str, Sequence[object]] = field(default_factory=dict)
    example: Any = None
    query: Sequence[str] = ()
    media_type: str = JSON


@dataclass(frozen=True)
class Request:
    """As on the wire: the path is percent-encoded, header names are lower-case. `number` is its place in the run."""

    number: int
    method: str
    path: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def __str__(self) -> str:
        """An expression that makes the request again, to paste into a test."""
        parts = (self.number, self.method, self.path, self.query, self.headers, self.body)
        return f"Request{parts!r}"


def requests(targets: Sequence[Target], seed: int, count: int, *, start: int = 0) -> Iterator[Request]:
    """`count` requests, from number `start` on. Each target gets about as many as any other."""
    for number in range(start, start + count):
        random = Random(f"{seed}:{number}")
        yield _Maker(random, targets[number % len(targets)], number).request()


class _Maker:
    """One request: what is valid, then what is wrong with it."""

    def __init__(self, random: Random, target: Target, number: int) -> None:
        self.random, self.target, self.number = random, target, number
        # How many parts are wrong: one for half of the requests.
        self.wrong = set(random.choices(self._parts(), k=random.choice((1, 1, 2, 4))))

    def request(self) -> Request:
        method = self.random.choice(values.METHODS) if "method" in self.wrong else self.target.method
        headers = {"sec-fetch-site": "same-origin"}
        body = b""
        if method not in READING and (self.target.example is not None or "body" in self.wrong):
            headers["content-type"], body = self._typed_body()
        if "headers" in self.wrong:
            for name in self.random.sample(sorted(values.HEADERS), self.random.choice((1, 1, 1, 3))):
                headers[name] = self.random.choice(values.HEADERS[name])
        encoded = tuple((name.encode(), value.encode("utf-8")) for name, value in headers.items())
        return Request(self.number, method, self._path(), self._query(), encoded, body)

    def _parts(self) -> list[str]:
        """Those that a wrong value of this target may be in: mostly what its handler reads."""
        parts = ["headers"] * 2 + ["method", "body"]
        parts += ["path"] * (3 if _PARAMETER.search(self.target.path) else 0)
        parts += ["query"] * (6 if self.target.query else 1)
        return parts + ["body"] * (9 if self.target.example is not None else 0)

    def _path(self) -> str:
        def segment(match: re.Match[str]) -> str:
            known = self.target.values.get(match[1], ())
            if not known or ("path" in self.wrong and self.random.random() < 0.8):
                return self.random.choice(values.SEGMENTS)
            return str(self.random.choice(known))

        path = _PARAMETER.sub(segment, self.target.path)
        if "path" in self.wrong and self.random.random() < 0.1:
            path = self.random.choice(
                (path + "/", "/" + path, path + "%00", path + "/..", path.upper(), path + "/" + "a" * 600)
            )
        return quote_from_bytes(path.encode(), _SAFE)

    def _query(self) -> bytes:
        if "query" not in self.wrong:
            return b""
        if self.random.random() < 0.15:
            return self.random.choice(
                (b"%", b"%ff=%ff", b"a=%00", b"&" * 50, b"a" * 9_000, b"q=\xff", b"=", b"a=1&a=2")
            )
        names = [*self.target.query] or ["q", "after", "page", "next", "limit"]
        some = self.random.choices(names, k=self.random.choice((1, 1, 2, 3, 30)))
        pairs = [(name, self._query_value(name)) for name in some]
        return urlencode(pairs, errors="surrogatepass").encode()

    def _query_value(self, name: str) -> str:
        if self.random.random() < 0.3:
            return str(self.random.choice(values.NUMBERS))
        return self.random.choice(self._strings_for(name))

    def _typed_body(self) -> tuple[str, bytes]:
        media_type, body = self.target.media_type, self.target.example
        if "body" not in self.wrong:
            return media_type, self._encoded(media_type, body)
        kind = self.random.random()
        if kind < 0.08:
            return self.random.choice(values.CONTENT_TYPES), self.random.choice(values.RAW)
        if kind < 0.16:
            return media_type, self.random.choice(values.RAW)
        if kind < 0.22:
            return self.random.choice(values.CONTENT_TYPES), self._encoded(media_type, body)
        return media_type, self._encoded(media_type, self._with_wrong_fields(body))

    def _with_wrong_fields(self, body: Any) -> Any:
        if not isinstance(body, Mapping) or self.random.random() < 0.04:
            return self._json_value("")
        changed = dict(body)
        for _ in range(self.random.choice((1, 1, 1, 2, 5))):
            name = self.random.choice([*body, "unknown"] if body else ["unknown"])
            if self.random.random() < 0.08:
                changed.pop(name, None)
            else:
                changed[name] = self._json_value(name)
        return changed

    def _json_value(self, name: str) -> Any:
        kind = self.random.random()
        if kind < 0.6:
            return self.random.choice(self._strings_for(name))
        return self.random.choice(values.NUMBERS if kind < 0.85 else values.OTHER_JSON)

    def _strings_for(self, name: str) -> Sequence[str]:
        """Mostly of the kind that the name of a field tells of, so that they pass the first look."""
        kinds = {
            "_on": values.DAYS,
            "due": values.DAYS,
            "until": values.DAYS,
            "zone": values.ZONES,
            "time": values.TIMES,
        }
        kinds |= {"_at": values.TIMES, "repeat": values.RULES, "rule": values.RULES, "line": values.LINES}
        kinds |= {"words": values.RULES}
        fitting = next((strings for part, strings in kinds.items() if part in name), None)
        if name == "q":
            fitting = values.QUERIES
        return fitting if fitting and self.random.random() < 0.6 else values.STRINGS

    def _encoded(self, media_type: str, body: Any) -> bytes:
        if media_type == FORM:
            fields = body if isinstance(body, Mapping) else {"value": body}
            return urlencode({name: _text(value) for name, value in fields.items()}).encode()
        text = json.dumps(body, ensure_ascii=self.random.random() < 0.5)
        return text.encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
