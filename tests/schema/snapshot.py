"""Everything in a database: the definitions as its catalogue has them, and the rows of every table.

Through the drivers alone: an inspection by SQLAlchemy costs more than most crashes, and leaves out more.
"""

import sqlite3
from contextlib import closing
from typing import Any

import psycopg2
from sqlalchemy import URL

Snapshot = dict[str, list[tuple[Any, ...]]]

POSTGRES_CATALOGUE = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
SELECT 'relation', relname::text, concat_ws(' ', oid, relkind, relfilenode, reloptions) FROM ours
UNION ALL
SELECT 'column', relname || '.' || attname,
       concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
  FROM pg_attribute JOIN ours ON ours.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL
SELECT 'constraint', relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
  FROM pg_constraint JOIN ours ON ours.oid = conrelid
UNION ALL
SELECT 'index', relname::text, concat_ws(' ', indisvalid, pg_get_indexdef(indexrelid))
  FROM pg_index JOIN ours ON ours.oid = indexrelid
UNION ALL
SELECT 'trigger', relname || '.' || tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(pg_trigger.oid))
  FROM pg_trigger JOIN ours ON ours.oid = tgrelid
UNION ALL
SELECT 'function', oid::regprocedure::text, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
UNION ALL
SELECT 'extension', extname::text, extversion FROM pg_extension
ORDER BY 1, 2, 3
"""
POSTGRES_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
SQLITE_CATALOGUE = "SELECT * FROM sqlite_master"
# SQLite cannot scan its full-text indexes; what they contain is in tables of their own.
SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"


def snapshot(url: URL) -> Snapshot:
    """The catalogue, and the rows of each table by its name."""
    if url.drivername == "sqlite":
        with closing(sqlite3.connect(str(url.database))) as connection:
            return _read(connection.cursor(), SQLITE_CATALOGUE, SQLITE_TABLES)
    with closing(psycopg2.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))) as server:
        return _read(server.cursor(), POSTGRES_CATALOGUE, POSTGRES_TABLES)


def _read(cursor: Any, catalogue: str, tables: str) -> Snapshot:
    cursor.execute(tables)
    names = sorted(name for (name,) in cursor.fetchall())
    queries = {"the catalogue": catalogue, **{name: f'SELECT * FROM "{name}"' for name in names}}
    found = {}
    for name, query in queries.items():
        cursor.execute(query)
        found[name] = sorted(cursor.fetchall(), key=repr)
    return found
