"""Reminders by email: who gets them, what they say, and what becomes of a server that refuses them."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.client import ORIGIN
from tests.factories import SECRET, Factory
from tests.mail.server import MailServer, mail_server, self_signed
from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.domain.timestamps import utc_now
from web.mail.reminders import EmailChannel
from web.mail.unsubscribing import read_token
from web.mail_settings import read_mail_settings
from web.models.preferences import PreferencesDraft
from web.models.user import User
from web.services.preferences import PreferencesService
from web.services.reminder_channels import ChannelUnavailable, ReminderMessage, Undeliverable


def channel(database: Database, post_office: MailServer, *, user: str = "") -> EmailChannel:
    url = post_office.url.replace("://", f"://{user}@") if user else post_office.url
    mail = read_mail_settings(url, "Daybook <daybook@example.com>")
    return EmailChannel(mail, database, app_url=ORIGIN, secret=SECRET)


def choose(database: Database, user: User, **values: Any) -> None:
    with database.transaction() as session:
        service = PreferencesService(session.connection(), Actor(user.id, new_operation()))
        service.save(PreferencesDraft(**values))


@pytest.fixture
def ada(database: Database, make: Factory) -> User:
    """A user who wants reminders by email."""
    user = make.user("Ada", "ada@example.com")
    choose(database, user, reminders_by_email=True)
    return user


def message(user: User, title: str = "Buy milk") -> ReminderMessage:
    return ReminderMessage(
        user_id=user.id,
        task_id=42,
        reminder_id=7,
        title=title,
        body="Due today, 10:00",
        path="/tasks/42",
        tag="reminder-7-20261126T090000Z",
        expires_at=utc_now() + timedelta(days=1),
    )


def test_it_says_what_is_due_and_how_to_end_it(database: Database, ada: User, post_office: MailServer) -> None:
    channel(database, post_office).send(message(ada))

    [mail] = post_office.messages
    assert (mail["from"], mail["to"], mail["subject"]) == (
        "Daybook <daybook@example.com>",
        "ada@example.com",
        "Buy milk",
    )
    assert "Due today, 10:00\n\nhttp://daybook.test/tasks/42\n" in mail.get_content().replace("\r\n", "\n")
    stop = mail["list-unsubscribe"].strip("<>")
    assert f"List-Unsubscribe: <{stop}>\r\n".encode() in post_office.raw[0]
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert read_token(SECRET, stop.rpartition("/")[2]) == (ada.id, "reminders_by_email")


def test_a_second_copy_has_the_same_message_id(database: Database, ada: User, post_office: MailServer) -> None:
    for title in ("Buy milk", "Buy milk", "Buy tea"):
        channel(database, post_office).send(message(ada, title))

    ids = [mail["message-id"] for mail in post_office.messages]
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert ids[0].endswith("@daybook.test>")


def test_only_who_chose_it_gets_it(database: Database, make: Factory, post_office: MailServer) -> None:
    off, unknown = make.user("Bob"), make.user("Eve")
    choose(database, off, clock=12)

    for user in (off, unknown):
        channel(database, post_office).send(message(user))

    assert post_office.messages == []


@pytest.mark.parametrize(
    "title",
    [
        "Buy\r\nBcc: eve@example.com",
        "Buy\nSubject: other",
        "Buy\r\n\r\n<script>",
        "Buy\x00\x0b\x0c\x1c\x85\u2028Bcc: eve@example.com",
        "=?utf-8?q?Buy=0D=0ABcc:_eve@example.com?=",
        "Käse 🧀 " + "x" * 400,
        "\u202eevil",
    ],
)
@pytest.mark.databases("sqlite")
def test_no_title_becomes_a_header(database: Database, ada: User, post_office: MailServer, title: str) -> None:
    channel(database, post_office).send(message(ada, title))

    [mail] = post_office.messages
    assert mail["bcc"] is None
    assert len(mail.get_all("subject")) == 1
    assert set(mail.keys()) == {
        *("From", "To", "Subject", "Message-ID", "Auto-Submitted", "List-Unsubscribe", "List-Unsubscribe-Post"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert "\n" not in mail["subject"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 try later", ChannelUnavailable), ("554 spam", Undeliverable), ("421 closing", ChannelUnavailable)],
)
@pytest.mark.databases("sqlite")
def test_the_servers_answer_decides_whether_it_is_tried_again(
    database: Database, ada: User, post_office: MailServer, answer: str, error: type[Exception]
) -> None:
    post_office.answers = [answer]

    with pytest.raises(error, match=answer[:3]):
        channel(database, post_office).send(message(ada))


@pytest.mark.databases("sqlite")
def test_an_address_that_the_server_refuses_is_given_up(database: Database, ada: User, post_office: MailServer) -> None:
    post_office.refused = {"ada@example.com"}

    with pytest.raises(Undeliverable, match="550"):
        channel(database, post_office).send(message(ada))


@pytest.mark.parametrize("address", ["no address\r\nBcc: eve@example.com", "a@b@c", "foo@", "foo@[", "foo"])
@pytest.mark.databases("sqlite")
def test_an_odd_address_is_given_up(database: Database, make: Factory, post_office: MailServer, address: str) -> None:
    user = make.user("Ada", address)
    choose(database, user, reminders_by_email=True)

    with pytest.raises(Undeliverable):
        channel(database, post_office).send(message(user))

    assert post_office.messages == []


@pytest.mark.databases("sqlite")
def test_a_server_that_is_away_is_tried_again(database: Database, ada: User) -> None:
    away = MailServer()
    away.url = "smtp://127.0.0.1:1"

    with pytest.raises(ChannelUnavailable, match="cannot be used"):
        channel(database, away).send(message(ada))


@pytest.mark.databases("sqlite")
def test_the_password_reaches_the_server_and_no_log(
    database: Database, ada: User, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel(database, post_office, user="ada:hunter2%20p%40ss").send(message(ada))

    with pytest.raises(ChannelUnavailable, match="refuses the password") as refused:
        channel(database, post_office, user="ada:hunter2-wrong").send(message(ada))

    assert post_office.logins[0] == (b"ada", b"hunter2 p@ss")
    assert len(post_office.messages) == 1
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert "hunter2" not in str([*ours, refused.value])


@pytest.mark.databases("sqlite")
def test_another_machine_gets_no_password_without_encryption(
    database: Database, ada: User, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.mail_settings.is_loopback", lambda _: False)

    with pytest.raises(ChannelUnavailable, match="offers no STARTTLS"):
        channel(database, post_office, user="ada:hunter2%20p%40ss").send(message(ada))

    assert post_office.logins == []


@pytest.mark.databases("sqlite")
def test_a_server_that_cannot_prove_its_name_gets_no_password(
    database: Database, ada: User, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(self_signed(tmp_path)) as impostor, pytest.raises(ChannelUnavailable, match="Verification"):
        channel(database, impostor, user="ada:hunter2%20p%40ss").send(message(ada))

    assert impostor.logins == []
    assert impostor.messages == []


@pytest.mark.databases("sqlite")
def test_a_server_that_proves_its_name_is_sent_to_by_starttls(
    database: Database, ada: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    with mail_server(certificate) as server:
        channel(database, server, user="ada:hunter2%20p%40ss").send(message(ada))

    assert server.used_tls
    assert server.logins == [(b"ada", b"hunter2 p@ss")]
    assert len(server.messages) == 1


def test_an_address_that_is_not_confirmed_gets_none(database: Database, make: Factory, post_office: MailServer) -> None:
    eve = make.user("Eve", "ada@example.com", email_verified=False)
    choose(database, eve, reminders_by_email=True)

    channel(database, post_office).send(message(eve))

    assert post_office.messages == []
