"""From Better Auth's cookie to the user who sent it; no HTTP here.

The cookie's value is `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`: Better Auth signs
with better-call (https://github.com/better-auth/better-call, `signCookieValue`) and keeps the token in `sessions`.
"""

import hmac
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import quote, unquote

from sqlalchemy import Connection, bindparam, select
from sqlmodel import SQLModel

from web.models.user import AuthSession, User

# Better Auth's defaults: a sign-in lasts seven days and is renewed once a day.
LASTS = timedelta(days=7)
RENEWED_EVERY = timedelta(days=1)
_UNESCAPED = "!'()*"


@dataclass(frozen=True, slots=True)
class CurrentUser:
    """Who is asking: what handlers and templates may know of a user."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A sign-in that holds, and until when it does."""

    user: CurrentUser
    expires_at: datetime

    def due(self, now: datetime) -> bool:
        """Old enough that Better Auth would renew it."""
        return self.expires_at - LASTS + RENEWED_EVERY <= now


def signed(token: str, secret: str) -> str:
    """The cookie value for a token, letter for letter as Better Auth writes it."""
    signature = b64encode(hmac.digest(secret.encode(), token.encode(), sha256)).decode()
    return quote(f"{token}.{signature}", safe=_UNESCAPED)


def token_of(cookies: list[str], secret: str) -> str | None:
    """The token of the one session cookie, if its signature holds in the one spelling Better Auth writes.

    Two session cookies are none: somebody may have planted one of them.
    """
    if len(cookies) != 1 or not cookies[0].isascii():
        return None
    token = unquote(cookies[0]).rpartition(".")[0]
    return token if token.isascii() and hmac.compare_digest(signed(token, secret), cookies[0]) else None


_USERS, _SIGN_INS = (SQLModel.metadata.tables[str(model.__tablename__)] for model in (User, AuthSession))
# Built once: it is asked by every request of everybody.
_WANTED = (
    select(_USERS.c.id, _USERS.c.name, _USERS.c.email, _SIGN_INS.c.expires_at)
    .join(_SIGN_INS, _SIGN_INS.c.user_id == _USERS.c.id)
    .where(_SIGN_INS.c.token == bindparam("token"))
    .execution_options(prepare=True)
)


def find(connection: Connection, token: str, now: datetime) -> ActiveSession | None:
    """The sign-in with this token, unless it expired or its user is gone. One statement."""
    row = connection.execute(_WANTED, {"token": token}).one_or_none()
    if row is None:
        return None
    user_id, name, email, expires_at = row
    return ActiveSession(CurrentUser(user_id, name, email), expires_at) if expires_at >= now else None


def values_of(name: str, header: str) -> list[str]:
    """Every value that a Cookie header gives for this name, as sent (RFC 6265, section 5.4)."""
    pairs = (pair.strip().partition("=") for pair in header.split(";"))
    return [value for key, _, value in pairs if key == name]
