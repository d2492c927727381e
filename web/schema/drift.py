"""Compares a migrated database with the models, including what Alembic does not compare: CHECKs, triggers, names.

`python -m web.schema.drift` prints every difference of the database at DATABASE_URL; exit code 1 if there is one.
"""

import os
import re
import sys
from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, create_engine, text

from web.db import search_sqlite
from web.db.database import Database
from web.schema.migrate import BETTER_AUTH_TABLES, metadata
from web.settings import Settings

# One row per part of the schema: its name and its definition as the database prints it.
POSTGRES_PARTS = """
SELECT 'column ' || relname || '.' || attname,
       concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
                 'DEFAULT ' || pg_get_expr(adbin, adrelid))
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace = to_regnamespace(:schema) AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
   AND relname = ANY (:tables)
UNION ALL
SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
  FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
 WHERE relnamespace = to_regnamespace(:schema) AND contype <> 'n' AND relname = ANY (:tables)
UNION ALL
SELECT 'index ' || tablename || '.' || indexname, indexdef
  FROM pg_indexes WHERE schemaname = :schema AND tablename = ANY (:tables)
UNION ALL
SELECT 'trigger ' || relname || '.' || tgname, pg_get_triggerdef(pg_trigger.oid, true) || ' ' || prosrc
  FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
 WHERE relnamespace = to_regnamespace(:schema) AND NOT tgisinternal AND relname = ANY (:tables)
"""
SQLITE_PARTS = "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
SCRATCH_SCHEMA = "daybook_models"

Parts = dict[str, str]


def differences(connection: Connection, models: MetaData = metadata) -> list[str]:
    """One sentence for each part that only one side has or that is defined differently. Read-only."""
    tables = [*(name for name in models.tables if name not in BETTER_AUTH_TABLES), search_sqlite.TABLE]
    stored, expected = parts(connection, tables), _parts_of_models(connection, models, tables)
    return [
        *(f"{name} is in the models but not in the database." for name in sorted(expected.keys() - stored.keys())),
        *(f"{name} is in the database but not in the models." for name in sorted(stored.keys() - expected.keys())),
        *(
            f"{name} is {stored[name]!r} in the database but {expected[name]!r} in the models."
            for name in sorted(stored.keys() & expected.keys())
            if stored[name] != expected[name]
        ),
    ]


def parts(connection: Connection, tables: list[str]) -> Parts:
    """The definition of every column, constraint, index and trigger of the tables, by name."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text(SQLITE_PARTS))
        return {name: _normalised(sql) for row in rows if row.tbl_name in tables for name, sql in _sqlite_parts(*row)}
    schema = connection.scalar(text("SELECT current_schema()"))
    rows = connection.execute(text(POSTGRES_PARTS), {"schema": schema, "tables": tables})
    return {name: sql.replace(f"{schema}.", "") for name, sql in rows}


def _parts_of_models(connection: Connection, models: MetaData, tables: list[str]) -> Parts:
    if connection.dialect.name == "sqlite":
        with create_engine("sqlite://").connect() as scratch:
            models.create_all(scratch)
            return parts(scratch, tables)
    # A separate schema, in a transaction that is always rolled back.
    with connection.engine.connect() as scratch:
        scratch.execute(text(f"CREATE SCHEMA {SCRATCH_SCHEMA}"))
        # First in the search path, which keeps the schemas that hold extensions.
        scratch.execute(
            text("SELECT set_config('search_path', :first || ', ' || current_setting('search_path'), true)"),
            {"first": SCRATCH_SCHEMA},
        )
        models.create_all(scratch, checkfirst=False)
        definitions = parts(scratch, tables)
        scratch.rollback()
        return definitions


def _sqlite_parts(kind: str, table: str, name: str, sql: str) -> Iterator[tuple[str, str]]:
    if kind != "table":
        yield f"{kind} {table}.{name}", sql
        return
    for clause in _clauses(sql[sql.index("(") + 1 : sql.rindex(")")]):
        first, *rest = _normalised(clause).split(" ", 2)
        if first == "CONSTRAINT":
            yield f"constraint {table}.{rest[0]}", rest[1]
        else:
            # Rebuilding a table adds parentheses around a default that needs none.
            yield f"column {table}.{first}", re.sub(r"DEFAULT \((\w+)\)", r"DEFAULT \1", " ".join(rest))


def _clauses(body: str) -> Iterator[str]:
    """The clauses of a CREATE TABLE body, split at commas outside parentheses and quotes."""
    depth, clause = 0, ""
    for token in re.findall(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|.", body, re.DOTALL):
        depth += (token == "(") - (token == ")")  # noqa: S105, not a password
        if token == "," and depth == 0:  # noqa: S105
            yield clause
            clause = ""
        else:
            clause += token
    yield clause


def _normalised(sql: str) -> str:
    """Normalised: whitespace collapsed, quotes around plain names removed."""
    return re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", " ".join(sql.split()))


def main() -> int:
    database = Database(Settings.from_environment(os.environ).direct_database_url)
    with database.engine.connect() as connection:
        sentences = differences(connection)
    print("\n".join(sentences), file=sys.stderr) if sentences else None
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
