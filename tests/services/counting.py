"""Compares the kept counts with the counted tasks, for tests."""

from sqlalchemy import text

from web.db.database import Database

COUNTED = """
SELECT user_id,
    count(*) FILTER (WHERE deleted_at IS NULL AND parent_id IS NULL AND NOT completed),
    count(*) FILTER (WHERE deleted_at IS NULL AND parent_id IS NULL AND completed)
FROM tasks GROUP BY user_id"""
KEPT = "SELECT user_id, pending, completed FROM task_counts"
COUNTED_IN_LISTS = """
SELECT user_id, list_id, count(*) FILTER (WHERE NOT completed), count(*) FILTER (WHERE completed)
FROM tasks WHERE list_id IS NOT NULL AND parent_id IS NULL AND deleted_at IS NULL GROUP BY user_id, list_id"""
KEPT_OF_LISTS = "SELECT user_id, list_id, pending, completed FROM list_counts WHERE pending <> 0 OR completed <> 0"


def rows(database: Database, query: str) -> set[tuple[object, ...]]:
    with database.reading() as session:
        return {tuple(row) for row in session.connection().exec_driver_sql(query)}


def assert_counts_match(database: Database) -> None:
    kept = rows(database, KEPT)
    # A user without any rows left in tasks keeps a row of zeros.
    assert {row for row in kept if row[1:] != (0, 0)} == {
        row for row in rows(database, COUNTED) if row[1:] != (0, 0)
    }, kept
    assert len(kept) == len({row[0] for row in kept})
    assert rows(database, KEPT_OF_LISTS) == rows(database, COUNTED_IN_LISTS)


def run_statements(database: Database, *statements: str) -> None:
    with database.transaction() as session:
        for statement in statements:
            session.connection().execute(text(statement))
