"""Messages about accounts from sign-up to the inbox: `daybook serve`, its Better Auth, and a real mail server."""

import re
from email.message import EmailMessage

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.mail.server import MailServer, mail_server
from tests.server.command import free_port, post, running, sign_up
from tests.server.conftest import MigratedEnvironment
from web.mail.messages import new_message
from web.mail_settings import read_address
from web.server.mails import drop, log_message

ADA = "ada@example.com"


def path_in(inbox: MailServer, subject: str) -> str:
    """Of the link in the message with this subject, once it has arrived."""
    found: list[EmailMessage] = []

    def has_come() -> bool:
        found[:] = [message for message in inbox.messages if message["Subject"] == subject]
        return bool(found)

    wait_until(has_come)
    body = found[0].get_body(("plain",))
    assert body
    link = re.search(r"http://localhost:\d+(/\S+)", body.get_content())
    assert link
    return link[1]


def test_links_arrive_by_smtp_and_work(migrated_environment: MigratedEnvironment) -> None:
    with mail_server() as inbox:
        port = free_port()
        env = migrated_environment(PORT=str(port), SMTP_URL=inbox.url, MAIL_FROM="Daybook <daybook@example.com>")
        with running("serve", env):
            sign_up(port, ADA)
            confirmed = post(port, path_in(inbox, "Confirm your email address"), {})
            post(port, "/forgot-password", {"email": ADA})
            path = path_in(inbox, "Choose a new password")
            page = httpx.get(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE_SECONDS)
            changed = post(port, path, {"password": "a new password"})
            path_of_notice = path_in(inbox, "Your password was changed")
            signed_in = post(port, "/sign-in", {"email": ADA, "password": "a new password"})

    assert [answer.status_code for answer in (confirmed, page, changed, signed_in)] == [200, 200, 303, 303]
    assert path_of_notice == "/forgot-password"
    assert {message["To"] for message in inbox.messages} == {ADA}


def test_in_development_the_link_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    address = read_address(ADA)
    message = new_message(sender=address, to=ADA, subject="Hello", key="1", app_url="http://localhost")
    message.set_content("Follow this.\n\nThe link: http://localhost:8000/reset-password/abc\n")

    with caplog.at_level("INFO"):
        log_message(message)
        drop(message)

    assert [record.getMessage() for record in caplog.records] == [
        "Without SMTP_URL this email is logged: to ada@example.com, Hello",
        "http://localhost:8000/reset-password/abc",
    ]
