"""The queue of reminders to send, of all users: a lease (`web.services.leases`), then a mark.

Every reminder is sent at least once, and a second copy has the same tag.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, or_, select, update
from sqlmodel import Session

from web.db.types import UtcDateTime
from web.domain.reminder_words import message_words
from web.domain.text import shown_line
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.list import List
from web.models.preferences import UserPreferences, preferences_of
from web.models.reminder import Reminder
from web.models.task import Task
from web.services.leases import NOW, UNTIL, claim_of, is_free, lease_times
from web.services.reminder_channels import SEND_SECONDS, ReminderMessage
from web.services.task_dates import clock_of

# What has to be left of a lease to send one more by two channels.
ENOUGH = timedelta(seconds=2 * SEND_SECONDS)
# An older one is not sent: the page shows it.
LATEST = timedelta(days=1)
# Minutes after each failure. Then the channel is given up.
PAUSES = (1, 5, 15, 60, 180)

_REMINDERS, _TASKS, _LISTS = table_of(Reminder), table_of(Task), table_of(List)
_PREFERENCES = table_of(UserPreferences)
_OLDEST = bindparam("oldest", type_=UtcDateTime())
_ID: Any = bindparam("reminder", type_=_REMINDERS.c.id.type)

_IS_DUE = (
    _REMINDERS.c.sent_at.is_(None),
    _REMINDERS.c.deleted_at.is_(None),
    _REMINDERS.c.at <= NOW,
    _REMINDERS.c.at > _OLDEST,
)
TASK_OF_REMINDER = (_TASKS.c.user_id == _REMINDERS.c.user_id) & (_TASKS.c.id == _REMINDERS.c.task_id)
_LIST_RESTS = exists().where(
    _LISTS.c.user_id == _TASKS.c.user_id,
    _LISTS.c.id == _TASKS.c.list_id,
    or_(_LISTS.c.archived_at.is_not(None), _LISTS.c.deleted_at.is_not(None)),
)
# Reminders of what is done, deleted or in an archived list rest; they come if that is taken back within a day.
IS_OPEN = (_TASKS.c.deleted_at.is_(None), ~_TASKS.c.completed, ~_LIST_RESTS)
_WAITING = (
    select(_REMINDERS.c.id)
    .join(_TASKS, TASK_OF_REMINDER)
    .where(*_IS_DUE, *IS_OPEN, is_free(_REMINDERS.c.claimed_until))
)
_IS_ANY_WAITING = select(_WAITING.exists())
_CLAIM = claim_of(
    _WAITING.order_by(_REMINDERS.c.at),
    *(_REMINDERS.c[name] for name in ("id", "at", "sent_by", "attempts", "claimed_until")),
)
# Without the claim: what was sent too slowly must count too, or it would be sent for ever.
_IS_SAME = (
    _REMINDERS.c.id == _ID,
    _REMINDERS.c.at == bindparam("sent_for", type_=UtcDateTime()),
    _REMINDERS.c.sent_at.is_(None),
)
_CLAIMED = (
    select(Reminder, Task, *(column for column in _PREFERENCES.c if column.name != "user_id"))
    .join(Task, TASK_OF_REMINDER)
    .join(_PREFERENCES, _PREFERENCES.c.user_id == _REMINDERS.c.user_id, isouter=True)
    .where(_REMINDERS.c.id == _ID, _REMINDERS.c.claimed_until == UNTIL, *_IS_DUE, *IS_OPEN)
)
_MARK = (
    update(_REMINDERS)
    .where(*_IS_SAME)
    .values(
        sent_at=bindparam("sent", type_=UtcDateTime()),
        sent_by=bindparam("names", type_=_REMINDERS.c.sent_by.type),
        attempts=bindparam("tries", type_=_REMINDERS.c.attempts.type),
        claimed_until=bindparam("free_at", type_=UtcDateTime()),
    )
)


class Claim(NamedTuple):
    """A reminder that this sender has until `until`. The channels in `sent_by` are done with it; others have failed."""

    reminder_id: int
    at: datetime
    sent_by: frozenset[str]
    attempts: int
    until: datetime


def is_any_waiting(connection: Connection) -> bool:
    """Whether there is anything to claim: a look that locks nothing."""
    return bool(connection.scalar(_IS_ANY_WAITING, _times()))


def claim(connection: Connection) -> Sequence[Claim]:
    """Take up to MOST_CLAIMED due reminders for LEASE. Senders at the same time get different ones."""
    rows = connection.execute(_CLAIM, {**_times(), **lease_times()}).all()
    return [Claim(row.id, row.at, _names(row.sent_by), row.attempts, row.claimed_until) for row in rows]


def message_of(connection: Connection, taken: Claim) -> ReminderMessage | None:
    """What to send, asked right before sending.

    None where there is nothing to send any more: the task was completed or deleted, the reminder moved, or the lease
    is too short for another one.
    """
    values = {**_times(), "reminder": taken.reminder_id, "until": taken.until}
    found = Session(connection).execute(_CLAIMED, values).one_or_none()
    now = utc_now()
    if found is None or taken.until <= now + ENOUGH:
        return None
    task, chosen = found.Task, preferences_of(found)
    wall = chosen.now(taken.at)
    return ReminderMessage(
        user_id=task.user_id,
        task_id=task.id,
        reminder_id=taken.reminder_id,
        title=shown_line(task.title),
        body=message_words(task.due_on, clock_of(task.due_time), wall, chosen.now(now), chosen),
        path=f"/tasks/{task.id}",
        tag=f"reminder-{taken.reminder_id}-{taken.at:%Y%m%dT%H%M%SZ}",
        expires_at=taken.at + LATEST,
    )


def mark_sent(connection: Connection, taken: Claim, names: frozenset[str]) -> None:
    """Sent by these channels, and done. Nothing happens where the reminder has moved meanwhile."""
    _mark(connection, taken, names, taken.attempts, sent=utc_now(), free_at=None)


def mark_failed(connection: Connection, taken: Claim, names: frozenset[str], wait: timedelta) -> None:
    """Not sent by every channel yet: to be claimed again after the wait."""
    _mark(connection, taken, names, taken.attempts + 1, sent=None, free_at=utc_now() + wait)


def _mark(
    connection: Connection,
    taken: Claim,
    names: frozenset[str],
    attempts: int,
    *,
    sent: datetime | None,
    free_at: datetime | None,
) -> None:
    values = {"names": ",".join(sorted(names)) or None, "tries": attempts, "sent": sent, "free_at": free_at}
    connection.execute(_MARK, {**values, "reminder": taken.reminder_id, "sent_for": taken.at})


def _names(sent_by: str | None) -> frozenset[str]:
    return frozenset((sent_by or "").split(",")) - {""}


def _times() -> dict[str, datetime]:
    now = utc_now()
    return {"now": now, "oldest": now - LATEST}
