"""A signed cookie that says which accounts a browser has signed in to, so that guesses of others never lock it out.

As the device cookies of https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies.
The value is `browser.mac.mac`: a random id, and for each account an HMAC of both.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256

MOST_ACCOUNTS = 5
MAX_AGE_SECONDS = 365 * 24 * 60 * 60
_ID_BYTES, _ID_LENGTH = 16, 22


def cookie_name(is_secure: bool) -> str:
    """With https no other site of the domain can set it (https://www.rfc-editor.org/rfc/rfc6265#section-4.1.3)."""
    return "__Host-daybook.browser" if is_secure else "daybook.browser"


def set_cookie(value: str, is_secure: bool) -> str:
    """The Set-Cookie header."""
    cookie = f"{cookie_name(is_secure)}={value}; Max-Age={MAX_AGE_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
    return cookie + ("; Secure" if is_secure else "")


def browser_that_knows(values: Sequence[str], email: str, secret: str) -> str:
    """The id of the browser whose cookie this is, if it has signed in to the account; empty for any other."""
    browser, *macs = _parts(values)
    expected = _mac(browser, email, secret)
    return browser if any(hmac.compare_digest(expected, mac) for mac in macs) else ""


def with_account(values: Sequence[str], email: str, secret: str) -> str:
    """The cookie's value once the browser has signed in to this account too."""
    browser, *macs = _parts(values)
    browser = browser or secrets.token_urlsafe(_ID_BYTES)
    mac = _mac(browser, email, secret)
    others = [one for one in macs if one != mac]
    return ".".join([browser, *others[-MOST_ACCOUNTS + 1 :], mac])


def _parts(values: Sequence[str]) -> list[str]:
    """Nothing where two cookies have the name, or where it is none of ours."""
    parts = values[0].split(".") if len(values) == 1 and values[0].isascii() else []
    return parts if parts and len(parts[0]) == _ID_LENGTH and len(parts) <= MOST_ACCOUNTS + 1 else [""]


def _mac(browser: str, email: str, secret: str) -> str:
    digest = hmac.digest(secret.encode(), f"known browser {browser} {email.lower()}".encode(), sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")
