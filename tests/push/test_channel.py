"""Reminders on all devices of a user: who is sent what, and what becomes of their subscriptions."""

from datetime import timedelta

import httpx
import pytest

from tests.factories import Factory
from tests.push_service import Answer, Browser, PushService
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models.user import User
from web.push.channel import PushChannel
from web.services.push_subscriptions import PushSubscriptions
from web.services.reminder_channels import ChannelUnavailable, ReminderMessage, Undeliverable
from web.settings import Settings


@pytest.fixture
def service() -> PushService:
    return PushService()


@pytest.fixture
def channel(migrated: Settings, database: Database, service: PushService) -> PushChannel:
    return PushChannel(migrated, database, service.transport)


def device(make: Factory, user: User, **values: object) -> Browser:
    browser = Browser()
    make.record("push_subscriptions", user, **{**browser.stored, **values})
    return browser


def message(user: User) -> ReminderMessage:
    expires_at = utc_now() + timedelta(hours=1)
    return ReminderMessage(user.id, 42, 7, "Buy milk", "Due today 10:00", "/tasks/42", "reminder-7", expires_at)


def listed(database: Database, user: User) -> dict[str, bool]:
    """The devices that the user sees, and whether they have got a notification."""
    with database.reading() as session:
        found = PushSubscriptions(session.connection(), Actor(user.id)).all()
    return {one.endpoint: one.last_success_at is not None for one in found}


def test_all_devices_of_the_user_are_sent_to(
    channel: PushChannel, service: PushService, database: Database, make: Factory
) -> None:
    ada, bob = make.user("Ada"), make.user("Bob")
    phone, laptop, theirs = device(make, ada), device(make, ada), device(make, bob)

    channel.send(message(ada))

    for browser in (phone, laptop):
        (shown,) = service.received(browser)
        assert (shown["title"], shown["navigate"]) == ("Buy milk", "http://daybook.test/tasks/42")
    assert not service.received(theirs)
    assert listed(database, ada) == {phone.endpoint: True, laptop.endpoint: True}
    assert listed(database, bob) == {theirs.endpoint: False}


def test_a_user_without_devices_is_no_problem(channel: PushChannel, service: PushService, make: Factory) -> None:
    channel.send(message(make.user()))

    assert not service.requests


def test_a_subscription_that_is_gone_is_deleted(
    channel: PushChannel, service: PushService, database: Database, make: Factory
) -> None:
    ada = make.user()
    old, new = device(make, ada), device(make, ada)
    service.answers[old.endpoint] = Answer(410)

    channel.send(message(ada))

    assert listed(database, ada) == {new.endpoint: True}


def test_if_all_are_gone_there_is_nothing_to_try_again(
    channel: PushChannel, service: PushService, database: Database, make: Factory
) -> None:
    ada = make.user()
    service.answers[device(make, ada).endpoint] = Answer(404)

    channel.send(message(ada))

    assert listed(database, ada) == {}


def test_a_reminder_waits_for_a_busy_push_service(
    channel: PushChannel, service: PushService, database: Database, make: Factory
) -> None:
    ada = make.user()
    phone = device(make, ada)
    service.answers[phone.endpoint] = Answer(503, retry_after="60")

    with pytest.raises(ChannelUnavailable) as problem:
        channel.send(message(ada))

    assert problem.value.retry_after == 60
    assert listed(database, ada) == {phone.endpoint: False}


def test_one_device_is_enough(channel: PushChannel, service: PushService, database: Database, make: Factory) -> None:
    ada = make.user()
    phone, laptop = device(make, ada), device(make, ada)
    service.answers[phone.endpoint] = httpx.ReadTimeout("slow")

    channel.send(message(ada))

    assert listed(database, ada) == {phone.endpoint: False, laptop.endpoint: True}


def test_an_error_of_ours_at_one_device_is_logged_and_stops_no_other(
    channel: PushChannel, service: PushService, database: Database, make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    ada = make.user()
    broken, phone = device(make, ada), device(make, ada)
    service.answers[broken.endpoint] = RuntimeError("a bug")

    channel.send(message(ada))

    assert listed(database, ada) == {broken.endpoint: False, phone.endpoint: True}
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["a bug"]


def test_an_error_of_ours_at_every_device_is_tried_again(
    channel: PushChannel, service: PushService, make: Factory
) -> None:
    ada = make.user()
    service.answers[device(make, ada).endpoint] = RuntimeError("a bug")

    with pytest.raises(ChannelUnavailable, match="RuntimeError"):
        channel.send(message(ada))


def test_one_that_can_be_reached_later_counts_more_than_one_that_never_can(
    channel: PushChannel, service: PushService, make: Factory
) -> None:
    ada = make.user()
    for answer in (Answer(400), Answer(503), Answer(413)):
        service.answers[device(make, ada).endpoint] = answer

    with pytest.raises(ChannelUnavailable):
        channel.send(message(ada))


def test_a_message_that_is_refused_everywhere_is_undeliverable(
    channel: PushChannel, service: PushService, make: Factory
) -> None:
    ada = make.user()
    service.answers[device(make, ada).endpoint] = Answer(413)

    with pytest.raises(Undeliverable):
        channel.send(message(ada))


def test_a_browser_whose_session_was_ended_is_sent_nothing(
    channel: PushChannel, service: PushService, make: Factory
) -> None:
    ada = make.user()
    signed_in = make.sign_in(ada)
    session = {"session_id": signed_in.id, "session_expires_at": signed_in.expires_at}
    here = device(make, ada, **session)
    elsewhere = device(make, ada, **{**session, "session_id": "signed out"})

    channel.send(message(ada))

    assert len(service.received(here)) == 1
    assert not service.received(elsewhere)


def test_a_removed_device_is_sent_nothing(channel: PushChannel, service: PushService, make: Factory) -> None:
    ada = make.user()
    removed = device(make, ada, deleted_at=utc_now())

    channel.send(message(ada))

    assert not service.received(removed)
