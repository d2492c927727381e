"""Sends one notification to one browser, by way of its push service (https://www.rfc-editor.org/rfc/rfc8030)."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

import httpx

from web.domain.push_endpoints import base64url, checked_endpoint
from web.domain.timestamps import utc_now
from web.models.push_subscription import PushSubscription
from web.services.reminder_channels import ChannelUnavailable, Undeliverable
from web.settings import Settings

# For connecting, and for each wait for an answer.
TIMEOUT_SECONDS = 3.0
# Bytes. A push service takes 4,096 with the keys, the padding and the seal that encryption adds.
LARGEST_PAYLOAD = 3_900
# Push services keep a message for four weeks at most.
LONGEST_TTL = 28 * 24 * 60 * 60
LONGEST_WAIT = 24 * 60 * 60
# Of what a push service says about a message that it refused, as much as a log line holds.
LONGEST_REASON = 200
GONE = (404, 410)


class SubscriptionGone(Exception):
    """The push service no longer knows this subscription: the browser dropped it."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What a browser shows. `path` is where a click leads; another one with the same `tag` replaces this one."""

    title: str
    body: str
    path: str
    tag: str
    expires_at: datetime


class PushSender:
    """Holds the connections to push services. Blocks, for a few seconds at most; may be used in several threads."""

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        self._settings = settings
        self._transport = transport
        self._client: httpx.Client | None = None
        self._making = threading.Lock()

    def send(self, subscription: PushSubscription, notification: Notification) -> None:
        """Returns once the push service has taken it. Raises SubscriptionGone, ChannelUnavailable or Undeliverable."""
        request = self._request(subscription, notification)
        try:
            response = self._connections().send(request, stream=True, follow_redirects=False)
        except httpx.TransportError as problem:
            raise ChannelUnavailable(f"{request.url.host} did not answer: {type(problem).__name__}") from problem
        try:
            self._judge(response)
        finally:
            response.close()

    def close(self) -> None:
        if self._client:
            self._client.close()

    def _connections(self) -> httpx.Client:
        """Made for the first message, because it loads the CA certificates; the same one for all threads."""
        # Since Python 3.12 `cached_property` has no lock.
        with self._making:
            if self._client is None:
                self._client = httpx.Client(transport=self._transport, timeout=TIMEOUT_SECONDS)
            return self._client

    def _request(self, subscription: PushSubscription, notification: Notification) -> httpx.Request:
        from web.push.message import encrypted

        if not self._settings.vapid_private_key:
            raise Undeliverable("VAPID_PRIVATE_KEY is not set.")
        ttl = min(int((notification.expires_at - utc_now()).total_seconds()), LONGEST_TTL)
        if ttl <= 0:
            raise Undeliverable("It is too late for this notification.")
        try:
            endpoint = checked_endpoint(subscription.endpoint)
        except ValueError as problem:
            raise Undeliverable(f"Subscription {subscription.id} has an address that may not be called.") from problem
        body, headers = encrypted(
            payload(notification, self._settings.app_url),
            subscription,
            private_key=self._settings.vapid_private_key,
            subject=self._settings.vapid_subject,
            ttl=ttl,
        )
        # Of messages with one topic that wait for a device, it gets the latest only.
        headers |= {"Urgency": "high", "Topic": base64url(sha256(notification.tag.encode()).digest()[:24])}
        return self._connections().build_request("POST", endpoint, content=body, headers=headers)

    def _judge(self, response: httpx.Response) -> None:
        status, host = response.status_code, response.request.url.host
        if response.is_success:
            return
        if status in GONE:
            raise SubscriptionGone
        if status == 429 or status >= 500:
            raise ChannelUnavailable(f"{host} answered {status}", retry_after(response.headers.get("retry-after", "")))
        raise Undeliverable(f"{host} answered {status}: {_reason(response)}")


def payload(notification: Notification, app_url: str) -> bytes:
    """The message in the form that Safari shows by itself, and our service worker elsewhere.

    See https://www.w3.org/TR/push-api/#declarative-push-message. Texts that are too long are cut.
    """
    return next(data for data in _shorter_and_shorter(notification, app_url) if len(data) <= LARGEST_PAYLOAD)


def _shorter_and_shorter(notification: Notification, app_url: str) -> Iterator[bytes]:
    most = max(len(notification.title), len(notification.body), 1)
    while most:
        shown = {
            "title": _cut(notification.title, most),
            "body": _cut(notification.body, most),
            "navigate": app_url + notification.path,
            "tag": notification.tag,
        }
        message = {"web_push": 8030, "notification": shown}
        yield json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
        most = most * 3 // 4


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(most - 1, 0)] + "…"


def retry_after(text: str) -> int | None:
    """Seconds to wait, from a Retry-After header: a number, or a date. None where it says neither."""
    if text.isascii() and text.isdigit():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(text) - utc_now()).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(int(seconds), 0), LONGEST_WAIT)


def _reason(response: httpx.Response) -> str:
    """The beginning of the body, for the log; no more of it is read."""
    try:
        text = next(response.iter_raw(), b"")[:LONGEST_REASON].decode("utf-8", "replace")
    except httpx.TransportError as problem:
        return type(problem).__name__
    return "".join(letter if letter.isprintable() else " " for letter in text)
