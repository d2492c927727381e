"""The browsers that show a user's reminders: subscribe, list, remove.

Without events: Undo must not bring back an address that a user has removed, and history must not hold its keys.

A subscription belongs to the session that it was made in. Where the session is gone before its time, it was ended, by
signing out or from another device, and the browser is sent nothing more. A session that expired by itself changes
nothing: reminders are for users who have not opened Daybook for a while.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.errors import NotFound, NotSignedIn
from web.domain.timestamps import utc_now
from web.domain.user_agents import device_words
from web.models.base import table_of
from web.models.push_subscription import PushSubscription, PushSubscriptionDraft
from web.models.user import AuthSession
from web.services.access import USER_ID, bound_to, readable, writable
from web.services.record_values import known_id
from web.services.records import Service

# Of one user. The one that was heard of least recently makes room.
MOST_SUBSCRIPTIONS = 20
_SUBSCRIPTIONS, _SESSIONS = table_of(PushSubscription), AuthSession.metadata.tables["sessions"]
_OWN = _SUBSCRIPTIONS.c.user_id == USER_ID
_NOW: Any = bindparam("now", type_=UtcDateTime())
_HAS_SESSION = exists().where(
    _SESSIONS.c.id == _SUBSCRIPTIONS.c.session_id, _SESSIONS.c.user_id == _SUBSCRIPTIONS.c.user_id
)
_LIVE = readable(PushSubscription).where(or_(_HAS_SESSION, _SUBSCRIPTIONS.c.session_expires_at <= _NOW))
_ALL = _LIVE.order_by(_SUBSCRIPTIONS.c.created_at, _SUBSCRIPTIONS.c.id)
_ONE = _LIVE.where(_SUBSCRIPTIONS.c.id == bindparam("subscription"))
_SESSION = select(_SESSIONS.c.id, _SESSIONS.c.expires_at).where(
    _SESSIONS.c.token == bindparam("token"), _SESSIONS.c.user_id == USER_ID
)
# The same address with the same keys is the same browser, whichever user is signed in there. Of the user's own rows it
# clears those but one; with None for that, none.
_CLEAR = delete(_SUBSCRIPTIONS).where(
    _SUBSCRIPTIONS.c.endpoint == bindparam("new_endpoint"),
    or_(
        and_(_OWN, _SUBSCRIPTIONS.c.id != bindparam("subscription", type_=_SUBSCRIPTIONS.c.id.type)),
        and_(
            _SUBSCRIPTIONS.c.user_id != USER_ID,
            _SUBSCRIPTIONS.c.p256dh == bindparam("new_p256dh"),
            _SUBSCRIPTIONS.c.auth == bindparam("new_auth"),
        ),
    ),
)
_KEPT = (
    select(_SUBSCRIPTIONS.c.id)
    .where(_OWN)
    .order_by(_SUBSCRIPTIONS.c.deleted_at.is_not(None), _SUBSCRIPTIONS.c.updated_at.desc(), _SUBSCRIPTIONS.c.id.desc())
    .limit(MOST_SUBSCRIPTIONS)
)
_PRUNE = delete(_SUBSCRIPTIONS).where(_OWN, _SUBSCRIPTIONS.c.id.not_in(_KEPT))
_REMOVE = (
    writable(PushSubscription)
    .where(_SUBSCRIPTIONS.c.id == bindparam("subscription"))
    .values(deleted_at=func.coalesce(_SUBSCRIPTIONS.c.deleted_at, _NOW))
    .returning(_SUBSCRIPTIONS.c.id)
)
_LISTED = _SUBSCRIPTIONS.c.id.in_(bindparam("ids", expanding=True))
_DROP = delete(_SUBSCRIPTIONS).where(_OWN, _LISTED)
_SUCCEEDED = update(_SUBSCRIPTIONS).where(_OWN, _LISTED).values(last_success_at=_NOW)


class PushSubscriptions(Service):
    def all(self) -> Sequence[PushSubscription]:
        """Those that are sent to, oldest first."""
        return self._session.scalars(_ALL, self._bound()).all()

    def get(self, subscription_id: int) -> PushSubscription:
        """Raises NotFound for an unknown, a removed and another user's one alike."""
        bound = self._bound(subscription=known_id(subscription_id))
        found: PushSubscription | None = self._session.scalars(_ONE, bound).one_or_none()
        if found is None:
            raise NotFound
        return found

    def subscribe(self, draft: PushSubscriptionDraft, *, session_token: str, user_agent: str) -> PushSubscription:
        """Idempotent: a browser that is known already gets the keys and the session that it has now.

        Takes the browser from another user who had it before. Raises NotSignedIn if the session has ended meanwhile.
        """
        values = self._values(draft, session_token, user_agent)
        self.connection.execute(_CLEAR, self._bound(subscription=None, **_new(draft)))
        new = PushSubscription(user_id=self.actor.user_id, **values)
        insert = dialect_of(self.connection).insert(_SUBSCRIPTIONS).values(new.model_dump(exclude={"id"}))
        upsert = insert.on_conflict_do_update(index_elements=["user_id", "endpoint"], set_=values)
        row = self.connection.execute(upsert.returning(*_SUBSCRIPTIONS.c)).one()
        self.connection.execute(_PRUNE, self._bound())
        return PushSubscription(**row._mapping)

    def confirm(
        self, subscription_id: int, draft: PushSubscriptionDraft, *, session_token: str, user_agent: str
    ) -> PushSubscription:
        """What the browser and its session are by now. Idempotent. Raises NotFound, for a removed one too."""
        values = self._values(draft, session_token, user_agent)
        self.connection.execute(_CLEAR, self._bound(subscription=known_id(subscription_id), **_new(draft)))
        update_one = writable(PushSubscription).where(
            _SUBSCRIPTIONS.c.id == subscription_id, _SUBSCRIPTIONS.c.deleted_at.is_(None)
        )
        found = self.connection.execute(update_one.values(values).returning(*_SUBSCRIPTIONS.c), self._bound())
        row = found.one_or_none()
        if row is None:
            raise NotFound
        return PushSubscription(**row._mapping)

    def remove(self, subscription_id: int) -> None:
        """Idempotent. `daybook purge` deletes what was removed. Raises NotFound."""
        removed = self.connection.execute(_REMOVE, self._bound(subscription=known_id(subscription_id)))
        if removed.one_or_none() is None:
            raise NotFound

    def drop(self, ids: Sequence[int]) -> None:
        """Delete for good those that the push service no longer knows."""
        self.connection.execute(_DROP, self._bound(ids=ids))

    def note_success(self, ids: Sequence[int]) -> None:
        """The push service took a message for them."""
        self.connection.execute(_SUCCEEDED, self._bound(ids=ids))

    def _values(self, draft: PushSubscriptionDraft, session_token: str, user_agent: str) -> dict[str, Any]:
        session = self.connection.execute(_SESSION, self._bound(token=session_token)).one_or_none()
        if session is None:
            raise NotSignedIn
        values = {**draft.model_dump(), "device": device_words(user_agent), "deleted_at": None}
        return values | {"session_id": session.id, "session_expires_at": session.expires_at, "updated_at": utc_now()}

    @property
    def _session(self) -> Session:
        return Session(self.connection, expire_on_commit=False, autoflush=False)

    def _bound(self, **values: Any) -> dict[str, Any]:
        return {**bound_to(self.actor), "now": utc_now(), **values}


def _new(draft: PushSubscriptionDraft) -> dict[str, str]:
    return {f"new_{name}": value for name, value in draft.model_dump().items()}
