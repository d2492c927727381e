"""Whether a migrated database is what the models say: also what Alembic does not compare.

`python -m web.schema.drift` prints every difference of DATABASE_URL's database, and ends with 1 if there is any.
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

# Each names a part of the schema and spells it out, in the database's own words.
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
SCRATCH = "daybook_as_the_models_say"

Parts = dict[str, str]


def differences(connection: Connection, models: MetaData = metadata) -> list[str]:
    """A sentence for each part that only one of the two has, or that reads differently. Changes nothing."""
    tables = [*(name for name in models.tables if name not in BETTER_AUTH_TABLES), search_sqlite.TABLE]
    stored, wanted = parts(connection, tables), _parts_of_models(connection, models, tables)
    return [
        *(f"{name} is in the models, and not in the database." for name in sorted(wanted.keys() - stored.keys())),
        *(f"{name} is in the database, and not in the models." for name in sorted(stored.keys() - wanted.keys())),
        *(
            f"{name} is {stored[name]!r} in the database, and {wanted[name]!r} in the models."
            for name in sorted(stored.keys() & wanted.keys())
            if stored[name] != wanted[name]
        ),
    ]


def parts(connection: Connection, tables: list[str]) -> Parts:
    """Every column, constraint, index and trigger of the tables, by name."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text(SQLITE_PARTS))
        return {name: _plain(sql) for row in rows if row.tbl_name in tables for name, sql in _sqlite_parts(*row)}
    schema = connection.scalar(text("SELECT current_schema()"))
    rows = connection.execute(text(POSTGRES_PARTS), {"schema": schema, "tables": tables})
    return {name: sql.replace(f"{schema}.", "") for name, sql in rows}


def _parts_of_models(connection: Connection, models: MetaData, tables: list[str]) -> Parts:
    if connection.dialect.name == "sqlite":
        with create_engine("sqlite://").connect() as scratch:
            models.create_all(scratch)
            return parts(scratch, tables)
    # A schema of its own in a transaction that never ends well: nobody ever sees it.
    with connection.engine.connect() as scratch:
        scratch.execute(text(f"CREATE SCHEMA {SCRATCH}"))
        # First of all that is searched: what extensions brought may lie in any of them.
        scratch.execute(
            text("SELECT set_config('search_path', :first || ', ' || current_setting('search_path'), true)"),
            {"first": SCRATCH},
        )
        models.create_all(scratch, checkfirst=False)
        found = parts(scratch, tables)
        scratch.rollback()
        return found


def _sqlite_parts(kind: str, table: str, name: str, sql: str) -> Iterator[tuple[str, str]]:
    if kind != "table":
        yield f"{kind} {table}.{name}", sql
        return
    for clause in _clauses(sql[sql.index("(") + 1 : sql.rindex(")")]):
        first, *rest = _plain(clause).split(" ", 2)
        if first == "CONSTRAINT":
            yield f"constraint {table}.{rest[0]}", rest[1]
        else:
            # A rebuilt table has brackets around a default that needs none.
            yield f"column {table}.{first}", re.sub(r"DEFAULT \((\w+)\)", r"DEFAULT \1", " ".join(rest))


def _clauses(body: str) -> Iterator[str]:
    """The parts of a CREATE TABLE, split at the commas that stand in no bracket and no quotes."""
    depth, clause = 0, ""
    for token in re.findall(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|.", body, re.DOTALL):
        depth += (token == "(") - (token == ")")  # noqa: S105, no password
        if token == "," and depth == 0:  # noqa: S105
            yield clause
            clause = ""
        else:
            clause += token
    yield clause


def _plain(sql: str) -> str:
    """Without what means nothing: how it is broken into lines, quotes around plain names."""
    return re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", " ".join(sql.split()))


def main() -> int:
    database = Database(Settings.from_environment(os.environ).direct_database_url)
    with database.engine.connect() as connection:
        found = differences(connection)
    print("\n".join(found), file=sys.stderr) if found else None
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
