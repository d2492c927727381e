"""What a browser's push subscription must look like: a stranger gives us this address, and Daybook will call it."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

LONGEST_ENDPOINT = 2_000
# The push services of Chrome, Firefox, Safari and Edge. Each has its subscriptions in the path.
_ENDPOINT = re.compile(
    r"https://(fcm\.googleapis\.com|([a-z0-9-]+\.)+(push\.services\.mozilla\.com|push\.apple\.com|notify\.windows\.com))"
    r"/[A-Za-z0-9!$%&'()*+,./:;=?@_~-]+"
)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")
# P-256: y² = x³ - 3x + B modulo P (https://csrc.nist.gov/pubs/sp/800/186/final, 3.2.1.3).
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def checked_endpoint(text: str) -> str:
    """The address of a subscription at a known push service: https, without user, port or another spelling of the host.

    Raises ValueError. Both storing and sending ask this question.
    """
    if len(text) > LONGEST_ENDPOINT or not _ENDPOINT.fullmatch(text):
        raise ValueError("This browser's push service is not known to Daybook.")
    return text


def checked_point(text: str) -> str:
    """The public key of a subscription (`p256dh`): an uncompressed point of P-256, as base64url. Raises ValueError."""
    point = _decoded(text, 65)
    x, y = int.from_bytes(point[1:33]), int.from_bytes(point[33:])
    if point[0] != 4 or max(x, y) >= _P or (y * y - (x**3 - 3 * x + _B)) % _P:
        raise ValueError("This is no public key of a subscription.")
    return base64url(point)


def checked_auth(text: str) -> str:
    """The authentication secret of a subscription: 16 bytes, as base64url. Raises ValueError."""
    return base64url(_decoded(text, 16))


def base64url(value: bytes) -> str:
    """Without padding, as browsers write keys."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded_base64url(text: str) -> bytes:
    """With or without padding. Raises ValueError."""
    digits = text.rstrip("=")
    if not _BASE64URL.fullmatch(text) or len(digits) % 4 == 1:
        raise ValueError("A key is written as base64url.")
    return urlsafe_b64decode(digits + "=" * (-len(digits) % 4))


def _decoded(text: str, length: int) -> bytes:
    value = decoded_base64url(text[:100])
    if len(value) != length:
        raise ValueError(f"This key must have {length} bytes.")
    return value
