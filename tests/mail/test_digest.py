"""The daily e-mail: when it is due, what it says, and that there is one a day."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlmodel import col, update

from tests.client import ORIGIN
from tests.factories import SECRET, Factory
from tests.mail.server import MailServer
from tests.services.planner import BERLIN, NOW, Planner, day
from web.db.database import Database
from web.domain.digest_times import next_digest
from web.mail.digest import DigestSender
from web.mail.unsubscribing import read_token
from web.mail_settings import read_mail_settings
from web.models.digest import Digest
from web.models.preferences import PreferencesDraft
from web.models.user import User
from web.services import digests as queue
from web.services.digests import DigestContent
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


def send(planner: Planner, post_office: MailServer, at: datetime) -> int:
    """How many e-mails have left after a look at this moment."""
    with time_machine.travel(at, tick=False):
        sender(planner.database, post_office).send_due(Event())
    return len(post_office.messages)


def sender(database: Database, post_office: MailServer, kind: type[DigestSender] = DigestSender) -> DigestSender:
    mail = read_mail_settings(post_office.url, "Daybook <daybook@example.com>")
    return kind(mail, database, app_url=ORIGIN, secret=SECRET)


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

    class Failing(DigestSender):
        def message(self, found: DigestContent) -> EmailMessage:
            if found.user_id == failing.user.id:
                raise RuntimeError("odd")
            return super().message(found)

    with time_machine.travel(SEVEN, tick=False):
        sender(database, post_office, Failing).send_due(Event())

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
