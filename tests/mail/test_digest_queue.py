"""Who sends the daily email, and what becomes of it where a sender, a user or the mail server fails."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine

from tests.client import ORIGIN
from tests.factories import SECRET, Factory
from tests.mail.digests import (
    SEVEN,
    choose,
    claimed_at,
    delete_user,
    mail_settings,
    planner_with_digest,
    send,
    sender,
    stored,
)
from tests.mail.server import MailServer
from tests.services.planner import Planner, day
from web.db.database import Database
from web.mail import smtp
from web.mail.reminders import EmailChannel
from web.models.reminder import ReminderDraft
from web.server.reminders import ReminderLoop
from web.services import digests as queue
from web.services.digests import DigestContent
from web.services.leases import LEASE, MOST_CLAIMED
from web.services.reminders import Reminders

ODD_ADDRESSES = ["a@b@c", "foo@", "foo@[", "foo@[\t", "", "foo", "@b", "ü@b", "a\x00@b", "a@b\r\nBcc: eve@example.com"]


def test_after_a_failure_it_is_tried_again(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    post_office.answers = ["451 later"]

    assert send(reader, post_office, SEVEN) == 0
    assert send(reader, post_office, SEVEN + queue.RETRY_AFTER - timedelta(seconds=1)) == 0
    assert send(reader, post_office, SEVEN + queue.RETRY_AFTER) == 1


def test_what_a_living_sender_has_no_other_sends(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    with time_machine.travel(SEVEN, tick=False), reader.database.transaction() as session:
        queue.claim(session.connection())

    assert send(reader, post_office, SEVEN + timedelta(seconds=59)) == 0
    assert send(reader, post_office, SEVEN + timedelta(seconds=60)) == 1


def test_a_claim_that_has_passed_to_another_sender_changes_nothing(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    slow = claimed_at(reader, SEVEN)
    later = SEVEN + LEASE
    claimed_at(reader, later)

    with time_machine.travel(later, tick=False):
        sender(reader, post_office).send_one(slow)

    assert post_office.messages == []
    assert send(reader, post_office, later + LEASE) == 1


def test_a_claim_that_is_about_to_end_is_left_to_another_sender(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    taken = claimed_at(reader, SEVEN)

    with time_machine.travel(SEVEN + LEASE - queue.ENOUGH, tick=False):
        sender(reader, post_office).send_one(taken)

    assert post_office.messages == []
    assert send(reader, post_office, SEVEN + LEASE) == 1


@pytest.mark.parametrize("hours", [(9,), (None, 9), (9, 8, 9)])
def test_an_hour_that_moves_while_it_is_claimed_is_kept(
    reader: Planner, post_office: MailServer, hours: Sequence[int | None]
) -> None:
    reader.add(due_on=day("2026-11-25"))
    taken, reader.now = claimed_at(reader, SEVEN), SEVEN
    for hour in hours:
        choose(reader, digest_hour=hour)

    with time_machine.travel(SEVEN, tick=False):
        sender(reader, post_office).send_one(taken)

    assert post_office.messages == []
    assert send(reader, post_office, SEVEN.replace(hour=9)) == 1


def test_an_hour_that_moves_while_it_is_sent_brings_no_second_one(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    reader.now = SEVEN

    send(reader, post_office, SEVEN, during=lambda found: choose(reader, digest_hour=9))

    assert send(reader, post_office, SEVEN.replace(hour=9)) == 1
    assert send(reader, post_office, SEVEN.replace(hour=9) + timedelta(days=1)) == 2


def test_one_that_outlasts_its_lease_is_sent_once(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    late = SEVEN + 2 * LEASE

    send(reader, post_office, SEVEN, during=lambda found: claimed_at(reader, late))

    assert send(reader, post_office, late + LEASE) == 1


def test_a_sender_that_dies_after_sending_leaves_a_copy_with_the_same_id(
    reader: Planner, post_office: MailServer
) -> None:
    reader.add(due_on=day("2026-11-25"))

    with time_machine.travel(SEVEN, tick=False), reader.database.transaction() as session:
        [taken] = queue.claim(session.connection())
        found = queue.content(session.connection(), taken)
    assert found
    smtp.send(mail_settings(post_office), sender(reader, post_office).message(found))

    assert send(reader, post_office, SEVEN + LEASE) == 2
    assert len({mail["message-id"] for mail in post_office.messages}) == 1


def test_a_user_who_is_deleted_while_it_is_claimed_gets_none(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    taken = claimed_at(reader, SEVEN)
    delete_user(reader)

    with time_machine.travel(SEVEN, tick=False):
        sender(reader, post_office).send_one(taken)

    assert post_office.messages == []


def test_a_user_who_is_deleted_while_it_is_sent_is_no_problem(
    reader: Planner, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    reader.add(due_on=day("2026-11-25"))

    assert send(reader, post_office, SEVEN, during=lambda found: delete_user(reader)) == 1
    assert [record for record in caplog.records if record.name == "daybook.reminders"] == []


@pytest.mark.parametrize("address", ODD_ADDRESSES)
@pytest.mark.databases("sqlite")
def test_an_odd_address_delays_no_other_user(
    database: Database, make: Factory, post_office: MailServer, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    odd = planner_with_digest(database, make, email=address)
    reader = planner_with_digest(database, make)

    assert send(reader, post_office, SEVEN) == 1
    assert stored(odd).sent_on == SEVEN.date()
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line.startswith(f"The daily email of user {odd.user.id} is undeliverable: not a")


@pytest.mark.databases("sqlite")
def test_a_failure_of_one_user_delays_no_other_and_is_tried_again(
    database: Database, make: Factory, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    failing, reader = planner_with_digest(database, make), planner_with_digest(database, make)

    def fail(found: DigestContent) -> None:
        if found.user_id == failing.user.id:
            raise RuntimeError("odd")

    send(reader, post_office, SEVEN, during=fail)

    assert [mail["to"] for mail in post_office.messages] == [reader.user.email]
    assert f"The daily email of user {failing.user.id} failed; it is tried again later." in caplog.messages
    assert send(failing, post_office, SEVEN + queue.RETRY_AFTER) == 2


@pytest.mark.databases("sqlite")
def test_a_reminder_waits_for_a_few_of_them_only(database: Database, make: Factory, post_office: MailServer) -> None:
    readers = [planner_with_digest(database, make) for _ in range(MOST_CLAIMED + 1)]
    reminded = readers[0]
    choose(reminded, digest_hour=7, reminders_by_email=True)

    def remind(found: DigestContent) -> None:
        """With the first of them a reminder is due."""
        draft, key = ReminderDraft(at=SEVEN), "6f0d6a52-6d7e-4a0a-9f0b-0d9c6b1d6a11"
        reminded.run(Reminders, lambda reminders: reminders.add_to(reminded.all()[0], draft, key))

    channel = EmailChannel(mail_settings(post_office), database, app_url=ORIGIN, secret=SECRET)
    with time_machine.travel(SEVEN, tick=False):
        ReminderLoop(database, [channel], sender(reminded, post_office, remind)).look()

    subjects = [mail["subject"] for mail in post_office.messages]
    assert len(subjects) == MOST_CLAIMED + 2
    assert subjects.index("Buy milk") == MOST_CLAIMED
