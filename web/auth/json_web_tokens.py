"""Verifies the JWTs that Better Auth signs (https://better-auth.com/docs/plugins/jwt), by its keys in the database.

Not over HTTP: the table is in the same database, and a key that was just made is known at once.
"""

import json
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, column, select, table
from sqlalchemy.exc import DBAPIError

from web.db.types import UtcDateTime
from web.domain.text import is_printable

if TYPE_CHECKING:
    import jwt

ALGORITHM = "EdDSA"
# Better Auth publishes an expired key so long, for tokens that it signed.
GRACE = timedelta(days=30)
# Seconds that a key, and that there is none, is known without a query.
KNOWN_SECONDS, UNKNOWN_SECONDS = 120.0, 5.0
MOST_KEYS = 100
MOST_KID = 64
_JWKS: Any = table("jwks", column("id"), column("public_key"), column("alg"), column("expires_at", UtcDateTime()))
_keys: dict[str, tuple[float, "_Key | None"]] = {}


class Claims(NamedTuple):
    """Whose token it is, and the session that it stands and falls with where it names one."""

    user_id: str
    session_id: str | None


class _Key(NamedTuple):
    key: "jwt.PyJWK"
    expires_at: datetime | None


def looks_like_one(text: str) -> bool:
    """Three parts of base64url, the first of them a JSON object."""
    return text.startswith("ey") and text.count(".") == 2


def verified(connection: Connection, text: str, issuer: str, now: datetime) -> Claims | None:
    """The claims of a valid token of this issuer; None for any other. At most one statement."""
    # With the first one: pages need no JWTs, and cryptography takes long to load.
    import jwt

    try:
        kid = jwt.get_unverified_header(text).get("kid")
        key = _key(connection, kid) if isinstance(kid, str) and _may_be_id(kid) else None
        if key is None or (key.expires_at and key.expires_at + GRACE < now):
            return None
        claims = jwt.decode(
            text,
            key.key,
            algorithms=[ALGORITHM],
            audience=issuer,
            issuer=issuer,
            options={"require": ["exp", "iat", "sub"]},
        )
    except jwt.PyJWTError:
        return None
    session_id = claims.get("sid")
    return Claims(claims["sub"], session_id if isinstance(session_id, str) else None)


def _may_be_id(kid: str) -> bool:
    """Anyone chooses it: PostgreSQL takes no NUL."""
    return len(kid) <= MOST_KID and is_printable(kid)


def forget_keys() -> None:
    """Read them again from the database."""
    _keys.clear()


def _key(connection: Connection, kid: str) -> _Key | None:
    known = _keys.get(kid)
    if known and known[0] > time.monotonic():
        return known[1]
    if len(_keys) >= MOST_KEYS:
        _keys.clear()
    key = _read_key(connection, kid)
    _keys[kid] = (time.monotonic() + (KNOWN_SECONDS if key else UNKNOWN_SECONDS), key)
    return key


def _read_key(connection: Connection, kid: str) -> _Key | None:
    from jwt import PyJWK

    try:
        row = connection.execute(select(_JWKS).where(_JWKS.c.id == kid)).one_or_none()
    except DBAPIError as error:
        if _JWKS.name not in str(error.orig):
            raise
        # There is no such table: a Better Auth of the operator's own without the plugin.
        return None
    if row is None or (row.alg or ALGORITHM) != ALGORITHM:
        return None
    return _Key(PyJWK(json.loads(row.public_key), algorithm=ALGORITHM), row.expires_at)
