"""The daily e-mail: when it is due, what it says, and that there is one a day."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlmodel import col, update
from sqlmodel import delete as sql_delete

from tests.client import ORIGIN
from tests.factories import SECRET, Factory
from tests.mail.server import MailServer
from tests.services.planner import BERLIN, NOW, Planner, day
from web.db.database import Database
from web.domain.digest_times import next_digest
from web.mail import smtp
from web.mail.digest import DigestSender
from web.mail.unsubscribing import read_token
from web.mail_settings import MailSettings, read_mail_settings
from web.models.digest import Digest
from web.models.preferences import PreferencesDraft
from web.models.user import User
from web.services import digests as queue
from web.services.digests import DigestClaim, DigestContent
from web.services.leases import LEASE
from web.services.preferences import PreferencesService

SEVEN = datetime(2026, 11, 27, 7, tzinfo=BERLIN)


@pytest.fixture
def reader(database: Database, make: Factory) -> Planner:
    """A user who chose the daily e-mail at seven, on Thursday afternoon."""
    planner = Planner(database, make)
    choose(planner, digest_hour=7)
    return planner


def planner_with_digest(database: Database, make: Factory, *, email: str | None = None) -> Planner:
    """A user with an overdue task who chose the daily e-mail at seven."""
    planner = Planner(database, make)
    choose(planner, digest_hour=7)
    planner.add(due_on=day("2026-11-25"))
    if email is not None:
        with database.transaction() as session:
            session.execute(update(User).where(col(User.id) == planner.user.id).values(email=email))
    return planner


ODD_ADDRESSES = ["a@b@c", "foo@", "foo@[", "foo@[\t", "", "foo", "@b", "ü@b", "a\x00@b", "a@b\r\nBcc: eve@example.com"]


def choose(planner: Planner, **values: Any) -> None:
    draft = PreferencesDraft(**{"time_zone": "Europe/Berlin", **values})
    planner.run(PreferencesService, lambda service: service.save(draft))


class Acting(DigestSender):
    """A sender in whose work something happens: `during` is called for each e-mail, right before it leaves."""

    def __init__(self, *values: Any, during: Callable[[DigestContent], Any], **named: Any) -> None:
        super().__init__(*values, **named)
        self._during = during

    def message(self, found: DigestContent) -> EmailMessage:
        self._during(found)
        return super().message(found)


def sender(
    planner: Planner, post_office: MailServer, during: Callable[[DigestContent], Any] = lambda found: None
) -> DigestSender:
    return Acting(mail_settings(post_office), planner.database, during=during, app_url=ORIGIN, secret=SECRET)


def mail_settings(post_office: MailServer) -> MailSettings:
    return read_mail_settings(post_office.url, "Daybook <daybook@example.com>")


def send(planner: Planner, post_office: MailServer, at: datetime, **options: Any) -> int:
    """How many e-mails have left after a look at this moment."""
    with time_machine.travel(at, tick=False):
        sender(planner, post_office, **options).send_due(Event())
    return len(post_office.messages)


@pytest.mark.parametrize(
    ("now", "sent_on", "expected"),
    [
        ("2026-11-26T06:59", None, "2026-11-26T07:00"),
        ("2026-11-26T07:00", None, "2026-11-27T07:00"),
        ("2026-11-26T06:59", "2026-11-26", "2026-11-27T07:00"),
        ("2026-11-26T23:59", "2026-11-25", "2026-11-27T07:00"),
        ("2027-03-27T12:00", None, "2027-03-28T07:00"),
    ],
)
def test_the_next_one_is_on_a_day_without_one(now: str, sent_on: str | None, expected: str) -> None:
    sent = date.fromisoformat(sent_on) if sent_on else None

    found = next_digest(7, BERLIN, datetime.fromisoformat(now).replace(tzinfo=BERLIN), sent)

    assert found.astimezone(BERLIN).isoformat()[:16] == expected


def test_an_hour_that_the_clock_skips_is_the_one_after() -> None:
    found = next_digest(2, BERLIN, datetime(2027, 3, 27, 12, tzinfo=BERLIN))

    assert found.astimezone(BERLIN).isoformat() == "2027-03-28T03:00:00+02:00"


def test_it_says_what_is_overdue_and_what_is_today(reader: Planner, post_office: MailServer) -> None:
    late = reader.add("Pay <rent>", due_on=day("2026-11-25"))
    reader.add("Call Ann", due_on=day("2026-11-27"), due_time="18:00")
    reader.add("Later", due_on=day("2026-11-28"))
    reader.complete(reader.add("Done", due_on=day("2026-11-27")))

    send(reader, post_office, SEVEN)

    [mail] = post_office.messages
    text, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    assert mail["subject"] == "Friday 27 November: 1 overdue, 1 today"
    assert "Overdue\n- Pay <rent> (Wed 25 Nov, overdue)\n  " + f"{ORIGIN}/tasks/{late.id}\n" in text
    assert "Today\n- Call Ann (18:00)\n" in text
    assert "Later" not in text and "Done" not in text
    assert "<bdi>Pay &lt;rent&gt;</bdi>" in html
    assert f'href="{ORIGIN}/tasks/{late.id}"' in html
    stop = mail["list-unsubscribe"].strip("<>")
    assert read_token(SECRET, stop.rpartition("/")[2]) == (reader.user.id, "digest_hour")
    assert stop in text and stop in html


def test_there_is_one_a_day(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))

    counts = [
        send(reader, post_office, at)
        for at in (
            SEVEN - timedelta(seconds=1),
            SEVEN,
            SEVEN + timedelta(hours=1),
            SEVEN + timedelta(days=1),
        )
    ]

    assert counts == [0, 1, 1, 2]
    assert len({mail["message-id"] for mail in post_office.messages}) == 2


def test_another_hour_on_the_same_day_brings_no_second_one(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    send(reader, post_office, SEVEN)

    reader.now = SEVEN + timedelta(minutes=1)
    choose(reader, digest_hour=None)
    choose(reader, digest_hour=9)

    assert send(reader, post_office, SEVEN.replace(hour=9)) == 1
    assert send(reader, post_office, SEVEN.replace(hour=9) + timedelta(days=1)) == 2


def test_it_follows_the_zone(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    choose(reader, digest_hour=7, time_zone="America/New_York")

    assert send(reader, post_office, SEVEN) == 0
    assert send(reader, post_office, datetime(2026, 11, 27, 7, tzinfo=ZoneInfo("America/New_York"))) == 1


def test_a_day_without_tasks_has_none(reader: Planner, post_office: MailServer) -> None:
    reader.add()

    assert send(reader, post_office, SEVEN) == 0
    assert stored(reader).sent_on == SEVEN.date()


def test_a_day_that_is_over_gets_none(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))

    assert send(reader, post_office, SEVEN + timedelta(days=1, hours=-1)) == 0
    assert send(reader, post_office, SEVEN + timedelta(days=1)) == 1


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


def claimed_at(planner: Planner, at: datetime) -> DigestClaim:
    with time_machine.travel(at, tick=False), planner.database.transaction() as session:
        [taken] = queue.claim(session.connection())
        return taken


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
    delete(reader)

    with time_machine.travel(SEVEN, tick=False):
        sender(reader, post_office).send_one(taken)

    assert post_office.messages == []


def test_a_user_who_is_deleted_while_it_is_sent_is_no_problem(
    reader: Planner, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    reader.add(due_on=day("2026-11-25"))

    assert send(reader, post_office, SEVEN, during=lambda found: delete(reader)) == 1
    assert caplog.messages == []


def delete(planner: Planner) -> None:
    with planner.database.transaction() as session:
        session.execute(sql_delete(User).where(col(User.id) == planner.user.id))


def test_who_turned_it_off_gets_none(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    choose(reader, digest_hour=None)

    assert send(reader, post_office, SEVEN) == 0
    assert stored(reader).next_at is None


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
    assert line.startswith(f"The daily e-mail of user {odd.user.id} is undeliverable: not a")


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
    assert f"The daily e-mail of user {failing.user.id} failed; it is tried again later." in caplog.messages
    assert send(failing, post_office, SEVEN + queue.RETRY_AFTER) == 2


def stored(planner: Planner) -> Digest:
    with planner.database.reading() as session:
        found = session.get(Digest, planner.user.id)
        assert found
        return found


def test_before_the_afternoon_of_the_choice_nothing_is_due(reader: Planner) -> None:
    assert stored(reader).next_at == SEVEN > NOW
