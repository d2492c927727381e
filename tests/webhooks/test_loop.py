"""From a change to its receiver, a real one: what is sent, how it is signed, and what becomes of a refusal."""

from datetime import timedelta

import time_machine
from sqlalchemy import update

from tests.client import HtmlClient
from tests.controllers.api.client import Program
from tests.factories import Factory
from tests.webhooks.events import add_event, deliveries, enqueue
from tests.webhooks.receiver import Got, Receiver
from web.db.database import Database
from web.domain.timestamps import utc_now
from web.domain.webhook_signatures import new_secret, signed_headers
from web.models.webhook import Webhook
from web.server.webhooks import WebhookLoop
from web.services import webhook_queue as queue
from web.services.closing import disable, enable

SECRET = new_secret()


def lead_to(make: Factory, receiver: Receiver) -> None:
    """Programs may not choose an address of this machine."""
    with make.database.transaction() as session:
        session.connection().execute(update(Webhook).values(url=receiver.url))


def is_signed_by(got: Got, secret: str) -> bool:
    """Whenever it was sent."""
    headers = got.headers
    signed = signed_headers([secret], headers["webhook-id"], int(headers["webhook-timestamp"]), got.body)
    return signed["webhook-signature"] in headers["webhook-signature"].split(" ")


def test_a_change_reaches_the_receiver_signed(
    ada: HtmlClient, bob: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    program = Program(ada)
    task = program.post("/api/tasks", {"title": "Before"})
    _, secret = make.webhook(ada.user, receiver.url)
    program.patch(f"/api/tasks/{task['id']}", {"title": "After"})
    Program(bob).post("/api/tasks", {"title": "Not yours"})

    loop.look()

    (got,) = receiver.got
    message = got.verified(secret)
    assert message["type"] == "tasks.edit"
    assert message["data"]["changes"] == {"title": ["Before", "After"]}
    assert message["data"] == program.get(f"/api/tasks/{task['id']}/events")["items"][0]
    (delivery,) = deliveries(make)
    assert got.headers["webhook-id"] == f"evt_{delivery.event_id}"
    assert (delivery.status, delivery.next_at) == (204, None)
    assert delivery.delivered_at is not None
    loop.look()
    assert len(receiver.got) == 1


def test_a_receiver_gets_the_events_that_were_chosen(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    program = Program(ada)
    webhook = program.post("/api/webhooks", {"url": "https://example.com", "secret": SECRET, "types": ["tasks.add"]})
    lead_to(make, receiver)
    task = program.post("/api/tasks", {"title": "Buy milk"})
    program.put(f"/api/tasks/{task['id']}/completion")

    loop.look()
    ada.post(f"/settings/webhooks/{webhook['id']}/types", **{"type-tasks.reopen": "on"})
    program.send("DELETE", f"/api/tasks/{task['id']}/completion")
    program.post("/api/tasks", {"title": "Buy tea"})
    loop.look()

    assert [got.verified(SECRET)["type"] for got in receiver.got] == ["tasks.add", "tasks.reopen"]
    assert program.get("/api/webhooks")["items"][0]["types"] == ["tasks.reopen"]


def test_a_closed_account_sends_nothing_until_it_is_open_again(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    make.webhook(ada.user, receiver.url)
    add_event(make, ada.user.id)
    with make.database.transaction() as session:
        disable(session.connection(), ada.user.id)

    loop.look()
    while_closed = len(receiver.got)
    with make.database.transaction() as session:
        enable(session.connection(), ada.user.id)
    loop.look()

    assert (while_closed, len(receiver.got)) == (0, 1)


def test_both_secrets_sign_for_a_day(ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop) -> None:
    webhook, old = make.webhook(ada.user, receiver.url)
    program, address = Program(ada), f"/api/webhooks/{webhook.id}/secret"

    replaced, again = (program.put(address, {"secret": SECRET}) for _ in range(2))
    add_event(make, ada.user.id)
    loop.look()
    with time_machine.travel(utc_now() + timedelta(hours=25)):
        add_event(make, ada.user.id)
        loop.look()
        (first, second) = receiver.got

    assert replaced == again
    assert SECRET not in str(replaced)
    assert [len(got.headers["webhook-signature"].split(" ")) for got in (first, second)] == [2, 1]
    for secret in (SECRET, old):
        first.verified(secret)
    assert is_signed_by(second, SECRET) and not is_signed_by(second, old)


def test_what_fails_is_tried_again_later_and_given_up_at_last(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    make.webhook(ada.user, receiver.url)
    add_event(make, ada.user.id)
    receiver.status = 500
    waits = []

    with time_machine.travel(utc_now(), tick=False) as clock:
        for attempt in range(len(queue.PAUSES) + 1):
            loop.look()
            loop.look()
            assert len(receiver.got) == attempt + 1
            (delivery,) = deliveries(make)
            if delivery.next_at:
                waits.append((delivery.next_at - utc_now()).total_seconds())
                clock.shift(waits[-1])

    assert [pause <= wait <= 1.1 * pause for pause, wait in zip(queue.PAUSES, waits, strict=True)] == [True] * 9
    assert (delivery.status, delivery.attempts, delivery.next_at, delivery.delivered_at) == (500, 10, None, None)
    assert {got.headers["webhook-id"] for got in receiver.got} == {f"evt_{delivery.event_id}"}


def test_a_receiver_says_how_long_to_wait(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop
) -> None:
    make.webhook(ada.user, receiver.url)
    add_event(make, ada.user.id)
    receiver.status, receiver.answer_headers = 503, {"retry-after": "900"}

    with time_machine.travel(utc_now(), tick=False):
        loop.look()
        (delivery,) = deliveries(make)

        assert delivery.next_at == utc_now() + timedelta(seconds=900)


def test_gone_ends_the_webhook(ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop) -> None:
    webhook, _ = make.webhook(ada.user, receiver.url)
    add_event(make, ada.user.id)
    receiver.status = 410

    loop.look()
    add_event(make, ada.user.id)
    loop.look()

    assert len(receiver.got) == 1
    assert "ended by its receiver" in ada.get("/settings/webhooks").text
    assert "Send again" not in ada.get(f"/settings/webhooks/{webhook.id}").text


def test_a_removed_webhook_gets_not_even_what_is_waiting(
    ada: HtmlClient, make: Factory, receiver: Receiver, loop: WebhookLoop, database: Database
) -> None:
    webhook, _ = make.webhook(ada.user, receiver.url)
    add_event(make, ada.user.id)
    enqueue(database)

    ada.post(f"/settings/webhooks/{webhook.id}/remove")
    loop.look()

    assert receiver.got == []
