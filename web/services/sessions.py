"""A user's sessions: list them, end one, end all others.

Better Auth's endpoints for this show the tokens of all sessions and end one by its token. Here a session has its id:
the token, which is the credential, never leaves the database.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select

from web.db.types import UtcDateTime
from web.domain.errors import NotFound
from web.domain.text import is_printable
from web.domain.timestamps import utc_now
from web.domain.user_agents import device_words
from web.models.base import table_of
from web.models.session_use import SessionUse
from web.models.user import AuthSession
from web.services.access import USER_ID, bound_to
from web.services.audit import note
from web.services.records import Service

_SESSIONS, _USES = table_of(AuthSession), table_of(SessionUse)
_OWN = _SESSIONS.c.user_id == USER_ID
_TOKEN: Any = bindparam("token")
_ALL = (
    select(
        *(_SESSIONS.c.id, _SESSIONS.c.user_agent, _SESSIONS.c.ip_address, _SESSIONS.c.created_at),
        *(_SESSIONS.c.updated_at, (_SESSIONS.c.token == _TOKEN).label("is_this")),
        *(_USES.c.used_at, _USES.c.address.label("last_address")),
    )
    .join(_USES, _USES.c.session_id == _SESSIONS.c.id, isouter=True)
    .where(_OWN, _SESSIONS.c.expires_at >= bindparam("now", type_=UtcDateTime()))
    .order_by(func.coalesce(_USES.c.used_at, _SESSIONS.c.updated_at).desc(), _SESSIONS.c.id)
)
_END = delete(_SESSIONS).where(_OWN, _SESSIONS.c.id == bindparam("session")).returning(_SESSIONS.c.id)
_DISCARD = delete(_SESSIONS).where(_OWN, _SESSIONS.c.token == _TOKEN)
_END_OTHERS = delete(_SESSIONS).where(_OWN, _SESSIONS.c.token != _TOKEN)


class ListedSession(NamedTuple):
    """A session as its user sees it. `used_at` is at most an hour before its last use."""

    id: str
    device: str
    # Of the sign-in; empty where it is not known. Of an IPv6 address its network.
    address: str
    # Of the last use; empty where that is the sign-in.
    last_address: str
    created_at: datetime
    used_at: datetime
    is_this: bool


class Sessions(Service):
    def all(self, token: str) -> Sequence[ListedSession]:
        """Those that have not ended: that of this token first, then by their last use."""
        rows = self.connection.execute(_ALL, {**bound_to(self.actor), "token": token, "now": utc_now()})
        listed = (
            ListedSession(
                id=row.id,
                device=device_words(row.user_agent or ""),
                address=row.ip_address or "",
                last_address=row.last_address or "",
                created_at=row.created_at,
                used_at=max(row.updated_at, row.used_at or row.updated_at),
                is_this=bool(row.is_this),
            )
            for row in rows
        )
        return sorted(listed, key=lambda session: not session.is_this)

    def end(self, session_id: str) -> None:
        """Its cookie is refused from then on. Raises NotFound, for one that was ended before too."""
        known = {**bound_to(self.actor), "session": session_id}
        if not is_printable(session_id) or self.connection.execute(_END, known).one_or_none() is None:
            raise NotFound
        note(self.connection, self.actor.user_id, "sessions-ended", utc_now())

    def discard(self, token: str) -> None:
        """End a session whose token no browser has been given."""
        self.connection.execute(_DISCARD, {**bound_to(self.actor), "token": token})

    def end_others(self, token: str) -> int:
        """End all but that of this token; how many."""
        count = self.connection.execute(_END_OTHERS, {**bound_to(self.actor), "token": token}).rowcount
        if count:
            note(self.connection, self.actor.user_id, "sessions-ended", utc_now())
        return count
