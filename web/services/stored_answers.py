"""Requests that are done once, however often they are sent: their answers by Idempotency-Key.

As in https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/. The row is inserted before the work
and in its transaction: a second request waits for it, and then finds the answer, or nothing after an error.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from web.db.dialects import dialect_of
from web.domain.errors import NotPossible
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.stored_answer import StoredAnswer
from web.services.access import USER_ID, bound_to
from web.services.records import Service

KEPT = timedelta(hours=24)
_ANSWERS = table_of(StoredAnswer)
_OWN = (_ANSWERS.c.user_id == USER_ID, _ANSWERS.c.key == bindparam("of_key"))
_FIND = select(_ANSWERS).where(*_OWN)
_KEEP = (
    update(_ANSWERS)
    .where(*_OWN)
    .values(status=bindparam("new_status"), headers=bindparam("new_headers"), body=bindparam("new_body"))
)


class KeyReused(NotPossible):
    """The key of another request."""


class Stored(NamedTuple):
    """An answer as it was given the first time."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class StoredAnswers(Service):
    def take(self, key: str, path: str, digest: str) -> Stored | None:
        """The answer that the request got before; None for a new one, whose answer is then to be kept.

        `digest` is that of the body. Raises KeyReused where the key was that of another address or another body.
        """
        now = utc_now()
        values = {"path": path, "digest": digest, "status": None, "headers": None, "body": None, "created_at": now}
        insert = dialect_of(self.connection).insert(_ANSWERS).values(user_id=self.actor.user_id, key=key, **values)
        # One that is too old counts no more.
        taken = insert.on_conflict_do_update(
            index_elements=["user_id", "key"], set_=values, where=_ANSWERS.c.created_at < now - KEPT
        )
        if self.connection.execute(taken.returning(_ANSWERS.c.key)).one_or_none():
            return None
        row = self.connection.execute(_FIND, self._bound(key)).one()
        if (row.path, row.digest) != (path, digest):
            raise KeyReused("This Idempotency-Key was used for another request.")
        return Stored(row.status, msgspec.json.decode(row.headers), row.body.encode())

    def keep(self, key: str, answer: Stored) -> None:
        """The answer to the request whose key was taken."""
        new = {
            "new_status": answer.status,
            "new_headers": msgspec.json.encode(answer.headers).decode(),
            "new_body": answer.body.decode(),
        }
        self.connection.execute(_KEEP, {**self._bound(key), **new})

    def _bound(self, key: str) -> dict[str, Any]:
        return {**bound_to(self.actor), "of_key": key}


def forget_old(session: Session) -> None:
    """Remove the answers of more than a day ago, for all users."""
    session.connection().execute(delete(_ANSWERS).where(_ANSWERS.c.created_at < utc_now() - KEPT))
