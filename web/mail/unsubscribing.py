"""The link that ends one kind of email without signing in: the user and the setting, signed."""

import hmac
from hashlib import sha256

from web.domain.push_endpoints import base64url, decoded_base64url

PATH = "/unsubscribe"
# The settings that it can turn off.
FIELDS = ("digest_hour", "reminders_by_email")


def unsubscribe_url(app_url: str, secret: str, user_id: str, field: str) -> str:
    return f"{app_url}{PATH}/{token_of(secret, user_id, field)}"


def token_of(secret: str, user_id: str, field: str) -> str:
    """It never expires: an old email must be able to end the new ones, and it can do nothing else."""
    return f"{field}.{base64url(user_id.encode())}.{_signature(secret, user_id, field)}"


def read_token(secret: str, token: str) -> tuple[str, str] | None:
    """The user's id and the setting; None unless the token is one of ours."""
    field, _, rest = token.partition(".")
    written, _, signature = rest.rpartition(".")
    if field not in FIELDS or not token.isascii():
        return None
    # Earlier emails have the id as it is.
    for user_id in (_decoded(written), written):
        if user_id is not None and hmac.compare_digest(_signature(secret, user_id, field), signature):
            return user_id, field
    return None


def _signature(secret: str, user_id: str, field: str) -> str:
    """Of a purpose of its own: the secret signs cookies too."""
    signed = hmac.digest(secret.encode(), f"unsubscribe\n{field}\n{user_id}".encode(), sha256)
    return base64url(signed)


def _decoded(text: str) -> str | None:
    try:
        return decoded_base64url(text).decode()
    except ValueError:
        return None
