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
from web.services.reminder_channels import SEND_SECONDS, ChannelUnavailable, Undeliverable

pytestmark = pytest.mark.databases("sqlite")
GREETING, HELLO, TAKEN = b"220 mail.example\r\n", b"250 mail.example\r\n", b"250 OK\r\n"


def settings(url: str) -> MailSettings:
    return read_mail_settings(url, "Daybook <daybook@example.com>")


def message(to: str = "ada@example.com") -> EmailMessage:
    sender = Address("Daybook", "daybook", "example.com")
    found = new_message(sender=sender, to=to, subject="Buy milk", key="1", app_url=ORIGIN)
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


def test_after_a_failure_the_server_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.1)

    with slow_server() as slow:
        server = smtp.MailServer(settings(slow.url))
        for _ in range(2):
            with pytest.raises(ChannelUnavailable, match=r"too slow|has just failed") as problem:
                server.send(message())

    assert slow.clients == 1
    assert str(problem.value) == "the mail server has just failed"


def test_after_its_rest_the_server_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "REST_SECONDS", 0)
    server = smtp.MailServer(settings("smtp://127.0.0.1:1"))

    for _ in range(2):
        with pytest.raises(ChannelUnavailable, match="cannot be used"):
            server.send(message())


@pytest.mark.parametrize("answer", ["451 later", "554 spam"])
def test_the_answer_to_one_message_stops_no_other(post_office: MailServer, answer: str) -> None:
    server, post_office.answers = smtp.MailServer(settings(post_office.url)), [answer]

    with pytest.raises((ChannelUnavailable, Undeliverable)):
        server.send(message())
    server.send(message())

    assert len(post_office.messages) == 1


def test_an_address_that_the_server_defers_stops_no_other(post_office: MailServer) -> None:
    server, post_office.deferred = smtp.MailServer(settings(post_office.url)), {"ada@example.com"}

    with pytest.raises(ChannelUnavailable, match=r"refuses the address \(450\)"):
        server.send(message())
    server.send(message("bob@example.com"))

    assert [mail["to"] for mail in post_office.messages] == ["bob@example.com"]


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
