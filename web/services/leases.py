"""Leases: how senders in several processes share the due rows of a table.

A sender claims a few rows for a minute, and no other sender gets them meanwhile. If it dies, its lease ends and another
one takes them: each row is sent at least once.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, Select, bindparam, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from web.db.types import UtcDateTime
from web.domain.timestamps import utc_now

MOST_CLAIMED = 20
LEASE = timedelta(seconds=60)
NOW, UNTIL = (bindparam(name, type_=UtcDateTime()) for name in ("now", "until"))


def is_free(claimed_until: Column[Any]) -> ColumnElement[bool]:
    """Whether no living sender has the row at NOW."""
    return or_(claimed_until.is_(None), claimed_until <= NOW)


def claim_of(
    waiting: Select[Any], key: Column[Any], *returned: Column[Any], most: int | BindParameter[int] = MOST_CLAIMED
) -> ReturningUpdate[Any]:
    """Claims the first rows of `waiting`, a query of their keys, until UNTIL; returns `key, *returned`.

    Materialized, so that PostgreSQL locks no more rows than it takes. SQLite has one writer and ignores FOR UPDATE.
    """
    taken = (
        waiting.limit(most)
        .with_for_update(of=key.table, skip_locked=True)
        .cte("taken")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )
    claimed = update(key.table).where(key.in_(select(taken.c[key.name]))).values(claimed_until=UNTIL)
    return claimed.returning(key, *returned)


def lease_times() -> dict[str, datetime]:
    """The parameters of a claim that begins now."""
    now = utc_now()
    return {"now": now, "until": now + LEASE}
