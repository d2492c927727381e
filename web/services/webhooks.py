"""Webhooks: make one, list them, remove one, see what was sent and send it again. Without events of their own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.errors import InvalidField, NotFound, NotPossible
from web.domain.timestamps import utc_now
from web.domain.webhook_signatures import new_secret
from web.domain.webhook_urls import checked_url
from web.models.base import table_of
from web.models.event import Event
from web.models.webhook import Webhook, WebhookDelivery, WebhookDraft, joined
from web.services.access import USER_ID, bound_to, including_deleted, lock_owner, readable, writable
from web.services.audit import note
from web.services.record_values import known_id
from web.services.records import Service

MOST_WEBHOOKS = 10
# So long both secrets sign after one was replaced.
BOTH_SIGN = timedelta(hours=24)
# What the log shows.
MOST_DELIVERIES = 50
_WEBHOOKS, _DELIVERIES, _EVENTS = table_of(Webhook), table_of(WebhookDelivery), table_of(Event)
_ALL = readable(Webhook).order_by(_WEBHOOKS.c.created_at.desc(), _WEBHOOKS.c.id.desc())
_LATEST_EVENT = select(func.coalesce(func.max(_EVENTS.c.id), 0)).where(_EVENTS.c.user_id == USER_ID)
_REMOVE = (
    writable(Webhook)
    .where(_WEBHOOKS.c.id == bindparam("webhook_id"))
    .values(deleted_at=func.coalesce(_WEBHOOKS.c.deleted_at, bindparam("now", type_=UtcDateTime())))
    .returning(_WEBHOOKS.c.deleted_at)
)
_LOG = (
    select(*_DELIVERIES.c, _EVENTS.c.subject, _EVENTS.c.action, _EVENTS.c.subject_id)
    .join(_EVENTS, _EVENTS.c.id == _DELIVERIES.c.event_id)
    .where(_DELIVERIES.c.user_id == USER_ID, _DELIVERIES.c.webhook_id == bindparam("webhook_id"))
    .order_by(_DELIVERIES.c.id.desc())
    .limit(MOST_DELIVERIES)
)
_SEND_AGAIN = (
    update(_DELIVERIES)
    .where(_DELIVERIES.c.user_id == USER_ID, _DELIVERIES.c.id == bindparam("delivery_id"))
    .values(next_at=bindparam("now", type_=UtcDateTime()), attempts=0, claimed_until=None, delivered_at=None)
    .returning(_DELIVERIES.c.webhook_id)
)


class NewWebhook(NamedTuple):
    """`secret` is what the receiver verifies signatures with; None where the same form was sent before."""

    webhook: Webhook
    secret: str | None


class Webhooks(Service):
    def all(self) -> Sequence[Webhook]:
        """Newest first, those that their receiver ended too."""
        return self._session.scalars(_ALL, bound_to(self.actor)).all()

    def get(self, webhook_id: int) -> Webhook:
        """Raises NotFound."""
        wanted = readable(Webhook).where(_WEBHOOKS.c.id == known_id(webhook_id))
        webhook: Webhook | None = self._session.scalars(wanted, bound_to(self.actor)).one_or_none()
        if webhook is None:
            raise NotFound
        return webhook

    def add(self, draft: WebhookDraft, key: str, *, allows_private: bool, secret: str = "") -> NewWebhook:
        """It gets the events from now on, signed with the secret or a new one; the same key makes no second one.

        Raises InvalidField for an address that may not be called, NotPossible for the eleventh webhook.
        """
        try:
            url = checked_url(draft.url, allows_private=allows_private)
        except ValueError as problem:
            raise InvalidField("url", str(problem)) from problem
        lock_owner(self.connection, self.actor)
        if len(self.all()) >= MOST_WEBHOOKS:
            raise NotPossible(f"There are {MOST_WEBHOOKS} webhooks already. Remove one that is no longer used.")
        latest: int = self.connection.scalar(_LATEST_EVENT, bound_to(self.actor)) or 0
        values: dict[str, Any] = {
            "url": url,
            "secret": secret or new_secret(),
            "cursor": latest,
            "types": joined(draft.types),
        }
        webhook = Webhook(user_id=self.actor.user_id, idempotency_key=key, **values)
        insert = dialect_of(self.connection).insert(_WEBHOOKS).values(webhook.model_dump(exclude={"id"}))
        once = insert.on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"]).returning(*_WEBHOOKS.c)
        row = self.connection.execute(once).one_or_none()
        if row is None:
            made = including_deleted(Webhook).where(_WEBHOOKS.c.idempotency_key == key)
            return NewWebhook(self._session.scalars(made, bound_to(self.actor)).one(), None)
        note(self.connection, self.actor.user_id, "webhook-made", utc_now())
        return NewWebhook(Webhook(**row._mapping), webhook.secret)

    def choose(self, webhook_id: int, types: Sequence[str]) -> Webhook:
        """It gets these events from now on; all of them for none. Idempotent. Raises NotFound."""
        webhook = self.get(webhook_id)
        return webhook if webhook.types == joined(types) else self._change(webhook, types=joined(types))

    def replace_secret(self, webhook_id: int, secret: str = "") -> Webhook:
        """Sign with another secret, a new one unless it is given; for BOTH_SIGN with the one before too.

        Idempotent with a given secret. Raises NotFound.
        """
        webhook = self.get(webhook_id)
        if secret == webhook.secret:
            return webhook
        previous = {"previous_secret": webhook.secret, "previous_until": utc_now() + BOTH_SIGN}
        return self._change(webhook, secret=secret or new_secret(), **previous)

    def _change(self, webhook: Webhook, **values: Any) -> Webhook:
        write = writable(Webhook).where(_WEBHOOKS.c.id == webhook.id)
        values |= {"version": webhook.version + 1, "updated_at": webhook.later()}
        row = self.connection.execute(write.values(values).returning(*_WEBHOOKS.c), bound_to(self.actor)).one()
        note(self.connection, self.actor.user_id, "webhook-changed", utc_now())
        return Webhook(**row._mapping)

    def remove(self, webhook_id: int) -> None:
        """It gets nothing more, not even what is waiting. Idempotent. Raises NotFound."""
        values = {**bound_to(self.actor), "webhook_id": known_id(webhook_id), "now": utc_now()}
        ended_at = self.connection.scalar(_REMOVE, values)
        if ended_at is None:
            raise NotFound
        if ended_at == values["now"]:
            note(self.connection, self.actor.user_id, "webhook-removed", ended_at)

    def deliveries(self, webhook_id: int) -> Sequence[Any]:
        """The last MOST_DELIVERIES, newest first, each with the subject and the action of its event."""
        return self.connection.execute(_LOG, {**bound_to(self.actor), "webhook_id": webhook_id}).all()

    def send_again(self, delivery_id: int) -> int:
        """As if for the first time; the id of its webhook. Raises NotFound."""
        values = {**bound_to(self.actor), "delivery_id": known_id(delivery_id), "now": utc_now()}
        webhook_id: int | None = self.connection.scalar(_SEND_AGAIN, values)
        if webhook_id is None:
            raise NotFound
        return webhook_id

    @property
    def _session(self) -> Session:
        return Session(self.connection, expire_on_commit=False, autoflush=False)
