"""Compares what Alembic does not: conditions, defaults, triggers and the names of keys. Only reads the database."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Connection,
    DefaultClause,
    Dialect,
    Index,
    Inspector,
    Table,
    create_mock_engine,
    text,
)
from sqlalchemy import inspect as reflected
from sqlalchemy.schema import CreateTable, ExecutableDDLElement

from model_doctor.database.comparable import is_expression_index
from model_doctor.database.meaning import Trigger, fills_in_the_same, meaning, plain, trigger_meaning, written_triggers

POSTGRES_TRIGGERS = """
SELECT relname AS "table", tgname AS name, pg_get_triggerdef(pg_trigger.oid, true) AS sql, prosrc AS body
  FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
 WHERE NOT tgisinternal AND pg_table_is_visible(tgrelid)
"""
SQLITE_TRIGGERS = """SELECT tbl_name AS "table", name, sql, NULL AS body FROM sqlite_master WHERE type = 'trigger'"""


class Difference(NamedTuple):
    """A difference in a table, or in one of its columns; `column` is empty for the table itself."""

    table: Table
    column: str
    words: str


class Comparison:
    """The tables of the models beside those of a database."""

    def __init__(self, connection: Connection, tables: list[Table]) -> None:
        self.connection = connection
        self.there: Inspector = reflected(connection)
        self.tables = [table for table in tables if self.there.has_table(table.name, table.schema)]
        # Named parameters: no percent sign is doubled for a driver.
        dialect: Any = type(connection.dialect)
        self.dialect: Dialect = dialect(paramstyle="named")
        self.ddl: Any = self.dialect.ddl_compiler(self.dialect, None)

    def differences(self) -> Iterator[Difference]:
        for table in self.tables:
            for ask in (self.checks, self.defaults, self.keys, self.indexes):
                yield from ask(table)
        yield from self.triggers()

    def checks(self, table: Table) -> Iterator[Difference]:
        """CHECKs by name; those without a name by what they mean."""
        source = f"FROM {self._called(table)}"
        found = self.there.get_check_constraints(table.name, table.schema)
        stored = [(str(check["name"] or ""), check["sqltext"]) for check in found]
        # Those with a name first, so that none of them matches one without a name.
        for name, condition in sorted(self._written_checks(table), reverse=True):
            wanted = meaning(self.connection, condition, source)
            same = [one for one in stored if not name or one[0] == name]
            fitting = [one for one in same if meaning(self.connection, one[1], source) == wanted]
            stored = [one for one in stored if one not in (fitting or (same if name else []))[:1]]
            if not (fitting or (name and same)):
                yield Difference(table, "", f"the CHECK {name or condition} is missing in the database")
            elif not fitting:
                words = f"the CHECK {name} is {plain(same[0][1])!r} in the database and {plain(condition)!r} here"
                yield Difference(table, "", words)
        for name, condition in stored:
            words = f"the database has the CHECK {name or plain(condition)}, and the model does not"
            yield Difference(table, "", words)

    def defaults(self, table: Table) -> Iterator[Difference]:
        """Server defaults by the value that they fill in."""
        columns = {column.name: column for column in table.columns}
        for found in self.there.get_columns(table.name, table.schema):
            column = columns.get(found["name"])
            default = None if column is None else column.server_default
            # FetchedValue, Computed and Identity say that the database has a default of its own.
            if column is None or (default is not None and not isinstance(default, DefaultClause)):
                continue
            stored, written = _some(found["default"]), _some(self.ddl.get_column_default_string(column))
            if written is None and (stored is None or stored.startswith("nextval(") or "identity" in found):
                continue
            # CAST takes no collation, and a default has the same value in any.
            kind = found["type"].compile(dialect=self.dialect).partition(" COLLATE ")[0]
            if not (stored and written and fills_in_the_same(self.connection, stored, written, kind)):
                words = f"the default is {stored or 'nothing'} in the database and {written or 'nothing'} here"
                yield Difference(table, column.name, words)

    def keys(self, table: Table) -> Iterator[Difference]:
        """Primary keys, which Alembic does not compare, and the names of foreign keys."""
        primary = self.there.get_pk_constraint(table.name, table.schema)
        own = [column.name for column in table.primary_key]
        if primary["constrained_columns"] != own:
            there = ", ".join(primary["constrained_columns"]) or "nothing"
            words = f"the primary key is {there} in the database and {', '.join(own) or 'nothing'} here"
            yield Difference(table, "", words)
        stored: dict[tuple[str, ...], str | None] = {tuple(primary["constrained_columns"]): primary["name"]}
        for key in self.there.get_foreign_keys(table.name, table.schema):
            stored[(*key["constrained_columns"], key["referred_table"])] = key["name"]
        for columns, constraint in _written_keys(table).items():
            name = self._name_of(constraint)
            if name and columns in stored and stored[columns] != name:
                there = f"called {stored[columns]}" if stored[columns] else "without a name"
                yield Difference(table, "", f"the key {name} is {there} in the database")

    def indexes(self, table: Table) -> Iterator[Difference]:
        """The condition of partial indexes; and indexes on expressions, which Alembic leaves out, by name."""
        option = f"{self.dialect.name}_where"
        stored = {index["name"]: index for index in self.there.get_indexes(table.name, table.schema)}
        for index in table.indexes:
            if index.name not in stored:
                if self._is_missing(index):
                    yield Difference(table, "", f"the index {index.name} is missing in the database")
                continue
            here = index.dialect_options[self.dialect.name].get("where")
            there = stored[index.name].get("dialect_options", {}).get(option)
            conditions = ["" if there is None else str(there), "" if here is None else self._sql_of(here)]
            meant = [one and meaning(self.connection, one, f"FROM {self._called(table)}") for one in conditions]
            if meant[0] != meant[1]:
                there, here = (f"where {plain(one)}" if one else "of all rows" for one in conditions)
                yield Difference(table, "", f"the index {index.name} is {there} in the database and {here} here")

        for name in sorted(str(name) for name in stored.keys() - {index.name for index in table.indexes}):
            if None in stored[name]["column_names"]:
                yield Difference(table, "", f"the database has the index {name}, and the model does not")

    def triggers(self) -> Iterator[Difference]:
        """Triggers that the MetaData creates (DDL at `after_create`); otherwise they belong to migrations."""
        tables = {table.name: table for table in self.tables}
        written = {(one.table, one.name): one for one in written_triggers(self._statements()) if one.table in tables}
        asked = text(SQLITE_TRIGGERS if self.dialect.name == "sqlite" else POSTGRES_TRIGGERS)
        rows = [Trigger(*row) for row in self.connection.execute(asked)]
        stored = {(one.table, one.name): one for one in rows if one.table in tables}
        for table, name in sorted(written.keys() - stored.keys()):
            yield Difference(tables[table], "", f"the trigger {name} is missing in the database")
        for table, name in sorted(stored.keys() - written.keys() if written else ()):
            yield Difference(tables[table], "", f"the database has the trigger {name}, and the model does not")
        for which in sorted(stored.keys() & written.keys()):
            here, there = written[which], stored[which]
            if trigger_meaning(self.connection, here) != trigger_meaning(self.connection, there):
                yield Difference(tables[which[0]], "", f"the trigger {which[1]} differs in the database")
            elif here.body is not None and here.body != plain(there.body or ""):
                words = f"the function of the trigger {which[1]} differs in the database"
                yield Difference(tables[which[0]], "", words)

    def _is_missing(self, index: Index) -> bool:
        """Whether it is on expressions and meant for this database (`ddl_if`). SQLAlchemy reflects none on SQLite."""
        if self.dialect.name == "sqlite" or not is_expression_index(index):
            return False
        made: list[object] = []
        index.create(create_mock_engine(self.connection.engine.url, lambda ddl, *_, **__: made.append(ddl)))
        return bool(made)

    def _written_checks(self, table: Table) -> Iterator[tuple[str, str]]:
        # As CREATE TABLE has them on this database: a CHECK may be meant for another one (`ddl_if`).
        here = str(CreateTable(table).compile(dialect=self.dialect))
        all_of_them = {*table.constraints, *(check for column in table.columns for check in column.constraints)}
        for check in all_of_them:
            if isinstance(check, CheckConstraint) and (written := self.ddl.process(check)) in here:
                yield self._name_of(check), written.partition("CHECK (")[2].rpartition(")")[0]

    def _statements(self) -> list[str]:
        """The DDL that is attached to the creation of tables, as it would be sent. Listening functions are not run."""
        said: list[str] = []
        mock = create_mock_engine(
            self.connection.engine.url, lambda ddl, *_, **__: said.append(str(ddl.compile(dialect=self.dialect)))
        )
        metadatas = {id(table.metadata): table.metadata for table in self.tables}.values()
        for target in (*metadatas, *self.tables):
            for listener in (*target.dispatch.before_create, *target.dispatch.after_create):
                if isinstance(listener, ExecutableDDLElement):
                    listener(target, mock)
        return said

    def _sql_of(self, where: Any) -> str:
        return str(self.ddl.sql_compiler.process(where, include_table=False, literal_binds=True))

    def _called(self, table: Table) -> str:
        return str(self.ddl.preparer.format_table(table))

    def _name_of(self, constraint: Any) -> str:
        if constraint.name is None:
            return ""
        return str(self.ddl.preparer.format_constraint(constraint) or "").replace('"', "")


def _written_keys(table: Table) -> dict[tuple[str, ...], Any]:
    """The primary key and the foreign keys, by their columns and the table that they refer to."""
    own = tuple(column.name for column in table.primary_key)
    keys: dict[tuple[str, ...], Any] = {own: table.primary_key} if own else {}
    for constraint in table.foreign_key_constraints:
        keys[(*(column.name for column in constraint.columns), constraint.referred_table.name)] = constraint
    return keys


def _some(default: str | None) -> str | None:
    """DEFAULT NULL is the same as no default."""
    return None if default is None or default.upper().partition("::")[0] == "NULL" else default
