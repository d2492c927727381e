"""Signs and verifies Better Auth's session cookie, and reads it from a Cookie header.

The value is `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`: Better Auth signs with
better-call (https://github.com/better-auth/better-call, `signCookieValue`) and stores the token in `sessions`.
"""

import hmac
from base64 import b64encode
from hashlib import sha256
from urllib.parse import quote, unquote

_UNESCAPED = "!'()*"


def signed(token: str, secret: str) -> str:
    """The signed cookie value for a token, byte for byte as Better Auth writes it."""
    signature = b64encode(hmac.digest(secret.encode(), token.encode(), sha256)).decode()
    return quote(f"{token}.{signature}", safe=_UNESCAPED)


def token_of(cookies: list[str], secret: str) -> str | None:
    """The token in the session cookie, or None unless its signature and its encoding are exactly Better Auth's.

    Two session cookies count as none: another site on the same domain may have set one of them.
    """
    if len(cookies) != 1 or not cookies[0].isascii():
        return None
    token = unquote(cookies[0]).rpartition(".")[0]
    return token if token.isascii() and hmac.compare_digest(signed(token, secret), cookies[0]) else None


def token_of_bearer(text: str, secret: str) -> str | None:
    """The same for a cookie's value that a program sends as a bearer token, encoded or not."""
    return token_of([quote(unquote(text.strip()), safe=_UNESCAPED)], secret)


def values_of(name: str, header: str) -> list[str]:
    """All values of the named cookie in a Cookie header, as sent (RFC 6265, section 5.4)."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return [value for key, _, value in pairs if key == name]
