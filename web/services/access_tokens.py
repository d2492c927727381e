"""Personal access tokens: make one, list them, revoke one.

Without events: Undo must not bring back a token that a user has revoked.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.db.types import UtcDateTime
from web.domain.access_tokens import digest_of, new_token
from web.domain.errors import NotFound, NotPossible
from web.domain.timestamps import utc_now
from web.models.access_token import SHOWN_LENGTH, AccessToken, AccessTokenDraft, Lifetime
from web.models.base import table_of
from web.services.access import bound_to, including_deleted, lock_owner, readable, writable
from web.services.audit import note
from web.services.record_values import known_id
from web.services.records import Service

MOST_TOKENS = 50
_TOKENS = table_of(AccessToken)
_ALL = readable(AccessToken).order_by(_TOKENS.c.created_at.desc(), _TOKENS.c.id.desc())
_REVOKE = (
    writable(AccessToken)
    .where(_TOKENS.c.id == bindparam("token_id"))
    .values(deleted_at=func.coalesce(_TOKENS.c.deleted_at, bindparam("now", type_=UtcDateTime())))
    .returning(_TOKENS.c.deleted_at)
)


class NewAccessToken(NamedTuple):
    """`text` is what the program sends. It is known only now; None where the same form was sent before."""

    token: AccessToken
    text: str | None


class AccessTokens(Service):
    def all(self) -> Sequence[AccessToken]:
        """Those that are not revoked, newest first; expired ones too."""
        return self._session.scalars(_ALL, bound_to(self.actor)).all()

    def add(self, draft: AccessTokenDraft, key: str) -> NewAccessToken:
        """A new token; the same key makes no second one. Raises NotPossible for the fifty-first."""
        lock_owner(self.connection, self.actor)
        if len(self.all()) >= MOST_TOKENS:
            raise NotPossible(f"There are {MOST_TOKENS} tokens already. Revoke one that is no longer used.")
        text = new_token()
        token = AccessToken(user_id=self.actor.user_id, idempotency_key=key, **_values(draft, text))
        insert = dialect_of(self.connection).insert(_TOKENS).values(token.model_dump(exclude={"id"}))
        once = insert.on_conflict_do_nothing(index_elements=["user_id", "idempotency_key"]).returning(*_TOKENS.c)
        row = self.connection.execute(once).one_or_none()
        if row is None:
            made = including_deleted(AccessToken).where(_TOKENS.c.idempotency_key == key)
            return NewAccessToken(self._session.scalars(made, bound_to(self.actor)).one(), None)
        note(self.connection, self.actor.user_id, "token-made", utc_now())
        return NewAccessToken(AccessToken(**row._mapping), text)

    def revoke(self, token_id: int) -> None:
        """From now on it is refused. Idempotent. Raises NotFound."""
        values = {**bound_to(self.actor), "token_id": known_id(token_id), "now": utc_now()}
        ended_at = self.connection.scalar(_REVOKE, values)
        if ended_at is None:
            raise NotFound
        if ended_at == values["now"]:
            note(self.connection, self.actor.user_id, "token-revoked", ended_at)

    @property
    def _session(self) -> Session:
        return Session(self.connection, expire_on_commit=False, autoflush=False)


def _values(draft: AccessTokenDraft, text: str) -> dict[str, Any]:
    is_limited = draft.lifetime != Lifetime.UNLIMITED
    return {
        "name": draft.name,
        "digest": digest_of(text),
        "shown": text[:SHOWN_LENGTH],
        "scope": draft.scope.value,
        "expires_at": utc_now() + timedelta(days=int(draft.lifetime)) if is_limited else None,
    }
