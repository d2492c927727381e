"""Finds out whether the browser returns cookies. Without, signing in would seem to work and lead back to signing in.

The forms for sign-in and sign-up come with a cookie, and with a field that says so. A form that comes back with the
field and without the cookie was sent by a browser that keeps no cookies of this site; programs send neither.

The same cookie tells the sign-in page that its user was sent there because a session has ended.
"""

from typing import NamedTuple

from web.auth.cookie import values_of
from web.http.forms import Fields
from web.http.middleware.same_origin import SAFE_METHODS
from web.http.middleware.session import credentials_of
from web.http.request import AnyRequest, client_info, header
from web.settings import HOST_PREFIX, Settings

COOKIE, FIELD = "daybook.cookies", "cookies"
# What our session cookies began with before they were for this host only. None is read: a subdomain can set one.
FORMER_PREFIX = "__Secure-"
ENDED = {
    "ended": "Your session has ended. Sign in to go on.",
    "deletion": "Your account will be deleted in two weeks. Until then, sign in to keep it.",
    "ended-kept": "Your session has ended. Sign in to go on where you were: what you typed is still here.",
    "ended-back": "Your session has ended, and nothing was saved. Sign in, then go back with your browser: it may "
    "still show what you typed.",
}
KEPT = "ended-kept"
# Sent by the browser itself: whether a script has kept what was typed is known in the tab only.
BY_ITSELF = ("ended", "ended-back")


class Ended(NamedTuple):
    """The sentence about a session that has ended, and the one instead where the tab has kept what was typed."""

    sentence: str
    if_kept: str


def ended_session(request: AnyRequest) -> str:
    """The cookie's value for a request that needs a session: a key of ENDED, empty for a client that had none."""
    settings: Settings = request.app.state.settings
    cookies = client_info(request.scope).cookies
    names = (settings.session_cookie, settings.session_cookie.replace(HOST_PREFIX, FORMER_PREFIX))
    has_one = any(len(values_of(name, cookies)) == 1 for name in names)
    if not (has_one or credentials_of(request.scope).page_user):
        return ""
    if request.method in SAFE_METHODS:
        return "ended"
    return KEPT if header(request, b"hx-request") else "ended-back"


def ended_sentence(request: AnyRequest) -> Ended:
    """What the sign-in page says about a session that has ended; empty if none has."""
    values = values_of(_name(request), client_info(request.scope).cookies)
    value = values[0] if values else ""
    return Ended(ENDED.get(value, ""), ENDED[KEPT] if value in BY_ITSELF else "")


def cookie_to_return(request: AnyRequest, value: str = "1") -> str:
    """The Set-Cookie header of a page with such a form. It has the attributes of the session cookie."""
    settings: Settings = request.app.state.settings
    return f"{_name(request)}={value}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if settings.secure else ''}"


def cookie_problem(request: AnyRequest, fields: Fields) -> str:
    """One sentence that says why this browser cannot stay signed in; empty if it can."""
    settings: Settings = request.app.state.settings
    cookies = client_info(request.scope).cookies
    if len(values_of(settings.session_cookie, cookies)) > 1:
        return (
            f"Your browser sends two cookies named {settings.session_cookie}: another website on this domain uses the "
            "same name. Delete the cookies of this site and of the domain above it, then sign in. The operator of "
            "Daybook can choose another name with BETTER_AUTH_COOKIE_PREFIX."
        )
    if FIELD in fields and not values_of(_name(request), cookies):
        return (
            "Your browser did not return a cookie, so you would not stay signed in. Allow cookies for "
            f"{settings.app_url}, open Daybook at exactly that address, and try again."
        )
    return ""


def _name(request: AnyRequest) -> str:
    settings: Settings = request.app.state.settings
    return f"{HOST_PREFIX if settings.secure else ''}{COOKIE}"
