"""A notification as a push service takes it: encrypted for one browser, and signed.

The only module that imports the library `webpush`; the sender loads it with the first message.
"""

import time

import jwt
from pydantic import AnyHttpUrl
from webpush import WebPush, WebPushSubscription
from webpush.types import WebPushKeys

from web.models.push_subscription import PushSubscription
from web.push.vapid import pem, public_key

# A push service refuses a signature that is valid for more than a day (RFC 8292, 2).
SIGNATURE_SECONDS = 12 * 60 * 60


class _Signature:
    """In place of the library's own, which writes `mailto:` before every subject; https is one too (RFC 8292, 2.1)."""

    def __init__(self, private_key: str) -> None:
        self._private, self._public_key = pem(private_key)[0], public_key(private_key)

    def get_authorization_header(self, endpoint: AnyHttpUrl, subscriber: str, expiration: int) -> str:
        claims = {"aud": f"https://{endpoint.host}", "exp": int(time.time()) + expiration, "sub": subscriber}
        return f"vapid t={jwt.encode(claims, self._private, algorithm='ES256')}, k={self._public_key}"


def encrypted(
    data: bytes, subscription: PushSubscription, *, private_key: str, subject: str, ttl: int
) -> tuple[bytes, dict[str, str]]:
    """The body of the request and its headers. `ttl` is in seconds."""
    push = WebPush(*pem(private_key), subscriber=subject, ttl=ttl, expiration=SIGNATURE_SECONDS)
    push.vapid = _Signature(private_key)
    keys = WebPushKeys(auth=subscription.auth, p256dh=subscription.p256dh)
    message = push.get(data, WebPushSubscription(endpoint=AnyHttpUrl(subscription.endpoint), keys=keys))
    return message.encrypted, {name.title(): value for name, value in message.headers.items() if isinstance(value, str)}
