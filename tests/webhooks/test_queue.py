"""The queue of webhooks on both databases: each event is delivered once, and no user keeps another waiting."""

from collections import Counter
from datetime import timedelta
from threading import Thread

import time_machine
from sqlmodel import select

from testkit.patience import wait_until
from tests.client import HtmlClient
from tests.factories import Factory
from tests.webhooks.events import add_event, deliveries, enqueue, event_of
from tests.webhooks.receiver import Receiver, running_receiver
from web.db.database import Database
from web.domain.fair_turns import MOST_OF_USER, Turn
from web.domain.timestamps import utc_now
from web.models.webhook import Webhook
from web.server.webhooks import WebhookLoop
from web.services import webhook_queue as queue


def cursor(make: Factory) -> int:
    with make.database.reading() as session:
        return session.exec(select(Webhook.cursor)).one()


def test_an_event_that_becomes_visible_late_is_sent_once(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    """Its transaction took its id first and committed last."""
    make.webhook(ada.user, receiver.url)
    first = add_event(make, ada.user.id)
    add_event(make, ada.user.id, id=(first.id or 0) + 100)
    loop.look()

    add_event(make, ada.user.id, id=(first.id or 0) + 50)
    loop.look()

    sent = [got.headers["webhook-id"] for got in receiver.got]
    assert sent[2] == f"evt_{(first.id or 0) + 50}"
    assert len(set(sent)) == len(sent) == 3


def test_the_cursor_follows_an_hour_behind(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    make.webhook(ada.user, receiver.url)
    old = add_event(make, ada.user.id, created_at=utc_now() - 2 * queue.VISIBLE_WITHIN)
    add_event(make, ada.user.id)

    loop.look()

    assert (len(receiver.got), cursor(make)) == (2, old.id)


def test_two_senders_share_the_deliveries(ada: HtmlClient, make: Factory, database: Database) -> None:
    webhook, _ = make.webhook(ada.user)
    for _ in range(4):
        add_event(make, ada.user.id)
    enqueue(database)
    turns = [Turn(ada.user.id, webhook.id or 0)] * 2

    claimed = []
    for _ in range(3):
        with database.transaction() as session:
            claimed += [one.delivery_id for one in queue.claim(session.connection(), turns)]

    assert len(claimed) == len(set(claimed)) == 4


def test_a_slow_receiver_with_many_deliveries_delays_no_other(
    ada: HtmlClient, bob: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    for _ in range(10):
        make.webhook(ada.user, receiver.url)
    add_event(make, ada.user.id)
    looking = Thread(target=loop.look)
    with running_receiver() as fast:
        make.webhook(bob.user, fast.url)
        with receiver.held():
            looking.start()
            wait_until(lambda: len(receiver.got) == MOST_OF_USER)
            add_event(make, bob.user.id)

            wait_until(lambda: fast.got)
            assert len(receiver.got) == MOST_OF_USER
        looking.join()

    assert len(receiver.got) == 10
    assert all(delivery.delivered_at for delivery in deliveries(make))


def test_the_events_of_one_user_keep_no_other_from_the_queue(
    ada: HtmlClient, bob: HtmlClient, make: Factory, database: Database
) -> None:
    for user in (ada.user, bob.user):
        make.webhook(user)
    with database.transaction() as session:
        session.add_all(event_of(ada.user.id) for _ in range(queue.MOST_ENQUEUED + 1))
    add_event(make, bob.user.id)

    enqueue(database)
    after_one_turn = Counter(delivery.user_id for delivery in deliveries(make))
    enqueue(database)

    assert after_one_turn == {ada.user.id: queue.MOST_ENQUEUED, bob.user.id: 1}
    assert len(deliveries(make)) == queue.MOST_ENQUEUED + 2


def test_a_long_event_keeps_the_names_of_its_fields_only(ada: HtmlClient, make: Factory) -> None:
    long = add_event(make, ada.user.id, changes={"description": ["x" * 15_000, "y" * 15_000]})

    body = queue.body_of(long)

    assert len(body) < queue.LARGEST_BODY
    assert b'"changes":{"description":null}' in body


def test_old_deliveries_are_forgotten(ada: HtmlClient, make: Factory, database: Database) -> None:
    webhook, _ = make.webhook(ada.user)
    make.delivery(webhook)

    def forgotten() -> int:
        with database.transaction() as session:
            return queue.forget_old(session.connection())

    assert forgotten() == 0
    with time_machine.travel(utc_now() + queue.KEPT + timedelta(days=1)):
        assert forgotten() == 1
    assert deliveries(make) == []
