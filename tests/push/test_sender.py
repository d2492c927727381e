"""One notification to one browser: what the push service gets, and what its answers mean."""

import threading
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import chain, repeat
from typing import Any

import httpx
import jwt
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from tests.databases import settings_for
from tests.push_service import Answer, Browser, PushService, claims_of
from web.domain.push_endpoints import decoded_base64url
from web.domain.timestamps import utc_now
from web.models.push_subscription import PushSubscription
from web.push.sender import (
    LARGEST_PAYLOAD,
    LONGEST_TTL,
    LONGEST_WAIT,
    Notification,
    PushSender,
    SubscriptionGone,
    payload,
    retry_after,
)
from web.push.vapid import public_key
from web.services.reminder_channels import ChannelUnavailable, Undeliverable

APP_URL = "https://daybook.example"
HOUR = timedelta(hours=1)


class Sending:
    """A browser, its push service and the sender in front of it."""

    def __init__(self, **environment: str) -> None:
        self.settings = settings_for("sqlite:///unused.db", APP_URL=APP_URL, **environment)
        self.browser, self.service = Browser(), PushService()
        self.sender = PushSender(self.settings, self.service.transport)

    def send(self, *, expires_at: datetime | None = None, **changed: Any) -> None:
        values = {"title": "Buy milk", "body": "Due today 10:00", "path": "/tasks/42", "tag": "reminder-7", **changed}
        stored = self.browser.stored | {"id": 7, "user_id": "ada"}
        self.sender.send(PushSubscription(**stored), Notification(**values, expires_at=expires_at or utc_now() + HOUR))

    def answer(self, answer: Answer | Exception) -> None:
        self.service.answers[self.browser.endpoint] = answer


@pytest.fixture
def sending() -> Sending:
    return Sending()


def test_the_browser_can_read_the_notification(sending: Sending) -> None:
    sending.send()

    (request,) = sending.service.requests
    message = sending.browser.decrypted(request.content)
    assert message == {
        "web_push": 8030,
        "notification": {
            "title": "Buy milk",
            "body": "Due today 10:00",
            "navigate": "https://daybook.example/tasks/42",
            "tag": "reminder-7",
        },
    }


def test_another_browser_cannot_read_it(sending: Sending) -> None:
    sending.send()

    (request,) = sending.service.requests
    with pytest.raises(InvalidTag):
        Browser().decrypted(request.content)
    assert b"milk" not in request.content


def test_the_push_service_is_told_how_long_and_how_urgent(sending: Sending) -> None:
    sending.send(expires_at=utc_now() + timedelta(minutes=90))
    sending.send(expires_at=utc_now() + timedelta(days=90))

    first, second = (request.headers for request in sending.service.requests)
    assert first["content-encoding"] == "aes128gcm"
    assert first["urgency"] == "high"
    assert 5_300 < int(first["ttl"]) <= 5_400
    assert int(second["ttl"]) == LONGEST_TTL


def test_two_first_messages_at_once_share_one_client(sending: Sending, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[httpx.Client] = []
    second = threading.Thread(target=sending.send)
    is_second_made = threading.Event()

    class SlowlyMade(httpx.Client):
        """The first one is being made while the second message comes."""

        def __init__(self, **options: Any) -> None:
            made.append(self)
            if threading.current_thread() is second:
                is_second_made.set()
            else:
                second.start()
                # In vain where the second message waits for this client.
                is_second_made.wait(0.2)
            super().__init__(**options)

    monkeypatch.setattr(httpx, "Client", SlowlyMade)

    sending.send()
    second.join()

    assert len(sending.service.requests) == 2
    assert len(made) == 1


def test_messages_with_one_tag_have_one_topic(sending: Sending) -> None:
    for tag in ("reminder-7", "reminder-7", "reminder-8"):
        sending.send(tag=tag)

    topics = [request.headers["topic"] for request in sending.service.requests]
    assert topics[0] == topics[1] != topics[2]
    assert all(len(topic) == 32 for topic in topics)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [("", APP_URL), ("mailto:ops@daybook.example", "mailto:ops@daybook.example"), ("https://a.example", "https://a.example")],
)  # fmt: skip
def test_the_signature_is_for_this_push_service_and_ends_within_a_day(subject: str, expected: str) -> None:
    sending = Sending(VAPID_SUBJECT=subject)

    sending.send()

    (request,) = sending.service.requests
    scheme, _, rest = request.headers["authorization"].partition(" ")
    token, key = (part.strip().partition("=")[2] for part in rest.split(","))
    point = decoded_base64url(key)
    verifier = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(token, verifier, algorithms=["ES256"], audience="https://fcm.googleapis.com")
    now = utc_now().timestamp()
    assert scheme == "vapid"
    assert key == public_key(sending.settings.vapid_private_key)
    assert now < claims["exp"] <= now + 24 * 60 * 60
    assert claims == claims_of(request) and claims["sub"] == expected


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_may_be_gone(sending: Sending, status: int) -> None:
    sending.answer(Answer(status))

    with pytest.raises(SubscriptionGone):
        sending.send()


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_push_service_may_be_busy(sending: Sending, status: int) -> None:
    sending.answer(Answer(status, retry_after="120"))

    with pytest.raises(ChannelUnavailable) as problem:
        sending.send()

    assert problem.value.retry_after == 120


@pytest.mark.parametrize("error", [httpx.ConnectTimeout("x"), httpx.ReadTimeout("x"), httpx.ConnectError("x")])
def test_a_push_service_may_not_answer(sending: Sending, error: Exception) -> None:
    sending.answer(error)

    with pytest.raises(ChannelUnavailable, match=rf"^fcm\.googleapis\.com did not answer: {type(error).__name__}$"):
        sending.send()


@pytest.mark.parametrize("status", [400, 401, 403, 413])
def test_a_refused_message_is_not_sent_again(sending: Sending, status: int) -> None:
    answer = Answer(status, chunks=chain([b"BadJwtToken\n" + b"x" * 1_000], repeat(b"x")))
    sending.answer(answer)

    with pytest.raises(Undeliverable, match="BadJwtToken") as problem:
        sending.send()

    # Of the endless body no more was read.
    assert answer.is_closed
    assert len(str(problem.value)) < 300
    assert "\n" not in str(problem.value)
    assert sending.browser.endpoint not in str(problem.value)


def test_no_redirect_is_followed(sending: Sending) -> None:
    sending.answer(Answer(307, location="http://169.254.169.254/latest/meta-data"))

    with pytest.raises(Undeliverable):
        sending.send()

    assert [request.url.host for request in sending.service.requests] == ["fcm.googleapis.com"]


@pytest.mark.parametrize("endpoint", ["http://169.254.169.254/x", "https://fcm.googleapis.com.evil.org/x"])
def test_the_address_is_checked_again_before_it_is_called(sending: Sending, endpoint: str) -> None:
    sending.browser.endpoint = endpoint

    with pytest.raises(Undeliverable):
        sending.send()

    assert not sending.service.requests


def test_what_is_out_of_date_is_not_sent(sending: Sending) -> None:
    with pytest.raises(Undeliverable):
        sending.send(expires_at=utc_now() - timedelta(seconds=1))

    assert not sending.service.requests


def test_nothing_is_sent_without_a_key() -> None:
    sending = Sending(VAPID_PRIVATE_KEY="")

    with pytest.raises(Undeliverable, match="VAPID_PRIVATE_KEY is not set"):
        sending.send()


@pytest.mark.parametrize("title", ["😀" * 200, "👨‍👩‍👧‍👦" * 28, '"\\' * 100, "\u202ex" * 100])
def test_a_title_of_200_characters_is_sent_whole(sending: Sending, title: str) -> None:
    sending.send(title=title)

    (request,) = sending.service.requests
    assert sending.service.received(sending.browser)[0]["title"] == title
    assert len(request.content) <= 4_096


@pytest.mark.parametrize(
    ("title", "body"), [("😀" * 2_000, "x"), ("x", "😀" * 50_000), ("\x01" * 5_000, "\x01" * 5_000)]
)
def test_longer_texts_are_cut_to_what_a_push_service_takes(sending: Sending, title: str, body: str) -> None:
    sending.send(title=title, body=body)

    (request,) = sending.service.requests
    (shown,) = sending.service.received(sending.browser)
    assert len(request.content) <= 4_096
    assert (shown["title"] + shown["body"]).endswith("…") or shown["title"].endswith("…")
    assert shown["navigate"] == "https://daybook.example/tasks/42"


def test_an_empty_body_is_no_problem() -> None:
    data = payload(Notification("", "", "/today", "test", utc_now()), APP_URL)

    assert 0 < len(data) < LARGEST_PAYLOAD


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", None), ("soon", None), ("0", 0), ("30", 30), ("9" * 30, LONGEST_WAIT), ("-5", None), ("٣", None)],
)
def test_retry_after_in_seconds(text: str, seconds: int | None) -> None:
    assert retry_after(text) == seconds


def test_retry_after_as_a_date() -> None:
    in_an_hour = retry_after(format_datetime(utc_now() + HOUR, usegmt=True))

    assert in_an_hour is not None and 3_500 < in_an_hour <= 3_600
    assert retry_after(format_datetime(utc_now() - HOUR, usegmt=True)) == 0
    assert retry_after("Mon, 26 Nov 2096 10:00:00") in (None, LONGEST_WAIT)
