"""Messages about accounts: their queue, their words, and what a mail server does to them."""

from datetime import timedelta
from email.message import EmailMessage
from threading import Event

import pytest
import time_machine
from sqlmodel import select

from tests.client import ORIGIN
from tests.factories import Factory
from tests.mail.digests import mail_settings
from tests.mail.server import MailServer
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.mail import smtp
from web.mail.account import AccountMailSender
from web.mail.account_texts import TEXTS
from web.models.outgoing_mail import MailKind, OutgoingMail
from web.models.user import User
from web.services import outgoing_mails as queue

FACTS = {"device": "Firefox on Linux", "when": "27 November"}


@pytest.fixture
def ada(make: Factory) -> User:
    return make.user("Ada", "ada@example.com")


@pytest.fixture
def sender(database: Database, post_office: MailServer) -> AccountMailSender:
    settings = mail_settings(post_office)
    server = smtp.MailServer(settings)
    return AccountMailSender(database, server.send, sender=settings.sender, app_url=ORIGIN)


def notify(database: Database, user: User, kind: MailKind = MailKind.NEW_SIGN_IN, **facts: str) -> None:
    with database.transaction() as session:
        queue.notify(session.connection(), kind, user, **{**FACTS, **facts})


def waiting(database: Database) -> list[OutgoingMail]:
    with database.reading() as session:
        return list(session.exec(select(OutgoingMail)))


def plain(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body
    return str(body.get_content())


def test_a_notice_is_sent_once_and_leaves_no_row(
    database: Database, ada: User, sender: AccountMailSender, post_office: MailServer
) -> None:
    notify(database, ada)

    counts = [sender.send_some(Event()) for _ in range(2)]

    [message] = post_office.messages
    assert counts == [1, 0]
    assert (message["To"], message["Subject"]) == ("ada@example.com", "A new sign-in to your account")
    assert "Firefox on Linux, on 27 November" in plain(message)
    assert waiting(database) == []


def test_a_notice_of_a_change_that_is_rolled_back_is_not_sent(database: Database, ada: User) -> None:
    def failing() -> None:
        with database.transaction() as session:
            queue.notify(session.connection(), MailKind.PASSWORD_CHANGED, ada)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()

    assert waiting(database) == []


def test_a_server_that_fails_gets_it_again_after_a_pause(
    database: Database, ada: User, sender: AccountMailSender, post_office: MailServer
) -> None:
    notify(database, ada)
    post_office.answers = ["451 later"]
    sender.send_some(Event())

    at_once = sender.send_some(Event())
    with time_machine.travel(utc_now() + queue.PAUSES[0] + timedelta(seconds=1)):
        later = sender.send_some(Event())

    assert (at_once, later, len(post_office.messages)) == (0, 1, 1)


def test_a_refused_address_is_given_up(
    database: Database, ada: User, sender: AccountMailSender, post_office: MailServer
) -> None:
    notify(database, ada)
    post_office.refused.add("ada@example.com")

    sender.send_some(Event())

    assert waiting(database) == []


def test_what_has_expired_is_removed_and_not_sent(
    database: Database, ada: User, sender: AccountMailSender, post_office: MailServer
) -> None:
    notify(database, ada)

    with time_machine.travel(utc_now() + queue.NOTICE_LIFETIME + timedelta(seconds=1)):
        sender.send_some(Event())

    assert (post_office.messages, waiting(database)) == ([], [])


def test_it_is_not_kept_for_a_try_that_would_come_too_late(database: Database, ada: User) -> None:
    notify(database, ada)
    nearly = utc_now() + queue.NOTICE_LIFETIME - timedelta(seconds=30)

    with time_machine.travel(nearly, tick=False), database.transaction() as session:
        [taken] = queue.claim(session.connection())
        queue.mark_failed(session.connection(), taken)

    assert waiting(database) == []


def test_two_senders_share_the_queue(database: Database, ada: User) -> None:
    notify(database, ada)

    with database.transaction() as session:
        first, second = queue.claim(session.connection()), queue.claim(session.connection())

    assert (len(first), len(second)) == (1, 0)


def test_a_message_of_a_sender_that_died_goes_to_another(
    database: Database, ada: User, sender: AccountMailSender, post_office: MailServer
) -> None:
    notify(database, ada)
    with database.transaction() as session:
        queue.claim(session.connection())

    with time_machine.travel(utc_now() + timedelta(seconds=61)):
        sender.send_some(Event())

    assert len(post_office.messages) == 1


def test_one_that_cannot_be_made_delays_no_other(
    database: Database, ada: User, sender: AccountMailSender, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with database.transaction() as session:
        row = {"user_id": ada.id, "address": ada.email, "expires_at": utc_now() + timedelta(hours=1)}
        session.add(OutgoingMail(id="newer", kind="of a newer Daybook", facts={}, **row))
        session.add(OutgoingMail(id="broken", kind=MailKind.NEW_SIGN_IN, facts={}, **row))
    notify(database, ada)

    sender.send_some(Event())

    assert len(post_office.messages) == 1
    assert [mail.id for mail in waiting(database)] == ["broken"]
    assert any("newer" in line and "undeliverable" in line for line in caplog.messages)


def test_a_users_messages_go_with_the_account(database: Database, ada: User) -> None:
    notify(database, ada)

    with database.transaction() as session:
        session.delete(session.get(User, ada.id))

    assert waiting(database) == []


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", MailKind)
def test_every_kind_has_its_words(sender: AccountMailSender, kind: MailKind) -> None:
    facts = {**FACTS, "name": "Ada", "url": f"{ORIGIN}/follow/abc", "new_email": "new@example.com"}
    taken = queue.MailClaim("1", kind, "ada@example.com", facts, utc_now(), 0, utc_now())

    message = sender.message(taken)

    assert message["Subject"] == TEXTS[kind].subject
    assert (f"{ORIGIN}/follow/abc" in plain(message)) == bool(TEXTS[kind].link)
    assert ("/follow/abc" in plain(message, "html")) == bool(TEXTS[kind].link)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "typed", ["<b>Ada</b>\r\nBcc: eve@example.com", "{app_url.__class__}", "\u2028Ada\x00", "=?utf-8?q?x?="]
)
def test_what_a_user_chose_stays_text(sender: AccountMailSender, typed: str) -> None:
    facts = {**FACTS, "device": typed}
    taken = queue.MailClaim("1", MailKind.NEW_SIGN_IN, "ada@example.com", facts, utc_now(), 0, utc_now())

    message = sender.message(taken)

    assert message["Bcc"] is None
    assert "<b>" not in plain(message, "html")
    assert "__class__" in plain(message) or "__class__" not in typed
