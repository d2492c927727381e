"""The rules that the database itself holds for a task, whatever writes to it.

`docs/database.md` has the reasons. A change here needs a migration; `web.schema.drift` compares the two.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, CheckConstraint, column, func

from web.db.ddl import blank_characters, is_text, sqlite_check, statements

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 1000


def checks() -> tuple[Any, ...]:
    """The CHECKs of `tasks` beside those of every record; SQLite also has those that PostgreSQL's types replace."""
    return (
        CheckConstraint(f"length(title) BETWEEN 1 AND {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(func.trim(column("title"), blank_characters()) != "", name="title_not_blank"),
        CheckConstraint(f"length(description) <= {DESCRIPTION_LENGTH}", name="description_length"),
        CheckConstraint("completed IN (FALSE, TRUE)", name="completed_true_or_false"),
        sqlite_check("title_is_text", is_text("title")),
        sqlite_check("description_is_text", f"description IS NULL OR {is_text('description')}"),
    )


def extensions() -> Sequence[DDL]:
    """What the search index needs of PostgreSQL; each is part of its own distribution."""
    return statements({"postgresql": [f"CREATE EXTENSION IF NOT EXISTS {name}" for name in ("pg_trgm", "btree_gin")]})
