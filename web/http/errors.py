"""Our words, said over HTTP: one place that turns what went wrong into an answer."""

import logging
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from litestar.exceptions import HTTPException
from litestar.response import Response
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from web.auth.client import AuthRejected, AuthUnavailable
from web.db.database import is_transient
from web.db.limiter import DatabaseBusy
from web.db.postgresql import CONNECTION_ERRORS
from web.domain.errors import NotFound, NotSignedIn, SearchTooSlow, TooManySearches
from web.http.forms import BadForm
from web.http.middleware.head import EXCLUDED_PATHS
from web.http.middleware.same_origin import CrossSite
from web.http.middleware.session import user_of
from web.http.request import AnyRequest, address_of, current_url
from web.http.responses import Answer, is_htmx, is_partial

log = logging.getLogger("daybook.errors")
# Litestar's words for a browser that left before all of its request had come: no fault of ours.
GONE = "client disconnected prematurely"


HEADINGS = {
    400: ("That did not make sense", "The request was not one that a browser of ours would send."),
    403: ("Not from here", "Another site asked for this in your name, so nothing was done. Open it in Daybook itself."),
    404: ("Nothing here", "There is no such page, or it is not yours to see."),
    405: ("Nothing to do here", "This address does not do that."),
    409: ("It changed meanwhile", "Somebody changed this while you looked at it. Nothing was overwritten."),
    413: ("Too much at once", "That is more than Daybook takes in one go. Nothing was saved."),
    500: ("Our fault", "Something broke on our side, and we wrote it down. Your tasks are as they were."),
    503: (
        "Back in a moment",
        "Daybook cannot reach a part of itself right now. Nothing was changed; try again shortly.",
    ),
}


def not_found(request: AnyRequest, _: Exception) -> Response[Any]:
    if is_partial(request):
        return problem(request, 404, sentence="That task is gone; maybe it was deleted in another window.")
    return problem(request, 404)


def not_signed_in(request: AnyRequest, _: Exception) -> Response[Any]:
    """To the sign-in page, and afterwards back to the page the user was on."""
    place = address_of(request) if request.method == "GET" and not is_htmx(request) else current_url(request)
    address = "/sign-in?" + urlencode({"next": place})
    if is_htmx(request):
        return Response(None, status_code=204, headers={"HX-Redirect": address})
    return Answer({}, back=address)


def broken(request: AnyRequest, error: Exception) -> Response[Any]:
    """Our fault: logged with its traceback under a number that the user can quote."""
    reference = secrets.token_hex(4)
    log.error("%s %r failed, reference %s", request.method, request.scope["path"], reference, exc_info=error)
    return problem(request, 500, reference=reference)


def unreachable(request: AnyRequest, error: Exception) -> Response[Any]:
    log.error("%s %r failed: %s", request.method, request.scope["path"], error)
    return problem(request, 503, headers={"Retry-After": "5"})


def search_too_slow(request: AnyRequest, _: Exception) -> Response[Any]:
    return problem(
        request, 503, sentence="That search took too long and was stopped. Try longer words, or more of them."
    )


def too_many_searches(request: AnyRequest, _: Exception) -> Response[Any]:
    sentence = "Other searches of yours are still running. Try again in a moment."
    return problem(request, 503, sentence=sentence, headers={"Retry-After": "5"})


def database_failed(request: AnyRequest, error: DBAPIError) -> Response[Any]:
    """A database that is away is nobody's mistake and comes back; any other complaint of its is our fault."""
    is_away = is_transient(error) or isinstance(error, OperationalError)
    return unreachable(request, error) if is_away else broken(request, error)


def refused(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """What Litestar itself refused: an unknown path, a wrong method, a body it cannot read."""
    if error.detail == GONE:
        return problem(request, 400)
    if error.status_code >= 500:
        return broken(request, error)
    status = error.status_code if error.status_code in HEADINGS else 400
    allow = {
        name: _with_head(value, request) for name, value in (error.headers or {}).items() if name.lower() == "allow"
    }
    return problem(request, status, headers=allow)


def _with_head(methods: str, request: AnyRequest) -> str:
    """What may be got has a head too, which Litestar does not know."""
    return methods if request.scope["path"].startswith(EXCLUDED_PATHS) else methods.replace("GET", "GET, HEAD")


def problem(
    request: AnyRequest,
    status: int,
    *,
    sentence: str | None = None,
    reference: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response[Any]:
    """A page in our own look with a way on; for a swap a message; for programs JSON."""
    heading, usual = HEADINGS[status]
    sentence = sentence or usual
    if request.scope["path"].startswith("/api/"):
        code = HTTPStatus(status).name
        return Response({"code": code, "message": sentence}, status_code=status, headers=headers)
    signed_in = user_of(request.scope) is not None
    context = {
        "status": status,
        "heading": heading,
        "problem": sentence,
        "reference": reference,
        "way_on": ("/tasks", "Back to your tasks") if signed_in else ("/", "Back to Daybook"),
    }
    return Answer(
        context,
        page="errors/error.html",
        partials=("shared/_problem.html",),
        into="#notices",
        swap="innerHTML",
        status=status,
        headers=headers,
    )


HANDLERS: dict[Any, Any] = {
    NotFound: not_found,
    NotSignedIn: not_signed_in,
    BadForm: lambda request, _: problem(request, 400),
    CrossSite: lambda request, _: problem(request, 403),
    AuthRejected: unreachable,
    AuthUnavailable: unreachable,
    SearchTooSlow: search_too_slow,
    TooManySearches: too_many_searches,
    DBAPIError: database_failed,
    **dict.fromkeys(CONNECTION_ERRORS, unreachable),
    DatabaseBusy: unreachable,
    PoolTimeout: unreachable,
    HTTPException: refused,
    Exception: broken,
}
