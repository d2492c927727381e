"""The daily email: when it is due for a user, and the queue of those to send, of all users.

The queue works as that of reminders (`web.services.reminder_queue`): a lease, then a mark.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from web.db.dialects import dialect_of
from web.domain.actor import Actor, new_operation
from web.domain.digest_times import next_digest
from web.domain.due_words import due_words, long_day
from web.domain.preferences import Preferences
from web.domain.text import shown_line
from web.domain.timestamps import utc_now
from web.domain.zones import local_day
from web.models.base import table_of
from web.models.closed_account import is_closed
from web.models.digest import Digest
from web.models.preferences import UserPreferences, preferences_of
from web.models.task import TaskRow
from web.models.user import User
from web.services.leases import NOW, claim_of, is_free, lease_times
from web.services.records import Service
from web.services.reminder_channels import SEND_SECONDS
from web.services.task_dates import clock_of
from web.services.views import Views

# What has to be left of a lease to send one more.
ENOUGH = timedelta(seconds=SEND_SECONDS)
RETRY_AFTER = timedelta(minutes=10)
# Of each kind.
MOST_TASKS = 100

_DIGESTS, _PREFERENCES, _USERS = table_of(Digest), table_of(UserPreferences), table_of(User)
_WAITING = select(_DIGESTS.c.user_id).where(_DIGESTS.c.next_at <= NOW, is_free(_DIGESTS.c.claimed_until))
_IS_ANY_WAITING = select(_WAITING.exists())
_CLAIM = claim_of(
    _WAITING.order_by(_DIGESTS.c.next_at), _DIGESTS.c.user_id, _DIGESTS.c.next_at, _DIGESTS.c.claimed_until
)
_READER = (
    select(_USERS.c.email, _USERS.c.email_verified, *(column for column in _PREFERENCES.c if column.name != "user_id"))
    .join(_PREFERENCES, _PREFERENCES.c.user_id == _USERS.c.id)
    .where(_USERS.c.id == bindparam("user"), ~is_closed(_USERS.c.id))
)


class Digests(Service):
    def follow(self, preferences: Preferences) -> None:
        """After the hour or the time zone changed. There is still one email a day."""
        known = self.connection.execute(select(_DIGESTS).where(_DIGESTS.c.user_id == self.actor.user_id)).one_or_none()
        if known is None and preferences.digest_hour is None:
            return
        values = {"next_at": _next_at(preferences, known.sent_on if known else None), "claimed_until": None}
        insert = dialect_of(self.connection).insert(_DIGESTS).values(user_id=self.actor.user_id, **values)
        self.connection.execute(insert.on_conflict_do_update(index_elements=["user_id"], set_=values))


class DigestClaim(NamedTuple):
    """A user whose email this sender has to send until `claimed_until`."""

    user_id: str
    next_at: datetime
    claimed_until: datetime


class DigestTask(NamedTuple):
    """A line of the email."""

    title: str
    due: str
    path: str


class DigestPart(NamedTuple):
    """What is overdue, or what is planned for the day. With `has_more` it lists MOST_TASKS of them."""

    name: str
    tasks: Sequence[DigestTask]
    has_more: bool

    @property
    def number(self) -> str:
        return f"{len(self.tasks)}{'+' if self.has_more else ''}"


class DigestContent(NamedTuple):
    """What the email of a day says, to whom."""

    user_id: str
    email: str
    day: date
    # In words, as the user writes dates.
    heading: str
    overdue: DigestPart
    today: DigestPart


def is_any_waiting(connection: Connection) -> bool:
    return bool(connection.scalar(_IS_ANY_WAITING, {"now": utc_now()}))


def claim(connection: Connection) -> Sequence[DigestClaim]:
    """Take up to MOST_CLAIMED users whose email is due, for LEASE."""
    return [DigestClaim(*row) for row in connection.execute(_CLAIM, lease_times()).all()]


def is_still_claimed(connection: Connection, taken: DigestClaim) -> bool:
    """Asked right before sending.

    False where the lease is too short for another email or has ended, where the user chose another hour meanwhile, and
    where the user is gone.
    """
    found = select(_DIGESTS.c.user_id).where(*_is_same(taken), _DIGESTS.c.claimed_until == taken.claimed_until)
    return utc_now() + ENOUGH < taken.claimed_until and bool(connection.scalar(select(found.exists())))


def content(connection: Connection, taken: DigestClaim) -> DigestContent | None:
    """What to send; None where there is nothing to do on the day, where its day is over, and where the user is gone.

    None, too, while the user has not confirmed the address: it may be another person's.
    """
    reader = connection.execute(_READER, {"user": taken.user_id}).one_or_none()
    if reader is None or not reader.email_verified:
        return None
    preferences, now = preferences_of(reader), utc_now()
    if local_day(taken.next_at, preferences.zone) != local_day(now, preferences.zone):
        return None
    # One more than are listed, to see whether there are more.
    day = Views(connection, Actor(taken.user_id, new_operation(), preferences)).open_today(MOST_TASKS + 1)
    if not (day.overdue or day.planned or day.started):
        return None
    heading, wall = long_day(day.day, day.day, preferences.date_order), preferences.now(now)
    overdue = _part("Overdue", day.overdue, wall, preferences)
    today = _part("Today", [*day.planned, *day.started], wall, preferences)
    return DigestContent(taken.user_id, reader.email, day.day, heading, overdue, today)


def mark_sent(connection: Connection, user_id: str, day: date) -> None:
    """The email of that day has left, whatever became of the claim: the next one is due on another day."""
    _mark_day(connection, _preferences(connection, user_id), day, _DIGESTS.c.user_id == user_id)


def mark_skipped(connection: Connection, taken: DigestClaim) -> None:
    """There is no email on the day of the claim. Nothing happens where the user chose another hour meanwhile."""
    preferences = _preferences(connection, taken.user_id)
    _mark_day(connection, preferences, local_day(taken.next_at, preferences.zone), *_is_same(taken))


def mark_failed(connection: Connection, taken: DigestClaim) -> None:
    """To be tried again in a while, until its day is over. Nothing happens where the user chose another hour."""
    values = {"claimed_until": utc_now() + RETRY_AFTER, "attempts": _DIGESTS.c.attempts + 1}
    connection.execute(update(_DIGESTS).where(*_is_same(taken)).values(values))


def _is_same(taken: DigestClaim) -> Sequence[ColumnElement[bool]]:
    """Without the claim: what was sent too slowly must count too, or it would be sent for ever."""
    return _DIGESTS.c.user_id == taken.user_id, _DIGESTS.c.next_at == taken.next_at


def _mark_day(connection: Connection, preferences: Preferences, day: date, *conditions: ColumnElement[bool]) -> None:
    values = {"sent_on": day, "next_at": _next_at(preferences, day), "claimed_until": None, "attempts": 0}
    connection.execute(update(_DIGESTS).where(*conditions).values(values))


def _preferences(connection: Connection, user_id: str) -> Preferences:
    """Those that hold now; the defaults for a user who is gone, and has no row to mark."""
    reader = connection.execute(_READER, {"user": user_id}).one_or_none()
    return preferences_of(reader) if reader else Preferences()


def _next_at(preferences: Preferences, sent_on: date | None) -> datetime | None:
    hour = preferences.digest_hour
    return None if hour is None else next_digest(hour, preferences.zone, utc_now(), sent_on)


def _part(name: str, rows: Sequence[TaskRow], wall: datetime, preferences: Preferences) -> DigestPart:
    tasks = [DigestTask(shown_line(row.title), _due(row, wall, preferences), f"/tasks/{row.id}") for row in rows]
    return DigestPart(name, tasks[:MOST_TASKS], len(tasks) > MOST_TASKS)


def _due(row: TaskRow, wall: datetime, preferences: Preferences) -> str:
    if row.due_on is None:
        return ""
    return due_words(row.due_on, clock_of(row.due_time), wall, preferences, page_day=wall.date())
