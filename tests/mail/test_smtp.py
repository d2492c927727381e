"""Handing one message over: a slow server ends in an error within a bounded time, and what it has taken has left."""

from email.headerregistry import Address
from email.message import EmailMessage

import pytest

from testkit.patience import PATIENCE_SECONDS
from tests.client import ORIGIN
from tests.mail.server import MailServer
from tests.mail.slow_server import slow_server
from web.mail import smtp
from web.mail.messages import new_message
from web.mail_settings import MailSettings, read_mail_settings
from web.services.leases import LEASE
from web.services.reminder_channels import SEND_SECONDS, ChannelUnavailable

pytestmark = pytest.mark.databases("sqlite")
GREETING, HELLO, TAKEN = b"220 mail.example\r\n", b"250 mail.example\r\n", b"250 OK\r\n"


def settings(url: str) -> MailSettings:
    return read_mail_settings(url, "Daybook <daybook@example.com>")


def message() -> EmailMessage:
    sender = Address("Daybook", "daybook", "example.com")
    found = new_message(sender=sender, to="ada@example.com", subject="Buy milk", key="1", app_url=ORIGIN)
    found.set_content("Due today")
    return found


@pytest.mark.parametrize(
    ("answers", "endless"),
    [
        ((), b""),
        ((), b"2"),
        ((), b"220-wait\r\n"),
        ((GREETING,), b"250-wait\r\n"),
        ((GREETING, HELLO, TAKEN, TAKEN), b""),
        ((GREETING, HELLO, TAKEN, TAKEN, b"354 go on\r\n"), b"2"),
    ],
)
def test_a_server_that_never_comes_to_an_end_is_left(
    monkeypatch: pytest.MonkeyPatch, answers: tuple[bytes, ...], endless: bytes
) -> None:
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.1)

    with slow_server(*answers, endless=endless) as server:
        with pytest.raises(ChannelUnavailable, match=r"^the mail server is too slow: it has 0.1 s$"):
            smtp.send(settings(server.url), message())

        assert server.was_left.wait(PATIENCE_SECONDS)


def test_two_channels_fit_into_a_lease_with_time_to_spare() -> None:
    assert LEASE.total_seconds() / 2 >= 2 * SEND_SECONDS


@pytest.mark.parametrize("farewell", [b"421 busy\r\n", b"500 what?\r\n", b"?\r\n"])
def test_what_the_server_has_taken_has_left_whatever_it_says_then(farewell: bytes) -> None:
    answers = (GREETING, HELLO, TAKEN, TAKEN, b"354 go on\r\n", TAKEN, farewell)

    with slow_server(*answers) as server:
        smtp.send(settings(server.url), message())

        assert server.clients == 1


def test_a_message_that_is_taken_in_time_is_sent(post_office: MailServer) -> None:
    smtp.send(settings(post_office.url), message())

    assert [mail["subject"] for mail in post_office.messages] == ["Buy milk"]
