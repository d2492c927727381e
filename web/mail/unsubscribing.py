"""The link that ends one kind of e-mail without signing in: the user and the setting, signed."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote, unquote

PATH = "/unsubscribe"
# The settings that it can turn off.
FIELDS = ("digest_hour", "reminders_by_email")


def unsubscribe_url(app_url: str, secret: str, user_id: str, field: str) -> str:
    return f"{app_url}{PATH}/{token_of(secret, user_id, field)}"


def token_of(secret: str, user_id: str, field: str) -> str:
    """It never expires: an old e-mail must be able to end the new ones, and it can do nothing else."""
    return f"{field}.{quote(user_id, safe='')}.{_signature(secret, user_id, field)}"


def read_token(secret: str, token: str) -> tuple[str, str] | None:
    """The user's id and the setting; None unless the token is one of ours."""
    field, _, rest = token.partition(".")
    user_id = unquote(rest.rpartition(".")[0])
    is_ours = token.isascii() and hmac.compare_digest(token_of(secret, user_id, field), token)
    return (user_id, field) if is_ours and field in FIELDS else None


def _signature(secret: str, user_id: str, field: str) -> str:
    """Of a purpose of its own: the secret signs cookies too."""
    signed = hmac.digest(secret.encode(), f"unsubscribe\n{field}\n{user_id}".encode(), sha256)
    return urlsafe_b64encode(signed).decode().rstrip("=")
