"""The databases a project can use, and what they call its column types."""

import re
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Dialect, Table
from sqlalchemy.types import TypeEngine

# Without a setting: those that models without types of a particular database are usually written for.
_USUAL = ("postgresql", "sqlite")
_TEXT = ("CHAR", "VARCHAR", "TEXT", "CLOB", "NVARCHAR", "NCHAR", "CITEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT")
_NUMBERS = {"SMALLINT": 2, "SMALLSERIAL": 2, "INTEGER": 4, "INT": 4, "SERIAL": 4, "BIGINT": 8, "BIGSERIAL": 8}
_OTHER_NUMBERS = ("NUMERIC", "DECIMAL", "FLOAT", "REAL", "DOUBLE PRECISION", "DOUBLE")
_MOMENTS = ("DATE", "DATETIME", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITHOUT TIME ZONE")
_ALONE = ("UUID", "UNIQUEIDENTIFIER", "BOOLEAN", "BOOL", "BYTEA", "BLOB")


@cache
def dialect(name: str) -> Dialect:
    module: Any = import_module(f"sqlalchemy.dialects.{'mysql' if name == 'mariadb' else name}")
    found: Dialect = module.dialect()
    return found


def databases_of(tables: list[Table], configured: tuple[str, ...]) -> tuple[str, ...]:
    """Those the settings name; else those of the usual ones, else of all, that know every column type."""
    if configured:
        return configured
    usual = tuple(name for name in _USUAL if _can_create(tables, name))
    return usual or tuple(name for name in ("mysql", "mssql", "oracle") if _can_create(tables, name))


def type_name(kind: TypeEngine[Any], database: str) -> str | None:
    """The type as CREATE TABLE writes it; None if the database does not have it."""
    try:
        return str(kind.compile(dialect=dialect(database)))
    except Exception:
        # Types of a project's own raise whatever they like.
        return None


def family(name: str) -> str:
    """Types of one family can be compared, so a foreign key may go from one to the other on PostgreSQL.

    Empty for a type that is not known, which may be a domain over one of another family.
    """
    bare = _bare(name)
    if bare in _TEXT:
        return "text"
    if bare in _NUMBERS or bare in _OTHER_NUMBERS:
        return "number"
    return "moment" if bare in _MOMENTS else bare if bare in _ALONE else ""


def size(name: str) -> int | None:
    """Bytes of an integer, letters of a string with a length; None where there is no limit or none is known."""
    if _bare(name) in _NUMBERS:
        return _NUMBERS[_bare(name)]
    length = re.search(r"\((\d+)", name)
    return int(length[1]) if family(name) == "text" and length else None


def is_unsigned(name: str) -> bool:
    """MySQL's integers without negative values, which it does not compare with the others."""
    return "UNSIGNED" in name.upper()


def _bare(name: str) -> str:
    """Without a length, a collation and a sign."""
    return re.split(r"\(| COLLATE | UNSIGNED", name.upper(), maxsplit=1)[0].strip()


def _can_create(tables: list[Table], database: str) -> bool:
    kinds = {id(column.type): column.type for table in tables for column in table.columns}
    return all(type_name(kind, database) is not None for kind in kinds.values())
