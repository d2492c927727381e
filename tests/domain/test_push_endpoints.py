"""Which addresses Daybook would call for a subscription, which keys it takes, and what it calls a browser."""

import pytest

from tests.push_service import Browser
from web.domain.push_endpoints import base64url, checked_auth, checked_endpoint, checked_point
from web.domain.push_keys import InvalidVapidKey, new_vapid_key, vapid_key
from web.domain.user_agents import device_words


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dGVzdA:APA91b_-x",
        "https://fcm.googleapis.com/wp/dGVzdA",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAA-_",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAD%2bx%3d",
        "https://fcm.googleapis.com/" + "x" * (2000 - 27),
    ],
)
def test_a_known_push_service_is_taken(endpoint: str) -> None:
    assert checked_endpoint(endpoint) == endpoint


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "fcm.googleapis.com/x",
        "http://fcm.googleapis.com/x",
        "HTTPS://fcm.googleapis.com/x",
        "https://FCM.googleapis.com/x",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/",
        "https://fcm.googleapis.com./x",
        "https://fcm.googleapis.com:443/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.org/x",
        "https://evilfcm.googleapis.com/x",
        "https://x.fcm.googleapis.com/x",
        "https://googleapis.com/x",
        "https://storage.googleapis.com/x",
        "https://user@fcm.googleapis.com/x",
        "https://user:password@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.org/x",
        "https://fcm.googleapis.com\\@evil.org/x",
        "https://evil.org\\.push.apple.com/x",
        "https://evil.org/fcm.googleapis.com/x",
        "https://evil.org#.push.apple.com/x",
        "https://evil.org?.push.apple.com/x",
        "https://push.apple.com/x",
        "https://.push.apple.com/x",
        "https://evilpush.apple.com/x",
        "https://web.push.apple.com.evil.org/x",
        "https://push.services.mozilla.com.evil.org/x",
        "https://notify.windows.com/x",
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "https://[::ffff:169.254.169.254]/x",
        "https://localhost/x",
        "https://fcm.googleapıs.com/x",
        "https://ｆcm.googleapis.com/x",
        "https://xn--fcm-xyz.push.apple.com.xn--p1ai/x",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x\n",
        "https://fcm.googleapis.com/x\r\nHost: evil.org",
        "https://fcm.googleapis.com/\x00",
        "https://fcm.googleapis.com/x#fragment",
        " https://fcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/" + "x" * (2001 - 27),
    ],
)
def test_any_other_address_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match="push service is not known"):
        checked_endpoint(endpoint)


def test_the_keys_of_a_browser_are_taken_in_one_spelling() -> None:
    browser = Browser()

    point, auth = base64url(browser.point), base64url(browser.auth)

    assert (checked_point(point), checked_point(point + "=")) == (point, point)
    assert (checked_auth(auth), checked_auth(auth + "==")) == (auth, auth)


@pytest.mark.parametrize("change", ["compressed", "short", "long", "off the curve", "not base64url", "standard base64"])
def test_another_point_is_refused(change: str) -> None:
    point = Browser().point
    changed = {
        "compressed": base64url(b"\x02" + point[1:33]),
        "short": base64url(point[:-1]),
        "long": base64url(point + b"\x00"),
        "off the curve": base64url(point[:-1] + bytes([point[-1] ^ 1])),
        "not base64url": "!" * 87,
        "standard base64": base64url(point)[:-1] + "+",
    }[change]

    with pytest.raises(ValueError, match="key"):
        checked_point(changed)


@pytest.mark.parametrize("auth", ["", "short", "x" * 23, "x" * 10_000, "ü" * 22])
def test_another_secret_is_refused(auth: str) -> None:
    with pytest.raises(ValueError, match="key"):
        checked_auth(auth)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("(Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("(Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("(X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        ("(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.1 Safari/605.1.15", "Safari on Mac"),
        ("(iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148", "Safari on iPhone"),
        ("(Linux; Android 10; K) Chrome/130.0 SamsungBrowser/29.0 Mobile", "Samsung Internet on Android"),
        ("<script>alert(1)</script>", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_called_by_its_name(user_agent: str, words: str) -> None:
    assert device_words(user_agent) == words


def test_a_new_key_is_another_one_each_time_and_is_taken() -> None:
    keys = {new_vapid_key() for _ in range(20)}

    assert len(keys) == 20
    assert {vapid_key(key) for key in keys} == keys


def test_a_key_may_be_written_in_hexadecimal() -> None:
    assert vapid_key("00" * 15 + "FF" * 17) == vapid_key("A" * 20 + "_" * 22 + "8") != ""


@pytest.mark.parametrize("text", ["secret-text", "00" * 32, "ff" * 32, "a" * 44, "ä" * 43])
def test_another_text_is_no_key_and_is_not_quoted(text: str) -> None:
    with pytest.raises(InvalidVapidKey) as refused:
        vapid_key(text)

    assert text not in str(refused.value)
