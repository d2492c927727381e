"""The search index on SQLite: taking in what is due, and asking it.

It only says which tasks to look at, those that are due among them; whether they match is asked of their own words. A
user's tasks stand side by side in it, so nobody's search walks through what others wrote.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy import Connection

# Queued index updates from other writers that one transaction processes.
QUEUE_BATCH = 500
# Room for every number that a task may have.
BITS = 31
# What a search asks for at most: each narrows it further, and costs a look.
MOST_PARTS = 16

# Without the texts, and without where in them a part stands: what is found is read once more anyway.
INDEX = """CREATE VIRTUAL TABLE task_words
USING fts5(words, tokenize = 'trigram case_sensitive 1', detail = none, content = '', columnsize = 0)"""
_DUE = """
SELECT due.user_id, task_id, due.title, due.description, tasks.title, tasks.description
FROM task_words_due AS due LEFT JOIN tasks ON tasks.id = task_id AND tasks.user_id = due.user_id
LIMIT ?"""
_FORGET = "INSERT INTO task_words (task_words, rowid, words) VALUES ('delete', ?, ?)"
_LEARN = "INSERT INTO task_words (rowid, words) VALUES (?, ?)"
_DONE = "DELETE FROM task_words_due WHERE user_id = ? AND task_id = ?"


class RowidRange(NamedTuple):
    """Where a user's tasks are in the index. Two people may share them, which only costs time."""

    first: int
    last: int


def rowid_range(user_id: str) -> RowidRange:
    first = crc32(user_id.encode()) << BITS
    return RowidRange(first, first + 2**BITS - 1)


def match_query(words: Sequence[str]) -> str:
    """What to ask the index for: tasks with all parts of three letters. Empty where no word is as long."""
    lower = [word.lower() for word in words]
    parts = list(dict.fromkeys(word[at : at + 3] for word in lower for at in range(len(word) - 2)))
    chosen = parts[:: -(-len(parts) // MOST_PARTS) or 1]
    return " AND ".join('"{}"'.format(part.replace('"', '""')) for part in chosen)


@cache
def has_trigrams() -> bool:
    """Whether this SQLite can keep the index: FTS5 may be left out of a build, and finds parts of words since 3.34."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(INDEX)
        except sqlite3.OperationalError:
            return False
    return True


def has_readable_index(connection: sqlite3.Connection) -> bool:
    """Whether there is an index, and an SQLite that can read it."""
    try:
        connection.execute("SELECT rowid FROM task_words LIMIT 0")
    except sqlite3.OperationalError:
        return False
    return True


def drain_queue(connection: sqlite3.Connection, at_most: int) -> int:
    """Bring the index up to what tasks say, within the transaction; how many were due."""
    due = connection.execute(_DUE, (at_most,)).fetchall()
    if due:
        # In the order of places: each step back would be written out by itself.
        was = sorted((_place(row), _text(*row[2:4])) for row in due if row[2] is not None)
        now = sorted((_place(row), _text(*row[4:6])) for row in due if row[4] is not None)
        connection.executemany(_FORGET, was)
        connection.executemany(_LEARN, now)
        connection.executemany(_DONE, [row[:2] for row in due])
    return len(due)


def _place(row: Sequence[object]) -> int:
    return rowid_range(str(row[0])).first + int(str(row[1]))


def _text(title: str, description: str | None) -> str:
    """As it is compared: lower() of the whole may differ from that of the parts."""
    return f"{title.lower()}\n{(description or '').lower()}"


def has_search_index(connection: Connection) -> bool:
    """Whether searches may use SQLite's index: the database has one, and this SQLite can read it."""
    return bool(connection.info.get("has_search_index"))


def drain_index_queue(connection: Connection, batch: int | None = None) -> bool:
    """Process a batch of queued index updates within the transaction; whether there were any."""
    driver: Any = connection.connection.driver_connection
    return has_search_index(connection) and drain_queue(driver, batch or QUEUE_BATCH) > 0


def drain_on_commit(connection: Connection) -> None:
    """An event listener for COMMIT: each writer also processes a batch of the queue."""
    if not connection.get_execution_options().get("autocommit"):
        drain_index_queue(connection)
