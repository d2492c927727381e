"""Compares SQL expressions by how the database parses them, without running either.

PostgreSQL stores `x IN (1, 2)` as `x = ANY (ARRAY[1, 2])`. EXPLAIN parses an expression as CREATE TABLE does, so the
plans of both are compared.
"""

import json
import re
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

_TRIGGER_NAME = re.compile(r"\bTRIGGER (?:IF NOT EXISTS )?(\S+) .*?\bON (\S+)", re.IGNORECASE)
_TRIGGER = re.compile(
    r"TRIGGER \S+ (BEFORE|AFTER|INSTEAD OF) (.+?) ON \S+ (.*?)(?:WHEN \((.+)\) )?EXECUTE (?:FUNCTION|PROCEDURE) (.+)",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r"\bFUNCTION ([\w.\"]+) ?\(.* AS (\$\w*\$|')(.*)\2", re.IGNORECASE)


@dataclass(frozen=True)
class Trigger:
    """A trigger as it was written, and the body of the function that it calls on PostgreSQL."""

    table: str
    name: str
    sql: str
    body: str | None = None


def meaning(connection: Connection, expression: str, source: str = "") -> str:
    """The expression over `source`, a FROM clause, as the database parses it; the text itself if it cannot."""
    select = f"SELECT ({expression}) {source}"
    try:
        with connection.begin_nested():
            return (_programme if connection.dialect.name == "sqlite" else _output)(connection, select)
    except DBAPIError:
        # A function that only the application defines, or a column that is missing: the text is compared.
        return plain(expression)


def fills_in_the_same(connection: Connection, stored: str, written: str, kind: str) -> bool:
    """Whether a column of the type `kind` has the same default, `1` and `'1'`, `now()` and CURRENT_TIMESTAMP alike."""
    if connection.dialect.name == "sqlite":
        same = meaning(connection, stored) == meaning(connection, written)
        return same or _same_value(connection, stored, written)
    read = [meaning(connection, f"CAST(({expression}) AS {kind})") for expression in (stored, written)]
    return len({said.replace("now()", "CURRENT_TIMESTAMP") for said in read}) == 1


def trigger_meaning(connection: Connection, trigger: Trigger) -> tuple[object, ...]:
    """When it runs, and what; the text where that is not understood, as always on SQLite."""
    words = plain(trigger.sql).removesuffix(";").replace("IF NOT EXISTS ", "")
    found = _TRIGGER.search(words)
    if connection.dialect.name == "sqlite" or not found:
        return (words,)
    timing, events, each, condition, call = found.groups()
    rows = f'FROM "{trigger.table}" AS old, "{trigger.table}" AS new'
    return (
        timing.upper(),
        frozenset(re.split(" OR ", events.lower(), flags=re.IGNORECASE)),
        _middle(each),
        meaning(connection, condition, rows) if condition else "",
        re.sub(r"^\w+\.|['\"; ]", "", call),
    )


def written_triggers(statements: list[str]) -> list[Trigger]:
    """The triggers that DDL statements would create, with the bodies of functions among the statements."""
    said = [plain(statement) for statement in statements]
    bodies = {_bare(f[1]): f[3].strip() for f in map(_FUNCTION.search, said) if f}
    return [
        Trigger(
            _bare(found[2]), _bare(found[1]), statement, next((b for f, b in bodies.items() if f in statement), None)
        )
        for statement in said
        if (found := _TRIGGER_NAME.search(statement)) and "FUNCTION" not in statement.split()[1:4]
    ]


def plain(sql: str) -> str:
    """Without line breaks, and without quotes around plain names."""
    return re.sub(r'"([a-z_][a-z0-9_]*)"', r"\1", " ".join(sql.split()))


def _output(connection: Connection, select: str) -> str:
    explain = "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) "
    [found] = connection.exec_driver_sql(f"{explain}{select}", execution_options={"no_parameters": True}).scalars()
    return json.dumps(found[0]["Plan"]["Output"])


def _programme(connection: Connection, select: str) -> str:
    return repr([tuple(row)[:-1] for row in connection.exec_driver_sql(f"EXPLAIN {select}")])


def _same_value(connection: Connection, stored: str, written: str) -> bool:
    # In one statement, so that both are evaluated at one time.
    asked = f"SELECT trim(quote({stored}), char(39)) = trim(quote({written}), char(39))"
    try:
        return bool(connection.exec_driver_sql(asked).scalar())
    except DBAPIError:
        return False


def _bare(name: str) -> str:
    """Without quotes and schema."""
    return name.replace('"', "").rpartition(".")[2].partition("(")[0]


def _middle(words: str) -> str:
    """The part between a trigger's table and its condition: transition tables, and FOR EACH ROW or STATEMENT."""
    said = words.lower().replace("each ", "").strip()
    return said if "for " in said else f"{said} for statement".strip()
