"""What a feed is written from. Apart from the writer, which is loaded with the first calendar that is asked for."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from web.domain.recurrence import Rule

Kind = Literal["events", "todos"]


class FeedRepeat(NamedTuple):
    """A rule that counts from `anchor`. `left` is how many dates remain, the due date among them."""

    rule: Rule
    anchor: date
    until: date | None = None
    left: int | None = None


class FeedTask(NamedTuple):
    """An open task. `due_time` is HH:MM on the clock of `zone`, or on the owner's where that is None."""

    uid: str
    title: str
    url: str
    created_at: datetime
    updated_at: datetime
    note: str | None = None
    priority: int = 4
    parent_uid: str | None = None
    start_on: date | None = None
    due_on: date | None = None
    due_time: str | None = None
    zone: str | None = None
    # Only of dates that are known: one that counts from its completion has no next date before it.
    repeat: FeedRepeat | None = None
