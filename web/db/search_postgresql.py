"""Search on PostgreSQL: LIKE on the folded text, which a GIN index of owner and trigrams serves.

The index covers the longest term, which is what excludes most; the others are compared with the rows that it finds. So
the statement has two parameters for any number of terms. LIKE compares code points, whatever the locale; `pg_trgm` may
see fewer letters under the locale C, and then proposes more rows.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Connection, Select, String, Table, all_, bindparam

from web.db.search import Search


def search(connection: Connection, user_id: str, terms: Sequence[str]) -> Search:
    longest, *others = [f"%{_escaped(term)}%" for term in terms]
    return Search(_like, {"longest": longest, "others": others or ["%"]})


def repair_index(connection: Connection, *, rebuild: bool) -> None:
    """Nothing to do: PostgreSQL maintains its index."""


def _like(tasks: Select[Any], table: Table) -> Select[Any]:
    longest, others = bindparam("longest", type_=String()), bindparam("others", type_=ARRAY(String()))
    return tasks.where(table.c.search_text.like(longest), table.c.search_text.op("LIKE")(all_(others)))


def _escaped(term: str) -> str:
    """Each character stands for itself."""
    return re.sub(r"[\\%_]", r"\\\g<0>", term)
