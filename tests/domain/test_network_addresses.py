"""Which addresses webhooks may lead to."""

import pytest

from web.domain.network_addresses import is_public
from web.domain.webhook_urls import checked_url

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2a00:1450:4001:81b::200e"]
NOT_PUBLIC = [
    *("127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"),
    *(
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "192.88.99.1",
        "224.0.0.1",
        "255.255.255.255",
    ),
    *("240.0.0.1", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1", "fe80::1", "fec0::1", "fc00::1", "ff02::1", "100::1"),
    *("5f00::1", "fe80::1%eth0", "localhost", ""),
]
URLS = [
    ("https://example.com/daybook?x=1#part", "https://example.com/daybook?x=1"),
    ("https://EXAMPLE.com", "https://example.com/"),
    ("https://example.com:8443/a", "https://example.com:8443/a"),
    ("https://example.com:443", "https://example.com:443/"),
]
REFUSED = [
    *("http://example.com", "ftp://example.com", "example.com", "https://", "https://example.com:22/", "https://[bad"),
    *(
        "https://ada:secret@example.com/",
        "https://ada@example.com/",
        "https://example.com:99999/",
        "javascript:alert(1)",
    ),
    *(
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0/",
        "https://0177.1/",
    ),
    *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://169.254.169.254/latest"),
    *("https://example.com/a b", "https://example.com/ü", "file:///etc/passwd", "unix:///run/postgresql"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_is_called(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(("url", "stored"), URLS)
def test_an_address_is_stored_as_it_is_called(url: str, stored: str) -> None:
    assert checked_url(url, allows_private=False) == stored


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_must_not_be_called_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        checked_url(url, allows_private=False)


def test_a_daybook_at_home_may_call_its_own_network() -> None:
    assert checked_url("http://192.168.1.7:8123/api", allows_private=True) == "http://192.168.1.7:8123/api"
    with pytest.raises(ValueError, match="must begin with"):
        checked_url("ftp://192.168.1.7/", allows_private=True)
