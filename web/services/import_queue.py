"""The queue of imports to work on, of all users: a claim with a lease, which the process at work prolongs.

If a process dies, the lease ends and another process goes on from what was committed. A user who cancels changes the
state, and the next step of the work notices. No other code reads imports across users.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import Session

from web.db.types import UtcDateTime
from web.domain.actor import Actor
from web.domain.timestamps import utc_now
from web.models.base import table_of
from web.models.closed_account import is_closed
from web.models.import_run import WORKING, ImportRun
from web.models.preferences import UserPreferences, preferences_of
from web.services import leases

_IMPORTS, _PREFERENCES = table_of(ImportRun), table_of(UserPreferences)
_ID: Any = bindparam("import", type_=_IMPORTS.c.id.type)
_WAITING = select(_IMPORTS.c.id).where(
    _IMPORTS.c.state.in_([state.value for state in WORKING]),
    leases.is_free(_IMPORTS.c.claimed_until),
    # That of a closed account rests.
    ~is_closed(_IMPORTS.c.user_id),
)
_NEXT = _WAITING.order_by(_IMPORTS.c.id).limit(1).with_for_update(skip_locked=True).scalar_subquery()
_CLAIM = (
    update(_IMPORTS)
    .where(_IMPORTS.c.id == _NEXT)
    .values(claimed_until=leases.UNTIL, attempts=_IMPORTS.c.attempts + 1)
    .returning(_IMPORTS.c.id)
)
_IS_TAKEN = (_IMPORTS.c.id == _ID, _IMPORTS.c.claimed_until == bindparam("taken_until", type_=UtcDateTime()))


class LeaseLost(Exception):
    """Another process has the import, or its user has cancelled it: what is not committed is dropped."""


class Claim(NamedTuple):
    """An import that this process has until `until`."""

    import_id: int
    until: datetime


def is_any_waiting(connection: Connection) -> bool:
    """Whether there is anything to claim: a look that locks nothing."""
    return connection.scalar(_WAITING.limit(1), {"now": utc_now()}) is not None


def claim(connection: Connection) -> Claim | None:
    """Take the oldest import that waits, for a lease. Processes at the same time get different ones."""
    times = leases.lease_times()
    taken = connection.scalar(_CLAIM, times)
    return Claim(taken, times["until"]) if taken is not None else None


def claimed(connection: Connection, taken: Claim) -> tuple[ImportRun, Actor]:
    """The import and the user that it works for. Raises LeaseLost."""
    found = select(ImportRun).where(*_IS_TAKEN)
    values = {"import": taken.import_id, "taken_until": taken.until}
    run = Session(connection, expire_on_commit=False).scalars(found, values).one_or_none()
    if run is None:
        raise LeaseLost
    row = connection.execute(select(_PREFERENCES).where(_PREFERENCES.c.user_id == run.user_id)).one_or_none()
    return run, (Actor(run.user_id, preferences=preferences_of(row)) if row else Actor(run.user_id))


def prolong(connection: Connection, taken: Claim, state: str, **values: Any) -> Claim:
    """Write how far the import is, and keep it for another lease. Raises LeaseLost where its state has changed."""
    until = leases.lease_times()["until"]
    write = update(_IMPORTS).where(*_IS_TAKEN, _IMPORTS.c.state == bindparam("in_state"))
    known = {"import": taken.import_id, "taken_until": taken.until, "in_state": state}
    if connection.execute(write.values(claimed_until=until, **values), known).rowcount == 0:
        raise LeaseLost
    return Claim(taken.import_id, until)


def release(connection: Connection, taken: Claim, **values: Any) -> None:
    """Leave the import to the next process; nothing happens where it was lost meanwhile."""
    known = {"import": taken.import_id, "taken_until": taken.until}
    connection.execute(update(_IMPORTS).where(*_IS_TAKEN).values(claimed_until=None, **values), known)
