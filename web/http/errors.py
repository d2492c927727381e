"""Turns exceptions into responses: an error page, a notice for htmx, or JSON under /api/."""

import logging
import secrets
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Response
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from web.auth.agreement import AuthMisconfigured
from web.auth.endpoints import InvalidCall
from web.auth.errors import AccountDisabled, AuthRejected, AuthUnavailable, TooManySignIns
from web.auth.hash_queue import ClientLeft
from web.db.database import is_read_only, is_transient
from web.db.errors import CONNECTION_ERRORS, DatabaseUnavailable
from web.db.green_wait import StatementTimeout
from web.db.limiter import DatabaseBusy
from web.domain.due_words import long_day
from web.domain.errors import (
    AnotherUser,
    DeletionPending,
    InTrash,
    InvalidCursor,
    InvalidField,
    NotAllowed,
    NotFound,
    NotPossible,
    NotSignedIn,
    OnlyReading,
    ProofRequired,
    SearchTooSlow,
    StaleVersion,
    TooManySearches,
)
from web.domain.log_context import log_fields
from web.http.api.problems import (
    INVALID_QUERY,
    BadRequest,
    FieldError,
    InvalidBody,
    UnsupportedMediaType,
    auth_problem_response,
    challenge,
)
from web.http.api.request_limit import TooManyRequests
from web.http.budgets import BudgetSpent
from web.http.cookie_check import cookie_to_return, ended_session
from web.http.error_answers import MESSAGES, is_api, problem, too_many_sentence
from web.http.forms import BadForm
from web.http.middleware.same_origin import CrossSite
from web.http.notices import without_notices
from web.http.request import (
    PROXIED,
    AnyRequest,
    address_of,
    current_url,
    is_htmx,
    shown_path,
    stays_on_page,
)
from web.http.responses import NewPage
from web.services.records import EditConflict
from web.services.stored_answers import KeyReused

log = logging.getLogger("daybook.errors")
# Litestar's message when a client disconnects before it has sent its whole request.
CLIENT_DISCONNECTED = "client disconnected prematurely"
# The nouns whose deleted records have an address that brings them back.
RESTORABLE = ("tasks", "lists", "labels")
CONFIRM_PAGE = "/settings/confirm"
DELETION_PAGE = "/settings/deletion"
NO_CURSOR = "This is not the `next` of a page of this list."


def not_found(request: AnyRequest, error: Exception) -> Response[Any]:
    """404. What the user deleted themselves can be restored from here, so that the text of a form has a place again."""
    sentence = "This no longer exists. It may have been deleted in another tab." if stays_on_page(request) else None
    restore = None
    if isinstance(error, InTrash) and error.noun in RESTORABLE:
        restore = f"/{error.noun}/{error.record_id}/restore"
    return problem(request, 404, sentence=sentence, restore=restore)


def not_signed_in(request: AnyRequest, _: Exception) -> Response[Any]:
    """Redirect to the sign-in page, with the current page as `next`. The page says if a session has ended."""
    if is_api(request):
        return problem(request, 401, headers={"WWW-Authenticate": challenge(request)})
    return_to = address_of(request) if request.method == "GET" and not is_htmx(request) else current_url(request)
    address = "/sign-in?" + urlencode({"next": without_notices(return_to)})
    ended = ended_session(request)
    return NewPage(address, {"Set-Cookie": cookie_to_return(request, ended)} if ended else {})


def proof_required(request: AnyRequest, _: Exception) -> Response[Any]:
    """Redirect to the page that asks who the user is, and from there back to where this was asked for."""
    sentence = "You signed in more than 15 minutes ago. Confirm in the settings that it is you first."
    if is_api(request):
        return problem(request, 403, sentence=sentence)
    if request.scope["path"].startswith(PROXIED):
        return Response({"code": "SESSION_NOT_FRESH", "message": sentence}, status_code=403)
    return NewPage(f"{CONFIRM_PAGE}?" + urlencode({"next": without_notices(current_url(request))}))


def deletion_pending(request: AnyRequest, error: DeletionPending) -> Response[Any]:
    """Redirect to the page that offers to keep the account."""
    if is_api(request):
        day = long_day(error.delete_at.date(), date.min)
        sentence = f"This account will be deleted on {day}. Sign in to Daybook to keep it."
        return problem(request, 403, sentence=sentence)
    return NewPage(DELETION_PAGE)


def only_reading(request: AnyRequest, error: OnlyReading) -> Response[Any]:
    headers = {"WWW-Authenticate": 'Bearer realm="Daybook", error="insufficient_scope", scope="write"'}
    return problem(request, 403, sentence=str(error), headers=headers)


def another_user(request: AnyRequest, _: Exception) -> Response[Any]:
    kept = "What you typed is kept: sign in with that account again to go on with it."
    text = "What you typed is still here." if stays_on_page(request) else kept
    sentence = f"You signed in with another account since this page was opened, so nothing was done. {text}"
    return problem(request, 409, heading="Another account", sentence=sentence)


def cross_site(request: AnyRequest, refused: CrossSite) -> Response[Any]:
    """403 that names both origins: more often than an attack it is Daybook, opened at another address of its own."""
    if not refused.origin:
        return problem(request, 403)
    if refused.is_own_address:
        log.warning("Daybook was opened at %s, but APP_URL is %s.", refused.origin, refused.expected)
        sentence = (
            f"You opened Daybook at {refused.origin}, but its address is {refused.expected}. Open that address, or let "
            f"the operator set APP_URL to {refused.origin}."
        )
    else:
        sentence = (
            f"This request came from {refused.origin}, so it was blocked: this Daybook is at {refused.expected}. "
            "Open that address and try again."
        )
    return problem(request, 403, sentence=sentence)


def misconfigured(request: AnyRequest, error: AuthMisconfigured) -> Response[Any]:
    """500 until the operator has changed a setting, which the log names."""
    log.error("%s", error)
    sentence = "Signing in does not work, because Daybook and Better Auth are set up differently. The log says how."
    return problem(request, 500, sentence=sentence)


def broken(request: AnyRequest, error: Exception) -> Response[Any]:
    """500. The traceback is logged under a reference that the page shows: the id of the request."""
    reference = log_fields.get().get("request") or secrets.token_hex(4)
    log.error("%s %s failed, reference %s", request.method, shown_path(request.scope), reference, exc_info=error)
    return problem(request, 500, reference=reference)


def unavailable(request: AnyRequest, error: Exception) -> Response[Any]:
    """503 while the database or Better Auth is not available."""
    log.error("%s %s failed: %s", request.method, shown_path(request.scope), error)
    return problem(request, 503, headers={"Retry-After": "5"})


def auth_rejected(request: AnyRequest, error: AuthRejected) -> Response[Any]:
    """For a program, or a page that shows no reason in its form: 429, or 503 where the reason is not the user."""
    if not error.is_too_many:
        return unavailable(request, error)
    sentence, headers = too_many_sentence(error), {"Retry-After": str(error.retry_after)}
    if isinstance(error, TooManySignIns) and request.scope["path"].startswith(PROXIED):
        return auth_problem_response(429, error.code, sentence, headers)
    return problem(request, 429, sentence=sentence, headers=headers)


def budget_spent(request: AnyRequest, error: BudgetSpent) -> Response[Any]:
    return problem(request, 429, sentence=str(error), headers={"Retry-After": str(error.seconds)})


def search_too_slow(request: AnyRequest, _: Exception) -> Response[Any]:
    sentence = "That search took too long and was stopped. Try longer words, or more of them."
    return problem(request, 503, sentence=sentence)


def too_many_searches(request: AnyRequest, _: Exception) -> Response[Any]:
    sentence = "Other searches of yours are still running. Try again in a moment."
    return problem(request, 503, sentence=sentence, headers={"Retry-After": "5"})


def database_timed_out(request: AnyRequest, error: Exception) -> Response[Any]:
    """503. Not the usual sentence: a COMMIT may have been what took too long."""
    log.error("%s %s failed: %s", request.method, shown_path(request.scope), error)
    sentence = "Daybook's database took too long to answer. Look whether your change was saved before you repeat it."
    return problem(request, 503, sentence=sentence, headers={"Retry-After": "5"})


def database_failed(request: AnyRequest, error: DBAPIError) -> Response[Any]:
    """503 if the database is unavailable or timed out, 500 for every other database error."""
    if isinstance(error.orig, StatementTimeout):
        return database_timed_out(request, error)
    is_unavailable = is_transient(error) or is_read_only(error) or isinstance(error, OperationalError)
    return unavailable(request, error) if is_unavailable else broken(request, error)


def refused(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Errors that Litestar raises: an unknown path, a wrong method, an unreadable body."""
    if error.detail == CLIENT_DISCONNECTED:
        return problem(request, 400)
    if error.status_code >= 500:
        return broken(request, error)
    status = error.status_code if error.status_code in MESSAGES else 400
    allow = {
        name: _with_head(value, request) for name, value in (error.headers or {}).items() if name.lower() == "allow"
    }
    return problem(request, status, headers=allow)


def _with_head(methods: str, request: AnyRequest) -> str:
    """The Allow header with HEAD, which the Head middleware answers and Litestar does not know about."""
    return methods if request.scope["path"].startswith(PROXIED) else methods.replace("GET", "GET, HEAD")


def stale_version(request: AnyRequest, stale: StaleVersion) -> Response[Any]:
    return problem(request, 412, headers={"ETag": f'"{stale.version}"'})


def invalid_field(request: AnyRequest, error: InvalidField) -> Response[Any]:
    return problem(request, 422, errors=[FieldError(error.field, f"{error}")])


def invalid_cursor(request: AnyRequest, _: Exception) -> Response[Any]:
    """400, as for any parameter of the query that cannot be read."""
    return problem(request, 400, sentence=INVALID_QUERY, errors=[FieldError("after", NO_CURSOR)])


def unsupported_media_type(request: AnyRequest, error: UnsupportedMediaType) -> Response[Any]:
    sentence = f"The body must be {error.accepted.replace(', ', ' or ')}."
    return problem(request, 415, sentence=sentence, headers={error.header: error.accepted})


def edit_conflict(request: AnyRequest, conflict: EditConflict) -> Response[Any]:
    """409 for programs; pages show both versions themselves."""
    errors = [FieldError(name, "This was changed since the version of this edit.") for name in conflict.fields]
    return problem(request, 409, errors=errors)


def invalid_parameter(request: AnyRequest, error: ValidationException) -> Response[Any]:
    """422 for a parameter of a page's address that has another type."""
    return problem(request, 422)


HANDLERS: dict[Any, Any] = {
    EditConflict: edit_conflict,
    NotPossible: lambda request, error: problem(request, 409, sentence=str(error)),
    KeyReused: lambda request, error: problem(request, 422, sentence=str(error)),
    StaleVersion: stale_version,
    InvalidField: invalid_field,
    InvalidCursor: invalid_cursor,
    OnlyReading: only_reading,
    NotAllowed: lambda request, error: problem(request, 403, sentence=str(error)),
    BadRequest: lambda request, error: problem(request, 400, sentence=str(error), errors=error.errors),
    InvalidBody: lambda request, error: problem(request, 422, errors=error.errors),
    UnsupportedMediaType: unsupported_media_type,
    TooManyRequests: lambda request, error: problem(request, 429, headers=error.headers),
    ValidationException: invalid_parameter,
    NotFound: not_found,
    NotSignedIn: not_signed_in,
    ProofRequired: proof_required,
    DeletionPending: deletion_pending,
    AnotherUser: another_user,
    BadForm: lambda request, _: problem(request, 400),
    CrossSite: cross_site,
    AuthMisconfigured: misconfigured,
    InvalidCall: lambda request, error: problem(request, 400, sentence=f"{error}"),
    BudgetSpent: budget_spent,
    AccountDisabled: lambda request, _: problem(request, 403, sentence="This account is disabled."),
    ClientLeft: lambda request, _: problem(request, 400),
    AuthRejected: auth_rejected,
    AuthUnavailable: unavailable,
    SearchTooSlow: search_too_slow,
    TooManySearches: too_many_searches,
    DBAPIError: database_failed,
    **dict.fromkeys(CONNECTION_ERRORS, unavailable),
    StatementTimeout: database_timed_out,
    DatabaseBusy: unavailable,
    DatabaseUnavailable: unavailable,
    PoolTimeout: unavailable,
    HTTPException: refused,
    Exception: broken,
}
