"""Calendar feeds: make one, list them, revoke one. Without events, as access tokens are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.access_tokens import FEED_PREFIX, digest_of, new_token
from web.domain.errors import InvalidField, NotFound, NotPossible
from web.domain.timestamps import utc_now
from web.models.access_token import SHOWN_LENGTH
from web.models.base import table_of
from web.models.feed import Feed, FeedDraft, Source
from web.services.access import bound_to, including_deleted, lock_owner, readable, writable
from web.services.audit import note
from web.services.labels import Labels
from web.services.lists import Lists
from web.services.record_values import known_id
from web.services.records import Service

MOST_FEEDS = 50
_FEEDS = table_of(Feed)
_ALL = readable(Feed).order_by(_FEEDS.c.created_at.desc(), _FEEDS.c.id.desc())
_REVOKE = (
    writable(Feed)
    .where(_FEEDS.c.id == bindparam("feed_id"))
    .values(deleted_at=func.coalesce(_FEEDS.c.deleted_at, bindparam("now", type_=UtcDateTime())))
    .returning(_FEEDS.c.deleted_at)
)


class NewFeed(NamedTuple):
    """`token` is the secret of its address. It is known only now; None where the same form was sent before."""

    feed: Feed
    token: str | None


class Feeds(Service):
    def all(self) -> Sequence[Feed]:
        """Those that are not revoked, newest first."""
        return self._session.scalars(_ALL, bound_to(self.actor)).all()

    def add(self, draft: FeedDraft, key: str) -> NewFeed:
        """A feed with a new address; the same key makes no second one.

        Raises InvalidField for an unknown list or label, NotPossible for the fifty-first feed.
        """
        lock_owner(self.connection, self.actor)
        if len(self.all()) >= MOST_FEEDS:
            raise NotPossible(f"There are {MOST_FEEDS} calendar addresses already. Revoke one that is no longer used.")
        source = Source.parse(draft.source)
        self._require(source)
        token = new_token(FEED_PREFIX)
        feed = Feed(
            user_id=self.actor.user_id,
            idempotency_key=key,
            digest=digest_of(token),
            shown=token[:SHOWN_LENGTH],
            kind=draft.kind.value,
            **source._asdict(),
        )
        insert = dialect_of(self.connection).insert(_FEEDS).values(feed.model_dump(exclude={"id"}))
        once = insert.on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"]).returning(*_FEEDS.c)
        row = self.connection.execute(once).one_or_none()
        if row is None:
            made = including_deleted(Feed).where(_FEEDS.c.idempotency_key == key)
            return NewFeed(self._session.scalars(made, bound_to(self.actor)).one(), None)
        note(self.connection, self.actor.user_id, "feed-made", utc_now())
        return NewFeed(Feed(**row._mapping), token)

    def revoke(self, feed_id: int) -> None:
        """From now on its address is unknown. Idempotent. Raises NotFound."""
        values = {**bound_to(self.actor), "feed_id": known_id(feed_id), "now": utc_now()}
        ended_at = self.connection.scalar(_REVOKE, values)
        if ended_at is None:
            raise NotFound
        if ended_at == values["now"]:
            note(self.connection, self.actor.user_id, "feed-revoked", ended_at)

    def _require(self, source: Source) -> None:
        try:
            if source.list_id is not None:
                Lists(self.connection, self.actor).get(source.list_id)
            if source.label_id is not None:
                Labels(self.connection, self.actor).get(source.label_id)
        except NotFound as problem:
            raise InvalidField("source", "There is no such list or label any more.") from problem

    @property
    def _session(self) -> Session:
        return Session(self.connection, expire_on_commit=False, autoflush=False)


def sources(lists: Lists, labels: Labels) -> dict[str, str]:
    """What a feed may have, by the text of its source: all tasks, then lists in their order, then labels."""
    found: dict[str, Any] = {"all": "All tasks"}
    found |= {f"list-{one.id}": one.name for one in lists.in_order() if not one.archived_at and not one.is_section}
    return found | {f"label-{one.id}": f"@{one.name}" for one in labels.all()}
