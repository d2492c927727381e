"""Relays the cookies that Better Auth sets to the browser, once they are known to be ones that Daybook can read."""

from collections.abc import Sequence

from web.auth.agreement import require_readable_session
from web.http.request import AnyRequest
from web.http.responses import RawResponse
from web.settings import Settings


def require_readable(request: AnyRequest, cookies: Sequence[str]) -> None:
    """Raises NoSession or AuthMisconfigured."""
    settings: Settings = request.app.state.settings
    require_readable_session(cookies, settings.session_cookie, settings.required_secret())


def redirect_with_cookies(cookies: Sequence[str], address: str) -> RawResponse:
    """Redirect with Better Auth's cookies, one Set-Cookie header each."""
    headers = [("location", address or "/"), *(("set-cookie", cookie) for cookie in cookies)]
    return RawResponse(status=303, headers=headers)
