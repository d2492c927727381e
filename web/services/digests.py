"""The daily e-mail: when it is due for a user, and the queue of those to send, of all users.

The queue works as that of reminders (`web.services.reminder_queue`): a claim with a lease, then a mark.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, or_, select, update

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.actor import Actor, new_operation
from web.domain.digest_times import next_digest
from web.domain.due_words import due_words, long_day
from web.domain.preferences import Preferences
from web.domain.text import shown_line
from web.domain.timestamps import utc_now
from web.domain.zones import local_day
from web.models.base import table_of
from web.models.digest import Digest
from web.models.preferences import UserPreferences, preferences_of
from web.models.task import TaskRow
from web.models.user import User
from web.services.records import Service
from web.services.task_dates import clock_of
from web.services.views import Views

MOST_CLAIMED = 20
LEASE = timedelta(seconds=60)
RETRY_AFTER = timedelta(minutes=10)
# Of each kind.
MOST_TASKS = 100

_DIGESTS, _PREFERENCES, _USERS = table_of(Digest), table_of(UserPreferences), table_of(User)
_NOW, _UNTIL = bindparam("now", type_=UtcDateTime()), bindparam("until", type_=UtcDateTime())
_WAITING = select(_DIGESTS.c.user_id).where(
    _DIGESTS.c.next_at <= _NOW, or_(_DIGESTS.c.claimed_until.is_(None), _DIGESTS.c.claimed_until <= _NOW)
)
_IS_ANY_WAITING = select(_WAITING.exists())
# As in `web.services.reminder_queue`.
_TAKEN = (
    _WAITING.order_by(_DIGESTS.c.next_at)
    .limit(MOST_CLAIMED)
    .with_for_update(of=_DIGESTS, skip_locked=True)
    .cte("taken")
    .prefix_with("MATERIALIZED", dialect="postgresql")
)
_CLAIM = (
    update(_DIGESTS)
    .where(_DIGESTS.c.user_id.in_(select(_TAKEN.c.user_id)))
    .values(claimed_until=_UNTIL)
    .returning(_DIGESTS.c.user_id, _DIGESTS.c.next_at, _DIGESTS.c.claimed_until)
)
_READER = (
    select(_USERS.c.email, *(column for column in _PREFERENCES.c if column.name != "user_id"), _DIGESTS.c.claimed_until)
    .join(_PREFERENCES, _PREFERENCES.c.user_id == _USERS.c.id)
    .join(_DIGESTS, _DIGESTS.c.user_id == _USERS.c.id)
    .where(_USERS.c.id == bindparam("user"))
)


class Digests(Service):
    def follow(self, preferences: Preferences) -> None:
        """After the hour or the time zone changed. There is still one e-mail a day."""
        known = self.connection.execute(select(_DIGESTS).where(_DIGESTS.c.user_id == self.actor.user_id)).one_or_none()
        if known is None and preferences.digest_hour is None:
            return
        values = {"next_at": _next_at(preferences, known.sent_on if known else None), "claimed_until": None}
        insert = dialect_of(self.connection).insert(_DIGESTS).values(user_id=self.actor.user_id, **values)
        self.connection.execute(insert.on_conflict_do_update(index_elements=["user_id"], set_=values))


class DigestClaim(NamedTuple):
    """A user whose e-mail this sender has to send until `claimed_until`."""

    user_id: str
    next_at: datetime
    claimed_until: datetime


class DigestTask(NamedTuple):
    """A line of the e-mail."""

    title: str
    due: str
    path: str


class DigestContent(NamedTuple):
    """What the e-mail of a day says, to whom."""

    user_id: str
    email: str
    day: date
    # In words, as the user writes dates.
    heading: str
    overdue: Sequence[DigestTask]
    today: Sequence[DigestTask]


def is_any_waiting(connection: Connection) -> bool:
    return bool(connection.scalar(_IS_ANY_WAITING, {"now": utc_now()}))


def claim(connection: Connection) -> Sequence[DigestClaim]:
    """Take up to MOST_CLAIMED users whose e-mail is due, for LEASE."""
    now = utc_now()
    return [DigestClaim(*row) for row in connection.execute(_CLAIM, {"now": now, "until": now + LEASE}).all()]


def content(connection: Connection, taken: DigestClaim) -> DigestContent | None:
    """What to send, asked right before sending.

    None where there is nothing to do on the day, where its day is over, and where another sender has it.
    """
    reader = connection.execute(_READER, {"user": taken.user_id}).one_or_none()
    if reader is None or reader.claimed_until != taken.claimed_until or reader.digest_hour is None:
        return None
    preferences, now = preferences_of(reader), utc_now()
    if local_day(taken.next_at, preferences.zone) != local_day(now, preferences.zone):
        return None
    day = Views(connection, Actor(taken.user_id, new_operation(), preferences)).today(MOST_TASKS)
    wall = preferences.now(now)

    def lines(rows: Sequence[TaskRow]) -> Sequence[DigestTask]:
        return [DigestTask(shown_line(row.title), _due(row, wall, preferences), f"/tasks/{row.id}") for row in rows]

    heading = long_day(day.day, day.day, preferences.date_order)
    late, today = lines(day.overdue), lines([*day.planned, *day.started])
    found = DigestContent(taken.user_id, reader.email, day.day, heading, late, today)
    return found if found.overdue or found.today else None


def mark_done(connection: Connection, taken: DigestClaim) -> None:
    """Sent, or nothing to send: the next one is due on another day."""
    reader = connection.execute(_READER, {"user": taken.user_id}).one_or_none()
    if reader is not None:
        preferences = preferences_of(reader)
        day = local_day(taken.next_at, preferences.zone)
        values = {"sent_on": day, "next_at": _next_at(preferences, day), "claimed_until": None, "attempts": 0}
        connection.execute(update(_DIGESTS).where(_DIGESTS.c.user_id == taken.user_id).values(values))


def mark_failed(connection: Connection, taken: DigestClaim) -> None:
    """To be tried again in a while, until its day is over."""
    is_taken = (_DIGESTS.c.user_id == taken.user_id, _DIGESTS.c.claimed_until == taken.claimed_until)
    values = {"claimed_until": utc_now() + RETRY_AFTER, "attempts": _DIGESTS.c.attempts + 1}
    connection.execute(update(_DIGESTS).where(*is_taken).values(values))


def _next_at(preferences: Preferences, sent_on: date | None) -> datetime | None:
    hour = preferences.digest_hour
    return None if hour is None else next_digest(hour, preferences.zone, utc_now(), sent_on)


def _due(row: TaskRow, wall: datetime, preferences: Preferences) -> str:
    if row.due_on is None:
        return ""
    return due_words(row.due_on, clock_of(row.due_time), wall, preferences, page_day=wall.date())
