"""The answer to a request that failed: an error page, a notice for htmx, or JSON under /api/."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from litestar.response import Response

from web.auth.cookie import token_of, values_of
from web.auth.errors import AuthRejected, TooManySignIns
from web.http.api.problems import FieldError, problem_response
from web.http.request import PROXIED, AnyRequest, client_info
from web.http.responses import Page
from web.settings import Settings

# Per status, the heading of the error page and its sentence. Notices and JSON contain the sentence only.
MESSAGES = {
    400: ("Bad request", "Daybook could not read this request. Nothing was saved."),
    403: ("Request blocked", "This request came from another website, so it was blocked. Open Daybook and try again."),
    404: ("Page not found", "This page does not exist, or you do not have access to it."),
    405: ("Not available", "This address does not support that action."),
    401: ("Sign in", "This needs a signed-in user."),
    409: ("Edit conflict", "This was changed in another tab or on another device. Nothing was overwritten."),
    422: ("Invalid input", "Some fields are not valid. Nothing was saved."),
    413: ("Request too large", "That is more than Daybook accepts at once. Nothing was saved."),
    429: ("Too many requests", "That was too often. Try again in a minute."),
    500: ("Unexpected error", "Something went wrong. It has been logged and your tasks are unchanged."),
    503: ("Back in a moment", "Daybook is temporarily unavailable. Nothing was changed. Try again in a moment."),
}


def problem(
    request: AnyRequest,
    status: int,
    *,
    heading: str | None = None,
    sentence: str | None = None,
    reference: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
    restore: str | None = None,
) -> Response[Any]:
    """An error page; for htmx a notice. JSON under /api/: RFC 9457, or below /api/auth/ as Better Auth's own errors."""
    if is_api(request):
        return problem_response(status, detail=sentence, errors=errors, reference=reference, headers=headers)
    usual_heading, usual_sentence = MESSAGES[status]
    heading, sentence = heading or usual_heading, sentence or usual_sentence
    if request.scope["path"].startswith("/api/"):
        content = {"code": HTTPStatus(status).name, "message": sentence}
        return Response(content, status_code=status, headers=headers)
    signed_in = is_signed_in(request)
    link = ("/tasks", "Back to your tasks") if signed_in else ("/", "Back to Daybook")
    context = {"status": status, "heading": heading, "problem": sentence, "reference": reference, "link": link}
    context |= {"signed_in": signed_in, "restore": restore}
    return _page_or_notice(context, status, headers)


def too_many_sentence(refused: AuthRejected) -> str:
    """Why, and how long to wait, in minutes where that is shorter to read."""
    if isinstance(refused, TooManySignIns):
        return "Many others are signing in now. Please try again in a few seconds."
    seconds = refused.retry_after
    minutes = -(-seconds // 60)
    wait = f"{minutes} minutes" if seconds > 90 else f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"Too many attempts. Wait {wait} and try again."


def is_signed_in(request: AnyRequest) -> bool:
    """Whether the sender has a session cookie of ours. Asks no database: it may be the reason for the error page.

    Unknown paths do not pass through middleware, so the cookie is read here.
    """
    settings: Settings = request.app.state.settings
    cookies = values_of(settings.session_cookie, client_info(request.scope).cookies)
    return token_of(cookies, settings.required_secret()) is not None


def is_api(request: AnyRequest) -> bool:
    """Whether a program asks: Daybook's JSON API, not Better Auth's proxied one."""
    return request.scope["path"].startswith("/api/") and not request.scope["path"].startswith(PROXIED)


def _page_or_notice(context: dict[str, Any], status: int, headers: dict[str, str] | None) -> Page:
    return Page(
        context,
        "errors/error.html",
        "shared/_problem.html",
        into="#notices",
        swap="beforeend",
        status=status,
        headers=headers,
    )
