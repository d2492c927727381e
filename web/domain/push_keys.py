"""The private key of VAPID, by which push services know who sends (https://www.rfc-editor.org/rfc/rfc8292)."""

import re
import secrets

from web.domain.push_endpoints import base64url, decoded_base64url

# The order of P-256's group: a private key is a number below it.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BYTES = 32


class InvalidVapidKey(Exception):
    """The text is no private key. Says what it must be, continuing "VAPID_PRIVATE_KEY …", and never quotes it."""


def vapid_key(text: str) -> str:
    """The key as base64url, from base64url or from hexadecimal digits; empty stays empty. Raises InvalidVapidKey."""
    if not text:
        return ""
    try:
        key = bytes.fromhex(text) if re.fullmatch(r"[0-9a-fA-F]{64}", text) else decoded_base64url(text)
    except ValueError:
        key = b""
    if len(key) != _BYTES or not 0 < int.from_bytes(key) < _ORDER:
        raise InvalidVapidKey("must have 32 bytes, as base64url or in hexadecimal; `openssl rand -hex 32` makes one.")
    return base64url(key)


def new_vapid_key() -> str:
    """A random private key."""
    return base64url((1 + secrets.randbelow(_ORDER - 1)).to_bytes(_BYTES))
