"""Finds out whether the browser returns cookies. Without, signing in would seem to work and lead back to signing in.

The forms for sign-in and sign-up come with a cookie, and with a field that says so. A form that comes back with the
field and without the cookie was sent by a browser that keeps no cookies of this site; programs send neither.
"""

from web.auth.cookie import values_of
from web.http.forms import Fields
from web.http.request import AnyRequest, client_info
from web.settings import Settings

COOKIE, FIELD = "daybook.cookies", "cookies"


def cookie_to_return(request: AnyRequest) -> str:
    """The Set-Cookie header of a page with such a form. It has the attributes of the session cookie."""
    settings: Settings = request.app.state.settings
    return f"{COOKIE}=1; Path=/; HttpOnly; SameSite=Lax{'; Secure' if settings.secure else ''}"


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
    if FIELD in fields and not values_of(COOKIE, cookies):
        return (
            "Your browser did not return a cookie, so you would not stay signed in. Allow cookies for "
            f"{settings.app_url}, open Daybook at exactly that address, and try again."
        )
    return ""
