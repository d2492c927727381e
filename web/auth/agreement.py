"""Checks that Daybook and Better Auth are set up alike: otherwise signing in would seem to work, and not last."""

from collections.abc import Sequence

from web.auth.cookie import token_of, values_of

# Better Auth's codes for a request whose origin it does not trust.
UNTRUSTED_ORIGIN = (
    "INVALID_ORIGIN",
    "MISSING_OR_NULL_ORIGIN",
    "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
)


class AuthMisconfigured(Exception):
    """Better Auth and Daybook are set up differently. The text is one sentence for the operator."""


class NoSession(AuthMisconfigured):
    """Better Auth set no session cookie. After a sign-up it may want the email address confirmed first."""


def require_readable_session(cookies: Sequence[str], name: str, secret: str) -> None:
    """Raises NoSession or AuthMisconfigured unless these Set-Cookie headers have a session that Daybook can read."""
    pairs = [cookie.partition(";")[0] for cookie in cookies]
    others = [pair.partition("=")[0] for pair in pairs if pair.partition("=")[0].endswith("session_token")]
    if not others:
        raise NoSession("Better Auth accepted a sign-in and set no session cookie.")
    if name not in others:
        raise AuthMisconfigured(
            f"Better Auth's session cookie is called {others[0]}, and Daybook reads {name}: BETTER_AUTH_COOKIE_PREFIX "
            "must be Better Auth's advanced.cookiePrefix, and APP_URL its baseURL."
        )
    if token_of(values_of(name, "; ".join(pairs)), secret) is None:
        raise AuthMisconfigured("Better Auth signs its cookies with another secret than BETTER_AUTH_SECRET.")
