"""The queue of events to send, of all users. An event, which is written in the transaction of its change, is its own
entry: no change writes a second row, whether there are webhooks or not.

`enqueue` makes a delivery of each event behind the cursor of a webhook. The ids of events do not become visible in
their order, so the cursor stays VISIBLE_WITHIN behind; a unique constraint keeps what is seen again to one delivery.
Deliveries are shared by leases (`web.services.leases`): each is sent at least once, in no promised order. Both steps go
by the webhook, a few of each at a time, so that the thousands of one delay no other (`web.domain.fair_turns`).
"""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Integer, and_, bindparam, delete, exists, func, literal, or_, select, update
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.fair_turns import Turn
from web.domain.timestamps import iso, utc_now
from web.models.base import table_of
from web.models.closed_account import is_closed
from web.models.event import Event, EventOut
from web.models.webhook import PROBLEM_LENGTH, Webhook, WebhookDelivery
from web.services.leases import NOW, claim_of, is_free, lease_times

# No transaction takes longer.
VISIBLE_WITHIN = timedelta(hours=1)
# At a time: so many webhooks, and so many events of each. Chosen at random, so that none waits for ever.
MOST_WEBHOOKS, MOST_ENQUEUED = 100, 100
# Seconds after each failed attempt, up to three days in all. Then the delivery is given up.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
# Bytes of a message; of a longer one the values of the changes are left out.
LARGEST_BODY = 20_000
KEPT = timedelta(days=30)

_WEBHOOKS, _DELIVERIES, _EVENTS = table_of(Webhook), table_of(WebhookDelivery), table_of(Event)
# Those of a closed account rest, and go on where it is kept or enabled again.
_IS_ACTIVE = (_WEBHOOKS.c.deleted_at.is_(None), _WEBHOOKS.c.ended_at.is_(None), ~is_closed(_WEBHOOKS.c.user_id))
_ID: Any = bindparam("webhook", type_=_WEBHOOKS.c.id.type)
_OLD = bindparam("old", type_=UtcDateTime())
_IS_BEHIND = and_(_EVENTS.c.user_id == _WEBHOOKS.c.user_id, _EVENTS.c.id > _WEBHOOKS.c.cursor)
_HAS_DELIVERY = exists().where(_DELIVERIES.c.webhook_id == _WEBHOOKS.c.id, _DELIVERIES.c.event_id == _EVENTS.c.id)
_TYPE = literal(",").concat(_EVENTS.c.subject).concat(".").concat(_EVENTS.c.action).concat(",")
_IS_WANTED = or_(_WEBHOOKS.c.types.is_(None), _WEBHOOKS.c.types.contains(_TYPE))
_IS_NEW = and_(_IS_BEHIND, _IS_WANTED, ~_HAS_DELIVERY.correlate(_WEBHOOKS, _EVENTS))
_BEHIND = (
    select(_WEBHOOKS.c.id)
    .where(*_IS_ACTIVE, exists().where(_IS_NEW).correlate(_WEBHOOKS))
    .order_by(func.random())
    .limit(MOST_WEBHOOKS)
)
_NEW = (
    select(_WEBHOOKS.c.user_id, _WEBHOOKS.c.id, _EVENTS.c.id.label("event_id"), NOW.label("created"), NOW.label("next"))
    .select_from(_WEBHOOKS.join(_EVENTS, _IS_NEW))
    .where(_WEBHOOKS.c.id == _ID, *_IS_ACTIVE)
    .order_by(_EVENTS.c.id)
    .limit(MOST_ENQUEUED)
)
_IS_OLD = and_(_IS_BEHIND, _EVENTS.c.created_at < _OLD)
_SEEN = select(func.max(_EVENTS.c.id)).where(_IS_OLD).correlate(_WEBHOOKS)
_ADVANCE = (
    update(_WEBHOOKS)
    .where(
        *_IS_ACTIVE,
        exists().where(_IS_OLD).correlate(_WEBHOOKS),
        ~exists().where(_IS_OLD, _IS_NEW).correlate(_WEBHOOKS),
    )
    .values(cursor=_SEEN.scalar_subquery())
)
_IS_DUE = and_(_DELIVERIES.c.next_at <= NOW, is_free(_DELIVERIES.c.claimed_until))
_WAITING = (
    select(_WEBHOOKS.c.user_id, _WEBHOOKS.c.id)
    .where(*_IS_ACTIVE, exists().where(_DELIVERIES.c.webhook_id == _WEBHOOKS.c.id, _IS_DUE))
    .order_by(func.random())
    .limit(MOST_WEBHOOKS)
)
_CLAIM = claim_of(
    select(_DELIVERIES.c.id).where(_DELIVERIES.c.webhook_id == _ID, _IS_DUE).order_by(_DELIVERIES.c.next_at),
    _DELIVERIES.c.id,
    _DELIVERIES.c.attempts,
    most=bindparam("most", type_=Integer()),
)
_MESSAGE = (
    select(Event, _WEBHOOKS.c.url, _WEBHOOKS.c.secret, _WEBHOOKS.c.previous_secret, _WEBHOOKS.c.previous_until)
    .join(_DELIVERIES, _DELIVERIES.c.event_id == _EVENTS.c.id)
    .join(_WEBHOOKS, _WEBHOOKS.c.id == _DELIVERIES.c.webhook_id)
    .where(_DELIVERIES.c.id == bindparam("delivery"), *_IS_ACTIVE)
)
_MARK = (
    update(_DELIVERIES)
    .where(_DELIVERIES.c.id == bindparam("delivery"))
    .values(
        next_at=bindparam("next", type_=UtcDateTime()),
        delivered_at=bindparam("delivered", type_=UtcDateTime()),
        claimed_until=None,
        attempts=bindparam("tries", type_=_DELIVERIES.c.attempts.type),
        status=bindparam("code", type_=_DELIVERIES.c.status.type),
        problem=bindparam("why", type_=_DELIVERIES.c.problem.type),
    )
)
_OF_DELIVERY = select(_DELIVERIES.c.webhook_id).where(_DELIVERIES.c.id == bindparam("delivery")).scalar_subquery()
_END = update(_WEBHOOKS).where(_WEBHOOKS.c.id == _OF_DELIVERY).values(ended_at=NOW)
_FORGET = delete(_DELIVERIES).where(_DELIVERIES.c.next_at.is_(None), _DELIVERIES.c.created_at < _OLD)


class DeliveryClaim(NamedTuple):
    """A delivery that this sender has for LEASE, after so many attempts that failed."""

    delivery_id: int
    attempts: int
    turn: Turn


class WebhookMessage(NamedTuple):
    """What to send, and where. `message_id` is the same in each attempt."""

    url: str
    # That of the receiver, and for a day the one before it.
    secrets: Sequence[str]
    message_id: str
    body: bytes


def behind(connection: Connection) -> Sequence[int]:
    """Webhooks with events that have no delivery: a look that locks nothing."""
    return connection.scalars(_BEHIND).all()


def enqueue(connection: Connection, webhook_ids: Sequence[int]) -> None:
    """Make a delivery of each event that has none, at most MOST_ENQUEUED of each webhook."""
    insert = dialect_of(connection).insert(_DELIVERIES)
    columns = ["user_id", "webhook_id", "event_id", "created_at", "next_at"]
    new = insert.from_select(columns, _NEW).on_conflict_do_nothing()
    for webhook_id in webhook_ids:
        connection.execute(new, {"webhook": webhook_id, "now": utc_now()})


def advance(connection: Connection) -> None:
    """Move each cursor past the events that all have their delivery, up to VISIBLE_WITHIN ago."""
    connection.execute(_ADVANCE, {"old": utc_now() - VISIBLE_WITHIN})


def waiting(connection: Connection) -> Sequence[Turn]:
    """Webhooks with deliveries that are due: a look that locks nothing."""
    return [Turn(*row) for row in connection.execute(_WAITING, {"now": utc_now()})]


def claim(connection: Connection, turns: Sequence[Turn]) -> Sequence[DeliveryClaim]:
    """Take a due delivery for each turn, for LEASE. Senders at the same time get different ones."""
    taken: list[DeliveryClaim] = []
    for turn, most in Counter(turns).items():
        values = {**lease_times(), "webhook": turn.webhook_id, "most": most}
        taken += [DeliveryClaim(row.id, row.attempts, turn) for row in connection.execute(_CLAIM, values)]
    return taken


def message_of(connection: Connection, taken: DeliveryClaim) -> WebhookMessage | None:
    """None where its webhook was removed meanwhile."""
    found = Session(connection).execute(_MESSAGE, {"delivery": taken.delivery_id}).one_or_none()
    if found is None:
        return None
    secrets = [found.secret]
    if found.previous_secret and found.previous_until > utc_now():
        secrets.append(found.previous_secret)
    return WebhookMessage(found.url, secrets, f"evt_{found.Event.id}", body_of(found.Event))


def body_of(event: Event) -> bytes:
    """As Standard Webhooks has it. Where it would be too long, the changed fields have null for their values."""
    head = {"type": f"{event.subject}.{event.action}", "timestamp": iso(event.created_at)}
    out = EventOut.of(event)
    body = msgspec.json.encode({**head, "data": out})
    if len(body) <= LARGEST_BODY:
        return body
    names: dict[str, Any] = dict.fromkeys(event.changes)
    return msgspec.json.encode({**head, "data": msgspec.structs.replace(out, changes=names)})


def mark_delivered(connection: Connection, taken: DeliveryClaim, status: int | None) -> None:
    _mark(connection, taken, status=status, delivered=utc_now())


def mark_failed(
    connection: Connection, taken: DeliveryClaim, status: int | None, problem: str, wait: int | None = None
) -> None:
    """To be tried again after its pause, and not before `wait` seconds; given up after the last attempt."""
    if taken.attempts >= len(PAUSES):
        _mark(connection, taken, status=status, problem=problem)
        return
    # Up to a tenth more, so that what failed together is not tried together.
    pause = PAUSES[taken.attempts] * random.uniform(1, 1.1)  # noqa: S311
    next_at = utc_now() + timedelta(seconds=max(pause, wait or 0))
    _mark(connection, taken, status=status, problem=problem, next_at=next_at)


def mark_gone(connection: Connection, taken: DeliveryClaim, status: int | None) -> None:
    """The receiver wants no more: its webhook ends."""
    connection.execute(_END, {"now": utc_now(), "delivery": taken.delivery_id})
    _mark(connection, taken, status=status, problem="The receiver wants no more events.")


def forget_old(connection: Connection) -> int:
    """Remove the deliveries that were over KEPT ago; how many. Cursors are past their events."""
    return connection.execute(_FORGET, {"old": utc_now() - KEPT}).rowcount


def _mark(
    connection: Connection,
    taken: DeliveryClaim,
    *,
    status: int | None,
    problem: str | None = None,
    next_at: datetime | None = None,
    delivered: datetime | None = None,
) -> None:
    values = {"code": status, "why": problem and problem[:PROBLEM_LENGTH], "next": next_at, "delivered": delivered}
    connection.execute(_MARK, {**values, "delivery": taken.delivery_id, "tries": taken.attempts + 1})
