"""Problem details (RFC 9457): every error answer under /api/, but for Better Auth's own below /api/auth/."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from litestar.response import Response

from web.http.field_sentences import message
from web.http.middleware.session import authorization_of
from web.http.request import AnyRequest

MEDIA_TYPE = "application/problem+json"
# Where the handler of an error has nothing more precise to say.
DETAILS = {
    400: "Daybook could not read this request. Nothing was changed.",
    401: "This needs an access token, or another credential of a user. /api/docs says which there are.",
    403: "This credential does not allow that.",
    404: "There is nothing at this address, or you have no access to it.",
    405: "This address does not support that method; Allow lists those that it does.",
    409: "This was changed meanwhile. Nothing was overwritten.",
    412: "This was changed since the version that If-Match names; ETag is the current one. Nothing was overwritten.",
    413: "The body is larger than Daybook accepts. Nothing was changed.",
    415: "The body must be of another media type. Nothing was changed.",
    422: "Some fields are not valid. Nothing was changed.",
    429: "Too many requests. Wait as many seconds as Retry-After says.",
    500: "Something went wrong. It has been logged, and nothing was changed.",
    503: "Daybook is temporarily unavailable. Nothing was changed. Try again in a moment.",
}

INVALID_QUERY = "Some parameters of the query are not valid."


class FieldError(msgspec.Struct, frozen=True):
    """One field that is wrong: its path with dots, empty for the whole body, and a sentence for the user."""

    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of an error answer. `instance` is the reference under which the log has a fault of ours."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = ""
    errors: tuple[FieldError, ...] = ()


class AuthProblem(Problem, frozen=True, kw_only=True):
    """Below /api/auth/, with what Better Auth's clients read of its errors."""

    code: str
    message: str


class BadRequest(Exception):
    """A request that cannot be read. `errors` name the parameters or headers."""

    def __init__(self, detail: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.errors = tuple(errors)


class InvalidBody(Exception):
    """JSON that was read, with fields that are wrong."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(", ".join(error.field for error in self.errors))


class UnsupportedMediaType(Exception):
    """The body has another type than `accepted`; `header` is the one that says so, Accept-Post or Accept-Patch."""

    def __init__(self, header: str, accepted: str) -> None:
        super().__init__(accepted)
        self.header, self.accepted = header, accepted


def problem_response(
    status: int,
    *,
    detail: str | None = None,
    errors: Iterable[FieldError] = (),
    reference: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response[Any]:
    problem = Problem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=(detail or DETAILS[status]) + (f" Reference: {reference}." if reference else ""),
        instance=f"urn:daybook:{reference}" if reference else "",
        errors=tuple(errors),
    )
    return Response(msgspec.json.encode(problem), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def auth_problem_response(status: int, code: str, sentence: str, headers: Mapping[str, str]) -> Response[Any]:
    problem = AuthProblem(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=sentence,
        code=code,
        message=sentence,
    )
    return Response(msgspec.json.encode(problem), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def challenge(request: AnyRequest) -> str:
    """What WWW-Authenticate says (https://www.rfc-editor.org/rfc/rfc6750#section-3)."""
    error = ', error="invalid_token"' if authorization_of(request.scope) is not None else ""
    return f'Bearer realm="Daybook"{error}'


def field_errors(errors: Iterable[Any]) -> list[FieldError]:
    """Pydantic's errors in our words."""
    return [FieldError(".".join(map(str, error["loc"])), message(error)) for error in errors]
