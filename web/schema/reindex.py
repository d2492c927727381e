"""Brings search in line with what tasks say: the folded texts, and SQLite's index of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlmodel import SQLModel

from web.db.database import Database
from web.db.dialects import search_of
from web.domain.folding import search_text
from web.models.task import Task

TASKS = SQLModel.metadata.tables[str(Task.__tablename__)]
# Of one transaction, so that other writers wait only briefly.
BATCH = 1_000
_READ = (
    select(TASKS.c.id, TASKS.c.title, TASKS.c.description, TASKS.c.search_text)
    .where(TASKS.c.id > bindparam("after"))
    .order_by(TASKS.c.id)
    .limit(BATCH)
)
# Only where the texts are still those that were read: another writer may have changed them since.
_WRITE = (
    update(TASKS)
    .where(TASKS.c.id == bindparam("task_id"), TASKS.c.title == bindparam("was_title"))
    .where(TASKS.c.description.is_not_distinct_from(bindparam("was_description")))
    .values(search_text=bindparam("folded"))
)


def reindex(database: Database) -> int:
    """Fold every task again; how many had another folded text. For changes by hand-written SQL."""
    return _fold_all(database, missing_only=False)


def complete_search(database: Database) -> int:
    """Fold the tasks that have no folded text, and remove deleted tasks from the index; how many were folded."""
    return _fold_all(database, missing_only=True)


def _fold_all(database: Database, *, missing_only: bool) -> int:
    read = _READ.where(TASKS.c.search_text.is_(None)) if missing_only else _READ
    folded, after = 0, 0
    while True:
        with database.transaction() as session:
            rows = session.connection().execute(read, {"after": after}).all()
            if not rows:
                search_of(session.connection()).repair_index(session.connection(), rebuild=not missing_only)
                return folded
            folded += _fold(session.connection(), rows)
            after = rows[-1].id


def _fold(connection: Connection, rows: Sequence[Any]) -> int:
    changes = [
        {"task_id": row.id, "was_title": row.title, "was_description": row.description, "folded": text}
        for row in rows
        if (text := search_text(row.title, row.description)) != row.search_text
    ]
    if changes:
        connection.execute(_WRITE, changes)
    return len(changes)
