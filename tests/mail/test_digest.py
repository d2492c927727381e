"""The daily email: when it is due, what it says, and that there is one a day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import col, update

from tests.client import ORIGIN
from tests.factories import SECRET
from tests.mail.digests import SEVEN, choose, send, stored
from tests.mail.server import MailServer
from tests.services.planner import BERLIN, NOW, Planner, day
from web.domain.digest_times import next_digest
from web.mail.unsubscribing import read_token
from web.models.user import User
from web.services import digests as queue


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


@pytest.mark.databases("sqlite")
def test_many_overdue_tasks_hide_none_of_today(
    reader: Planner, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_TASKS", 2)
    for number in range(3):
        reader.add(f"Late {number}", due_on=day("2026-11-25"))
    reader.add("Call Ann", due_on=day("2026-11-27"))
    reader.add("Begun", start_on=day("2026-11-26"))

    send(reader, post_office, SEVEN)

    [mail] = post_office.messages
    text, html = (mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))
    assert mail["subject"] == "Friday 27 November: 2+ overdue, 2 today"
    for body in (text, html):
        assert [name for name in ("Late 0", "Late 1", "Late 2", "Call Ann", "Begun") if name in body] == [
            *("Late 0", "Late 1", "Call Ann", "Begun")
        ]
        assert body.count("… and more") == 1
        assert body.index("Late 1") < body.index("… and more") < body.index("Call Ann")


@pytest.mark.databases("sqlite")
def test_what_is_over_on_the_day_itself_is_overdue(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-27"), due_time="06:59")

    send(reader, post_office, SEVEN)

    assert post_office.messages[0]["subject"] == "Friday 27 November: 1 overdue, 0 today"


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


def test_who_turned_it_off_gets_none(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    choose(reader, digest_hour=None)

    assert send(reader, post_office, SEVEN) == 0
    assert stored(reader).next_at is None


def test_before_the_afternoon_of_the_choice_nothing_is_due(reader: Planner) -> None:
    assert stored(reader).next_at == SEVEN > NOW


def test_it_waits_for_a_confirmed_address(reader: Planner, post_office: MailServer) -> None:
    reader.add(due_on=day("2026-11-25"))
    confirm(reader, is_confirmed=False)
    before = send(reader, post_office, SEVEN)

    confirm(reader, is_confirmed=True)
    after = send(reader, post_office, SEVEN + timedelta(days=1))

    assert (before, after) == (0, 1)


def confirm(planner: Planner, *, is_confirmed: bool) -> None:
    with planner.database.transaction() as session:
        session.execute(update(User).where(col(User.id) == planner.user.id).values(email_verified=is_confirmed))
