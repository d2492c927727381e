"""Why a change and its event are one statement on PostgreSQL and two on SQLite."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from web.db.database import Database

BOTH_AT_ONCE = """
WITH changed AS (UPDATE lists SET name = 'Garden' WHERE id = 0 RETURNING id)
INSERT INTO events (user_id, actor_id, operation, action, subject, subject_id, version, changes)
SELECT 'ada', 'ada', 'op', 'edit', 'lists', id, 1, '{}' FROM changed
"""


@pytest.mark.databases("sqlite")
def test_sqlite_changes_one_table_with_one_statement(database: Database) -> None:
    with database.writing() as session, pytest.raises(OperationalError, match='near "UPDATE": syntax error'):
        session.connection().execute(text(BOTH_AT_ONCE))


@pytest.mark.databases("postgresql")
def test_postgresql_changes_two(database: Database) -> None:
    with database.writing() as session:
        session.connection().execute(text(BOTH_AT_ONCE))
