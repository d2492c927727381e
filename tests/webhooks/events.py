"""Events and their deliveries, for tests of webhooks."""

from typing import Any
from uuid import uuid4

from sqlmodel import col, select

from tests.factories import Factory
from web.db.database import Database
from web.models.event import Event
from web.models.webhook import WebhookDelivery
from web.services import webhook_queue as queue


def deliveries(make: Factory) -> list[WebhookDelivery]:
    with make.database.reading() as session:
        return list(session.exec(select(WebhookDelivery).order_by(col(WebhookDelivery.id))))


def enqueue(database: Database) -> None:
    with database.transaction() as session:
        queue.enqueue(session.connection(), queue.behind(session.connection()))


def add_event(make: Factory, user_id: str, **values: Any) -> Event:
    event = event_of(user_id, **values)
    with make.database.transaction() as session:
        session.add(event)
    return event


def event_of(user_id: str, **values: Any) -> Event:
    known = {"actor_id": user_id, "operation": str(uuid4()), "action": "edit", "subject": "tasks", "subject_id": 1}
    return Event(**{"user_id": user_id, **known, "version": 2, "changes": {}, **values})
