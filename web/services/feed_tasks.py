"""What a feed shows: found by the digest of its token, without a session."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, and_, bindparam, false, or_, select, update
from sqlalchemy.orm import aliased

from web.db.types import UtcDateTime
from web.domain.errors import NotFound
from web.domain.recurrence import Rule
from web.formats.feed import FeedRepeat, FeedTask, Kind
from web.models.base import table_of
from web.models.closed_account import is_closed
from web.models.feed import Feed
from web.models.label import Label
from web.models.list import List
from web.models.preferences import UserPreferences, preferences_of
from web.models.task import Task
from web.models.task_label import TaskLabel
from web.services.access import USER_ID, readable
from web.services.paging import NOT_ARCHIVED

# The soonest ones; a calendar reads all of them every hour.
MOST_TASKS = 2_000
# How often a read is noted.
READ_INTERVAL = timedelta(hours=1)
_TASKS, _LISTS, _LABELS, _FEEDS = (table_of(model) for model in (Task, List, Label, Feed))
_MARKS, _PREFERENCES, _PARENTS = table_of(TaskLabel), table_of(UserPreferences), aliased(table_of(Task))
_LIST, _LABEL = bindparam("list", type_=_LISTS.c.id.type), bindparam("label", type_=_LABELS.c.id.type)
_FEED = (
    select(
        *(_FEEDS.c[name] for name in ("id", "user_id", "kind", "list_id", "label_id", "last_read_at")),
        _LISTS.c.name.label("list_name"),
        _LABELS.c.name.label("label_name"),
        *(column for column in _PREFERENCES.c if column.name != "user_id"),
    )
    .join(_LISTS, and_(_LISTS.c.user_id == _FEEDS.c.user_id, _LISTS.c.id == _FEEDS.c.list_id), isouter=True)
    .join(_LABELS, and_(_LABELS.c.user_id == _FEEDS.c.user_id, _LABELS.c.id == _FEEDS.c.label_id), isouter=True)
    .join(_PREFERENCES, _PREFERENCES.c.user_id == _FEEDS.c.user_id, isouter=True)
    .where(_FEEDS.c.digest == bindparam("digest"), _FEEDS.c.deleted_at.is_(None))
    .where(~is_closed(_FEEDS.c.user_id))
    # While its list or label is in the trash the address is unknown.
    .where(_LISTS.c.deleted_at.is_(None), _LABELS.c.deleted_at.is_(None))
)
_COLUMNS = (
    *("id", "idempotency_key", "version", "title", "description", "priority", "created_at", "updated_at", "start_on"),
    *("due_on", "due_time", "due_zone", "repeat_rule", "repeat_mode", "repeat_anchor", "repeat_until", "repeat_left"),
)
_OPEN = (
    readable(Task, *(_TASKS.c[name] for name in _COLUMNS), _PARENTS.c.idempotency_key.label("parent_key"))
    .join(_PARENTS, and_(_PARENTS.c.user_id == _TASKS.c.user_id, _PARENTS.c.id == _TASKS.c.parent_id), isouter=True)
    .where(~_TASKS.c.completed)
    .order_by(_TASKS.c.due_on.is_(None), _TASKS.c.due_on, _TASKS.c.due_time, _TASKS.c.id)
    .limit(MOST_TASKS)
)
_IS_DUE = or_(_FEEDS.c.last_read_at.is_(None), _FEEDS.c.last_read_at <= bindparam("before", type_=UtcDateTime()))
_NOTE_READ = (
    update(_FEEDS)
    .where(_FEEDS.c.id == bindparam("feed"), _IS_DUE)
    .values(last_read_at=bindparam("now", type_=UtcDateTime()))
)
# A list and its sections.
_OF_LIST = or_(
    _TASKS.c.list_id == _LIST,
    _TASKS.c.list_id.in_(
        readable(List, _LISTS.c.id).where(_LISTS.c.parent_id == _LIST, _LISTS.c.is_section.is_not(false()))
    ),
)
_OF_LABEL = _TASKS.c.id.in_(select(_MARKS.c.task_id).where(_MARKS.c.user_id == USER_ID, _MARKS.c.label_id == _LABEL))


class FeedPage(NamedTuple):
    """What was read for a feed, to be written where its reader does not have it yet: its ETag changes with it."""

    name: str
    kind: Kind
    zone: str
    rows: Sequence[Any]
    feed_id: int
    last_read_at: datetime | None

    def is_due(self, now: datetime) -> bool:
        """Whether this read is to be noted: not every one, which would be a write for each request."""
        return self.last_read_at is None or self.last_read_at + READ_INTERVAL <= now

    @property
    def tag(self) -> str:
        """Of what was read, because writing takes longer."""
        digest = blake2b(repr((self.name, self.kind, self.zone)).encode(), digest_size=16)
        for row in self.rows:
            digest.update(repr(tuple(row)).encode())
        return f'"{digest.hexdigest()}"'

    def written(self, app_url: str) -> bytes:
        """The calendar. Takes a second for the largest one, so it is for a thread."""
        # Loaded here only: no page needs icalendar.
        from web.formats.feed_calendar import write

        return write(self.name, self.kind, self.zone, [_task(row, app_url) for row in self.rows])


def feed_page(connection: Connection, digest: str) -> FeedPage:
    """Raises NotFound for an unknown and a revoked address, and for one of a deleted list or label."""
    feed = connection.execute(_FEED, {"digest": digest}).one_or_none()
    if feed is None:
        raise NotFound("No address of a feed of ours")
    values = {"user": feed.user_id, "list": feed.list_id, "label": feed.label_id}
    rows = connection.execute(_tasks_of(feed), values).all()
    return FeedPage(_name(feed), feed.kind, preferences_of(feed).zone.key, rows, feed.id, feed.last_read_at)


def note_read(connection: Connection, feed_id: int, now: datetime) -> None:
    connection.execute(_NOTE_READ, {"feed": feed_id, "now": now, "before": now - READ_INTERVAL})


def _tasks_of(feed: Any) -> Select[Any]:
    tasks = _OPEN.where(_TASKS.c.due_on.is_not(None)) if feed.kind == "events" else _OPEN
    if feed.list_id is not None:
        return tasks.where(_OF_LIST)
    return tasks.where(_OF_LABEL, NOT_ARCHIVED) if feed.label_id is not None else tasks.where(NOT_ARCHIVED)


def _name(feed: Any) -> str:
    if feed.list_id is not None:
        return f"Daybook: {feed.list_name}"
    return "Daybook" if feed.label_id is None else f"Daybook: @{feed.label_name}"


def _task(row: Any, app_url: str) -> FeedTask:
    return FeedTask(
        uid=row.idempotency_key,
        title=row.title,
        url=f"{app_url}/tasks/{row.id}",
        created_at=row.created_at.astimezone(UTC),
        updated_at=row.updated_at.astimezone(UTC),
        note=row.description,
        priority=row.priority,
        parent_uid=row.parent_key,
        start_on=row.start_on,
        due_on=row.due_on,
        due_time=row.due_time,
        zone=row.due_zone,
        repeat=_repeat(row),
    )


def _repeat(row: Any) -> FeedRepeat | None:
    if row.repeat_mode != "schedule":
        return None
    anchor: date = row.repeat_anchor
    return FeedRepeat(Rule.parse(row.repeat_rule), anchor, row.repeat_until, row.repeat_left)
