"""Requests to the JSON API of a Daybook, with urllib, which loads in a fifth of the time of httpx."""

import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, HTTPResponse, RemoteDisconnected
from io import BufferedReader
from typing import IO, Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPErrorProcessor, Request, build_opener
from uuid import uuid4

from web.client.account import Account
from web.domain.errors import CommandError
from web.domain.text import shown_line

ATTEMPTS = 3
# For connecting, and for each part of the answer.
TIMEOUT_SECONDS = 20
LONGEST_WAIT_SECONDS = 60
# Bytes of a file that is downloaded.
PART = 64 * 1024
# What Daybook refuses of a body or a query is wrong usage of the command.
NOT_FOUND = 404
INVALID = (400, 422)


class NoAnswer(CommandError):
    """No answer. `may_have_arrived` unless the connection was not made at all."""

    def __init__(self, sentence: str, *, may_have_arrived: bool = False) -> None:
        super().__init__(sentence)
        self.may_have_arrived = may_have_arrived


class NotDaybook(CommandError):
    """An answer of something else, such as the sign-in page of a proxy."""


class ApiError(CommandError):
    """An error answer of Daybook, with its HTTP status."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.exit_code = 2 if status in INVALID else 1


class Change(NamedTuple):
    """The JSON of the answer to a change, and the operation that undoes it."""

    body: dict[str, Any]
    operation: str


class _Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


class _AnyStatus(HTTPErrorProcessor):
    """Gives every answer as it is: a redirect that is followed would take the token to another host."""

    def http_response(self, request: Request, response: HTTPResponse) -> HTTPResponse:
        return response

    https_response = http_response


class Connection:
    """Sends requests with the token of an account, again where that is safe. Each raises what is defined above.

    `fields` are some that the JSON of the answer has: without them it is not from Daybook.
    """

    def __init__(self, account: Account) -> None:
        self.account = account

    def get(self, path: str, fields: Collection[str], query: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return self._send(self._request("GET", path, query), fields).body

    def put(self, path: str, fields: Collection[str], query: Mapping[str, Any] | None = None) -> Change:
        return self._send(self._request("PUT", path, query), fields)

    def delete(self, path: str, fields: Collection[str]) -> Change:
        """Of what answers with a record."""
        return self._send(self._request("DELETE", path, None), fields)

    def upload(self, path: str, file: IO[bytes], fields: Collection[str], query: Mapping[str, Any]) -> Change:
        """POST a file as it is, without holding all of it. Sent again, it makes nothing twice."""
        request = self._request("POST", path, query, file)
        request.add_header("Content-Type", "application/octet-stream")
        request.add_header("Content-Length", str(file.seek(0, os.SEEK_END)))
        request.add_header("Idempotency-Key", str(uuid4()))
        return self._send(request, fields)

    def download(self, path: str) -> Iterator[bytes]:
        """The parts of a file, as they arrive. NotDaybook also for one that ends too early."""
        request = self._request("GET", path, None)
        with self._opened(request) as response:
            if response.status != HTTPStatus.OK:
                self._body_of(_Answer(response.status, response.headers, response.read()), ())
            while part := response.read(PART):
                yield part

    def post(self, path: str, fields: Collection[str], body: Any = None, key: str | None = None) -> Change:
        """Sent again under its Idempotency-Key, it changes nothing twice."""
        request = self._request("POST", path, None, None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", key or str(uuid4()))
        return self._send(request, fields)

    def _request(
        self, method: str, path: str, query: Mapping[str, Any] | None, content: bytes | IO[bytes] | None = None
    ) -> Request:
        given = {name: value for name, value in (query or {}).items() if value is not None}
        search = urlencode(given, errors="surrogateescape")
        address = self.account.url + path + (f"?{search}" if search else "")
        headers = {"Authorization": f"Bearer {self.account.token}", "Accept": "application/json"}
        return Request(address, content, headers, method=method)  # noqa: S310 - http or https, by `origin_of`

    def _send(self, request: Request, fields: Collection[str]) -> Change:
        answer = self._answer(request)
        return Change(self._body_of(answer, fields), answer.headers.get("Operation", ""))

    def _body_of(self, answer: _Answer, fields: Collection[str]) -> dict[str, Any]:
        """The JSON of an answer that is not an error."""
        if 300 <= answer.status < 400:
            target = shown_line(answer.headers.get("Location", ""))
            raise NotDaybook(f"{self.account.url} redirects to {target}. If Daybook is there, log in at that address.")
        found = _object(answer)
        if found is None or (answer.status < 400 and not found.keys() >= set(fields)):
            kind = answer.headers.get_content_type()
            raise NotDaybook(
                f"The answer of {self.account.url} ({answer.status}, {kind}) is not from Daybook. "
                "A proxy or another site may be there."
            )
        if answer.status == 401:
            raise ApiError(401, f"{self.account.url} does not accept this access token. Log in with another one.")
        if answer.status >= 400:
            raise ApiError(answer.status, _sentence(found))
        return found

    def _answer(self, request: Request) -> _Answer:
        for _ in range(ATTEMPTS - 1):
            try:
                answer = self._exchange(request)
            except NoAnswer as problem:
                if not problem.may_have_arrived:
                    raise
                continue
            seconds = answer.headers.get("Retry-After", "")
            if answer.status not in (429, 503) or not seconds.isdecimal() or int(seconds) > LONGEST_WAIT_SECONDS:
                return answer
            time.sleep(int(seconds))
        return self._exchange(request)

    def _exchange(self, request: Request) -> _Answer:
        if isinstance(request.data, BufferedReader):
            # What was sent in part, or to a server that was busy, is sent from its beginning.
            request.data.seek(0)
        with self._opened(request) as response:
            return _Answer(response.status, response.headers, response.read())

    @contextmanager
    def _opened(self, request: Request) -> Iterator[HTTPResponse]:
        url = self.account.url
        try:
            with build_opener(_AnyStatus).open(request, timeout=TIMEOUT_SECONDS) as response:
                yield response
        except (OSError, HTTPException) as problem:
            reason = problem.reason if isinstance(problem, URLError) else problem
            if isinstance(reason, TimeoutError):
                sentence = f"{url} did not answer within {TIMEOUT_SECONDS} seconds."
                raise NoAnswer(sentence, may_have_arrived=True) from problem
            if isinstance(reason, HTTPException) and not isinstance(reason, RemoteDisconnected):
                raise NotDaybook(f"What answers at {url} is no web server, or its answer broke off.") from problem
            if isinstance(reason, ConnectionResetError | BrokenPipeError):
                sentence = f"{url} closed the connection without an answer."
                raise NoAnswer(sentence, may_have_arrived=True) from problem
            raise NoAnswer(f"{url} cannot be reached: {_words(reason)}.") from problem


def _object(answer: _Answer) -> dict[str, Any] | None:
    """None for an answer that cannot be one of the API."""
    expected = "application/json" if answer.status < 400 else "application/problem+json"
    if answer.headers.get_content_type() != expected:
        return None
    try:
        found = json.loads(answer.body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _sentence(problem: dict[str, Any]) -> str:
    """What is wrong with the fields, else with the request (RFC 9457)."""
    errors = [one for one in problem.get("errors") or () if isinstance(one, dict)]
    fields = "; ".join(f"{one.get('field')}: {one.get('detail')}" for one in errors)
    return shown_line(fields or str(problem.get("detail") or problem.get("title") or "Refused."))


def _words(reason: object) -> str:
    """The reason of an operating system or of TLS, without its number."""
    words = getattr(reason, "verify_message", None) or getattr(reason, "strerror", None) or reason
    return shown_line(str(words)).rstrip(".")
