"""What programs get: a record with its ETag, 201 with its address, a page of a list with the address of the next."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar, overload
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar.enums import MediaType
from litestar.response import Response, Stream
from sqlalchemy import Connection

from web.domain.actor import Actor
from web.domain.errors import NotAllowed, OnlyReading
from web.http.api.problems import BadRequest, FieldError
from web.http.api.request_limit import RequestLimit
from web.http.middleware.same_origin import SAFE_METHODS
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, RequestParts, header, query_string
from web.http.unit_of_work import Handler, unit_of_work
from web.services.stored_answers import Stored, StoredAnswers

Out = TypeVar("Out")
# The operation of a change, for `POST /api/undo/{operation}`.
OPERATION = "Operation"
_KEY = re.compile(r"[!-~]{1,255}")
_TAG = re.compile(r'(?:W/)?("[^"]*")')
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer(Generic[Out]):
    """A body, and the headers that only this answer has."""

    body: Out
    headers: Mapping[str, str] = field(default_factory=dict)


class Items(msgspec.Struct, Generic[Out], frozen=True):
    """A page of a list: where the next one begins (null on the last), and how many there are in all."""

    items: Sequence[Out]
    next: str | None
    counts: Mapping[str, int]

    @classmethod
    def of(cls, items: Sequence[Out], next: str | None = None, **counts: int) -> Self:  # noqa: A002
        return cls(items, next, counts or {"all": len(items)})


def created(body: Any, *, at: str) -> Answer[Any]:
    """The record, and its address below `at`."""
    return Answer(body, {"Location": f"{at}/{body.id}"})


@overload
def api(handler: Handler) -> Handler: ...
@overload
def api(*, transaction: bool) -> Callable[[Handler], Handler]: ...
def api(handler: Callable[..., Any] | None = None, *, transaction: bool = True) -> Any:
    """As `unit_of_work`, for programs: a handler returns a body, an `Answer`, a download, or None."""
    return unit_of_work(handler, transaction=transaction, respond=answered)


def answered(parts: RequestParts, connection: Connection, actor: Actor, handler: Callable[[], Any]) -> Response[Any]:
    """The response to a handler's answer. Raises NotAllowed for the address of another user."""
    request, credentials = parts.request, credentials_of(parts.request.scope)
    limit: RequestLimit = request.app.state.request_limit
    limits = limit.count(credentials.holder)
    require_own_address(request, actor)
    if request.method not in SAFE_METHODS and not credentials.may_write:
        raise OnlyReading("This access token may read only. Make one that may write in Settings.")
    key = header(request, b"idempotency-key") if request.method == "POST" else ""
    answers = StoredAnswers(connection, actor)
    response = _done_once(key, parts, answers, handler) if key else _response(parts, handler())
    response.headers.update(limits)
    return response


def _done_once(key: str, parts: RequestParts, answers: StoredAnswers, handler: Callable[[], Any]) -> Response[Any]:
    """The answer that the same request under the same key got before, if it was sent before."""
    if not _KEY.fullmatch(key):
        detail = "An Idempotency-Key is up to 255 visible characters of ASCII, such as a UUID."
        raise BadRequest(detail, [FieldError("Idempotency-Key", detail)])
    stored = answers.take(key, parts.request.scope["path"], parts.digest)
    if stored is not None:
        headers = {**stored.headers, "Idempotency-Replayed": "true"}
        return Response(stored.body, status_code=stored.status, media_type=MediaType.JSON, headers=headers)
    response = _response(parts, handler())
    answers.keep(key, Stored(response.status_code or 200, response.headers, response.content or b""))
    return response


def require_own_address(request: AnyRequest, actor: Actor) -> None:
    if request.path_params.get("user_id", actor.user_id) != actor.user_id:
        raise NotAllowed("This address belongs to another user than the one of this credential.")


def _response(parts: RequestParts, answer: Any) -> Response[Any]:
    request = parts.request
    headers = {"Vary": "Authorization, Cookie"}
    if request.method not in SAFE_METHODS:
        headers[OPERATION] = parts.operation
    if answer is None:
        return Response(None, status_code=204, headers=headers)
    if isinstance(answer, Stream):
        answer.headers.update(headers)
        return answer
    if not isinstance(answer, Answer):
        answer = Answer(answer)
    body = _encode(answer.body)
    tag = entity_tag(answer.body, body)
    headers |= {"ETag": tag, **answer.headers}
    if isinstance(answer.body, Items) and answer.body.next:
        headers["Link"] = f'<{_next_address(request, answer.body.next)}>; rel="next"'
    if request.method in SAFE_METHODS and is_known(header(request, b"if-none-match"), tag):
        return Response(None, status_code=304, headers=headers)
    route: Any = request.scope["route_handler"]
    return Response(body, status_code=route.status_code, media_type=MediaType.JSON, headers=headers)


def entity_tag(out: Any, body: bytes) -> str:
    """The version of a record and a digest of what the answer shows beside it; of a list the digest alone."""
    digest = hashlib.blake2b(body, digest_size=8).hexdigest()
    version = getattr(out, "version", None)
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def is_known(text: str, tag: str) -> bool:
    """Whether If-None-Match has the tag, compared weakly (RFC 9110, section 13.1.2)."""
    return text.strip() == "*" or tag in _TAG.findall(text)


def _next_address(request: AnyRequest, after: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(query_string(request)) if name != "after"]
    return f"{request.scope['path']}?{urlencode([*kept, ('after', after)])}"
