"""A calendar feed: a secret address that gives the open tasks of a user, a list or a label as iCalendar."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, WithJsonSchema
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlmodel import Field

from web.db.ddl import is_text, is_timestamp, sqlite_check
from web.db.types import UtcDateTime
from web.models.access_token import DIGEST_LENGTH, SHOWN_LENGTH
from web.models.base import BIG_ID, LARGEST_ID, Draft, Record, RecordOut, record_args

ALL = "all"
_SOURCE = re.compile(r"all|(?:list|label)-[1-9][0-9]{0,17}")


class FeedKind(StrEnum):
    """What the tasks are in a calendar: events on the day that they are due, or to-dos, which may have no date."""

    EVENTS = "events"
    TODOS = "todos"


class Source(NamedTuple):
    """The list or the label whose tasks a feed has; neither is all tasks."""

    list_id: int | None = None
    label_id: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """`all`, `list-7` or `label-3`. Raises ValueError."""
        if not _SOURCE.fullmatch(text):
            raise ValueError("Choose all tasks, a list or a label.")
        kind, _, number = text.partition("-")
        return cls(**{f"{kind}_id": min(int(number), LARGEST_ID)}) if number else cls()

    def __str__(self) -> str:
        if self.list_id is not None:
            return f"list-{self.list_id}"
        return ALL if self.label_id is None else f"label-{self.label_id}"


def _source(text: str) -> str:
    return str(Source.parse(text))


class FeedDraft(Draft):
    """What a user chooses for a new feed; `source` is `all`, or a list or a label such as `list-7`."""

    source: Annotated[
        str, AfterValidator(_source), WithJsonSchema({"type": "string", "pattern": f"^(?:{_SOURCE.pattern})$"})
    ] = ALL
    kind: FeedKind = FeedKind.EVENTS


class Feed(Record, table=True):
    """`deleted_at` is when it was revoked, `last_read_at` when a calendar asked for it, to the hour."""

    follow = ("last_read_at",)
    __tablename__ = "feeds"
    __table_args__ = record_args(
        # What every request of a calendar starts from.
        Index("uq_feeds_digest", "digest", unique=True),
        Index("ix_feeds_user_id_list_id", "user_id", "list_id"),
        Index("ix_feeds_user_id_label_id", "user_id", "label_id"),
        ForeignKeyConstraint(["user_id", "list_id"], ["lists.user_id", "lists.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["user_id", "label_id"], ["labels.user_id", "labels.id"], ondelete="CASCADE"),
        CheckConstraint("list_id IS NULL OR label_id IS NULL", name="one_source"),
        CheckConstraint(f"length(digest) = {DIGEST_LENGTH}", name="digest_length"),
        CheckConstraint(f"length(shown) = {SHOWN_LENGTH}", name="shown_length"),
        CheckConstraint("kind IN ('events', 'todos')", name="kind_known"),
        *(sqlite_check(f"{name}_is_text", is_text(name)) for name in ("digest", "shown", "kind")),
        sqlite_check("last_read_at_is_timestamp", is_timestamp("last_read_at")),
    )

    # SHA-256 in hexadecimal, as of an access token.
    digest: str = Field(max_length=DIGEST_LENGTH)
    shown: str = Field(max_length=SHOWN_LENGTH)
    kind: str = Field(max_length=10)
    list_id: int | None = Field(default=None, sa_type=BIG_ID)
    label_id: int | None = Field(default=None, sa_type=BIG_ID)
    last_read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class FeedOut(RecordOut, frozen=True, kw_only=True):
    """A feed as programs read it: `shown` is the beginning of its secret; `last_read_at` is right to the hour."""

    kind: FeedKind
    shown: str
    list_id: int | None
    label_id: int | None
    last_read_at: datetime | None
