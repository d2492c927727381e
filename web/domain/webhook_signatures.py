"""Standard Webhooks 1.0 (https://www.standardwebhooks.com): the secret of a receiver, and the headers it verifies."""

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from secrets import token_bytes

PREFIX = "whsec_"
_SECRET_BYTES = 32
_SIGN = "[A-Za-z0-9+/]"
# 24 to 64 bytes in Base64: groups of four, of which the last may be padded.
PATTERN = (
    f"^whsec_(({_SIGN}{{4}}){{7,20}}({_SIGN}{{4}}|{_SIGN}{{3}}=|{_SIGN}{{2}}==)|({_SIGN}{{4}}){{21}}{_SIGN}{{2}}==)$"
)


def new_secret() -> str:
    return PREFIX + b64encode(token_bytes(_SECRET_BYTES)).decode()


def is_secret(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


def signed_headers(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The headers of one attempt, which began at `timestamp` (seconds since 1970); a signature by each secret."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(b64decode(secret.removeprefix(PREFIX)), signed, sha256).digest()
    return f"v1,{b64encode(digest).decode()}"
