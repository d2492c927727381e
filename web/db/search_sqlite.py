"""Search on SQLite: an FTS5 index of trigrams that proposes tasks, and the folded text that decides.

The index is contentless and stores no positions: only which tasks contain which three characters. A task's rowid in it
is the CRC-32 of its owner, then its id, so the tasks of one user are one range of rowids and a search never reads what
others wrote; two users with one CRC-32 share a range, which costs time and nothing else.

Temporary triggers of Daybook's own connections keep the index, in the transaction of the change. Other programs (Better
Auth deletes users) never meet them and need no FTS5: what they leave behind finds no task when it is joined, and
`daybook purge` removes it.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from typing import Any, NamedTuple
from zlib import crc32

from sqlalchemy import BigInteger, Connection, Join, Select, String, Table, bindparam, column, func, literal_column, or_
from sqlalchemy import table as table_of
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from web.db.search import Search
from web.domain.folding import MOST_TERMS

TABLE = "task_search"
# Made by FTS5 itself.
SHADOW_TABLES = tuple(f"{TABLE}_{name}" for name in ("config", "data", "docsize", "idx"))
# Room for every id that a task may have.
ID_BITS = 31
# A search asks for this many trigrams at most: each narrows it further, and costs a lookup.
MOST_TRIGRAMS = 16

INDEX = f"""CREATE VIRTUAL TABLE {TABLE}
USING fts5(search_text, tokenize = 'trigram case_sensitive 1', detail = none, content = '')"""
_OLD, _NEW = "search_rowid(OLD.user_id, OLD.id)", "search_rowid(NEW.user_id, NEW.id)"
# FTS5 takes the old text to remove an entry, and must not be asked for one that it does not have.
_REMOVE = f"""INSERT INTO {TABLE} ({TABLE}, rowid, search_text) SELECT 'delete', {_OLD}, OLD.search_text
    WHERE EXISTS (SELECT 1 FROM {TABLE}_docsize WHERE id = {_OLD})"""
_INSERT = f"""INSERT INTO {TABLE} (rowid, search_text) SELECT {_NEW}, NEW.search_text
    WHERE NEW.search_text IS NOT NULL"""
_TRIGGERS = (
    f"CREATE TEMP TRIGGER search_added AFTER INSERT ON main.tasks BEGIN {_INSERT}; END",
    f"CREATE TEMP TRIGGER search_removed AFTER DELETE ON main.tasks BEGIN {_REMOVE}; END",
    f"""CREATE TEMP TRIGGER search_changed AFTER UPDATE OF id, user_id, search_text ON main.tasks
WHEN (NEW.id, NEW.user_id, NEW.search_text) IS NOT (OLD.id, OLD.user_id, OLD.search_text)
BEGIN {_REMOVE}; {_INSERT}; END""",
)
_ORPHANS = f"""SELECT count(*) FROM {TABLE}_docsize
WHERE id NOT IN (SELECT search_rowid(user_id, id) FROM tasks WHERE search_text IS NOT NULL)"""
_ADD_MISSING = f"""INSERT INTO {TABLE} (rowid, search_text)
SELECT search_rowid(user_id, id) AS place, search_text FROM tasks
WHERE search_text IS NOT NULL AND search_rowid(user_id, id) NOT IN (SELECT id FROM {TABLE}_docsize)
ORDER BY place"""

_INDEX = table_of(TABLE, column("rowid"))
_FIRST, _LAST = bindparam("first_rowid", type_=BigInteger), bindparam("last_rowid", type_=BigInteger)


class RowidRange(NamedTuple):
    """Where the tasks of one user are in the index."""

    first: int
    last: int


class _CrossJoin(Join):
    """A join whose left side is read first: SQLite has no statistics from which it could choose."""

    inherit_cache = True


@compiles(_CrossJoin)
def _cross_join(join: Any, compiler: SQLCompiler, **options: Any) -> str:
    left, right, on = (compiler.process(part, **options) for part in (join.left, join.right, join.onclause))
    return f"{left} CROSS JOIN {right} ON {on}"


def search(connection: Connection, user_id: str, terms: Sequence[str]) -> Search:
    """Terms of one or two characters have no trigram: where there are no others, the user's tasks are read."""
    texts: dict[str, Any] = {f"term_{place}": None for place in range(MOST_TERMS)}
    texts |= {f"term_{place}": term for place, term in enumerate(terms)}
    trigrams = match_query(terms) if connection.info.get("has_search_index") else ""
    if not trigrams:
        return Search(_scan, texts)
    first, last = rowid_range(user_id)
    return Search(_look_up, {**texts, "match_query": trigrams, "first_rowid": first, "last_rowid": last})


def rowid_range(user_id: str) -> RowidRange:
    first = search_rowid(user_id, 0)
    return RowidRange(first, first + 2**ID_BITS - 1)


def search_rowid(user_id: str, task_id: int) -> int:
    """The rowid of a task in the index; also an SQL function of the same name."""
    return (crc32(user_id.encode()) << ID_BITS) + task_id


def match_query(terms: Sequence[str]) -> str:
    """The FTS5 query for texts with all trigrams of the terms. Empty where no term is that long."""
    found = list(dict.fromkeys(term[at : at + 3] for term in terms for at in range(len(term) - 2)))
    chosen = found[:: -(-len(found) // MOST_TRIGRAMS) or 1]
    return " AND ".join('"{}"'.format(trigram.replace('"', '""')) for trigram in chosen)


@cache
def has_trigrams() -> bool:
    """Whether this SQLite can have the index: a build may lack FTS5, and trigrams came with 3.34."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute(INDEX)
        except sqlite3.OperationalError:
            return False
    return True


def keep_index(connection: sqlite3.Connection) -> bool:
    """Set up the triggers on a new connection; whether there is an index that this SQLite can read."""
    try:
        connection.execute(f"SELECT rowid FROM {TABLE} LIMIT 0")
    except sqlite3.OperationalError:
        return False
    connection.create_function("search_rowid", 2, search_rowid, deterministic=True)
    for trigger in _TRIGGERS:
        connection.execute(trigger)
    return True


def repair_index(connection: Connection, *, rebuild: bool) -> None:
    """Add what other programs wrote and remove what they deleted, within the transaction.

    An entry cannot be removed without its text, so one orphan means that the index is built again, during which others
    cannot write. So does `rebuild`.
    """
    if not connection.info.get("has_search_index"):
        return
    if rebuild or connection.exec_driver_sql(_ORPHANS).scalar():
        connection.exec_driver_sql(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')")
    connection.exec_driver_sql(_ADD_MISSING)


def _look_up(tasks: Select[Any], table: Table) -> Select[Any]:
    join = _CrossJoin(_INDEX, table, table.c.id == _INDEX.c.rowid - _FIRST)
    matches = literal_column(TABLE).op("MATCH")(bindparam("match_query", type_=String()))
    return _scan(tasks, table).select_from(join).where(matches, _INDEX.c.rowid.between(_FIRST, _LAST))


def _scan(tasks: Select[Any], table: Table) -> Select[Any]:
    """Room for MOST_TERMS: the statement is the same for any number of them, and is compiled once."""
    terms = [bindparam(f"term_{place}", type_=String()) for place in range(MOST_TERMS)]
    return tasks.where(*(or_(term.is_(None), func.instr(table.c.search_text, term) > 0) for term in terms))
