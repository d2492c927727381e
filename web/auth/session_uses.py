"""Notes of a session when and from where it was used, once an hour, and when its user proved again who they are."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from web.db.dialects import dialect_of
from web.models.base import table_of
from web.models.session_use import ADDRESS_LENGTH, SessionUse
from web.models.user import AuthSession

INTERVAL = timedelta(hours=1)
# So long a sign-in, or a later proof of who the user is, allows what opens an account: passkeys, access tokens.
PROOF = timedelta(minutes=15)
_USES, _SESSIONS = table_of(SessionUse), table_of(AuthSession)


def is_proof(at: datetime | None, now: datetime) -> bool:
    """Whether a proof at that time still counts."""
    return at is not None and now - PROOF < at


def note_use(connection: Connection, session_id: str, address: str, now: datetime) -> None:
    """Once an hour, however many processes see it; nothing for a session that has ended."""
    values = {"used_at": now, "address": address[:ADDRESS_LENGTH]}
    _write(connection, session_id, values, _USES.c.used_at <= now - INTERVAL)


def confirm(connection: Connection, session_id: str, now: datetime) -> None:
    """The user has just proved who they are."""
    _write(connection, session_id, {"used_at": now, "confirmed_at": now}, None)


def _write(connection: Connection, session_id: str, values: dict[str, Any], where: Any) -> None:
    # From the row of the session, which may have gone since the request began.
    columns = [bindparam(f"new_{name}", value, type_=_USES.c[name].type) for name, value in values.items()]
    live = select(_SESSIONS.c.id, *columns).where(_SESSIONS.c.id == session_id)
    insert = dialect_of(connection).insert(_USES).from_select(["session_id", *values], live)
    connection.execute(insert.on_conflict_do_update(index_elements=["session_id"], set_=values, where=where))
