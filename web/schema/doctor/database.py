"""The models beside a real database: Alembic compares tables, columns, keys and indexes, and here the CHECKs."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, CheckConstraint, Connection, NullPool, Table, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateTable

from web.schema.doctor.findings import Finding, Place, Report, Unreadable
from web.schema.doctor.reading import Models

_IN_WORDS = {
    "add_table": "the table is missing in the database",
    "remove_table": "the database has this table, and no imported model",
    "add_column": "the column is missing in the database",
    "remove_column": "the database has this column, and the model does not",
    "add_index": "the index is missing in the database",
    "remove_index": "the database has this index, and the model does not",
    "add_constraint": "the constraint is missing in the database",
    "remove_constraint": "the database has this constraint, and the model does not",
    "add_fk": "the foreign key is missing in the database, or differs there",
    "remove_fk": "the database has this foreign key, and the model does not, or another",
}
_CURE = "write a migration (alembic revision --autogenerate is a start), or correct the model; then migrate."


def compare(report: Report, models: Models, url: URL) -> Report:
    """The report with what differs in the database added. Reads only; tables of other owners are left out."""
    try:
        with _connected(url) as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = {*_differences(connection, models), *_checks(connection, models)}
    except (SQLAlchemyError, OSError) as problem:
        said = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
        gone = Unreadable(url.render_as_string(hide_password=True), said)
        return Report(report.findings, [*report.unreadable, gone], report.tables)
    return Report([*report.findings, *sorted(found)], report.unreadable, report.tables)


def _connected(url: URL) -> Connection:
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        # Connecting would make an empty one.
        raise FileNotFoundError(f"there is no file {url.database}")
    arguments = {"connect_timeout": 10} if url.get_backend_name() == "postgresql" else {}
    return create_engine(url, poolclass=NullPool, connect_args=arguments).connect()


def _differences(connection: Connection, models: Models) -> Iterator[Finding]:
    theirs = {name for metadata in models.metadatas for name in metadata.info.get("owners", {})}
    theirs |= {table.name for table in models.tables if table.info.get("owner")}

    def ours(_: object, name: str | None, kind: str, *__: object) -> bool:
        return not (kind == "table" and name in theirs)

    context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
    for difference in _flat(compare_metadata(context, models.metadatas)):  # type: ignore[arg-type]
        yield _finding(models, difference)


def _checks(connection: Connection, models: Models) -> Iterator[Finding]:
    """Alembic never compares them. By name: databases rewrite what a CHECK says."""
    reflected = inspect(connection)
    for table in models.tables:
        if table.info.get("owner") or not reflected.has_table(table.name, table.schema):
            continue
        stored = {check["name"] for check in reflected.get_check_constraints(table.name, table.schema)}
        # As it would be written for this database: a CHECK may be meant for another one (`ddl_if`).
        here = str(CreateTable(table).compile(dialect=connection.dialect))
        checks = (str(c.name) for c in table.constraints if isinstance(c, CheckConstraint) and c.name)
        written = {name for name in checks if f"CONSTRAINT {name} " in here}
        for name in sorted(written - stored):
            yield _said(models, table, "", f"the CHECK {name} is missing in the database")
        for name in sorted(str(name) for name in stored - written if name):
            yield _said(models, table, "", f"the database has the CHECK {name}, and the model does not")


def _flat(differences: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """What changes in one column comes as a list."""
    for difference in differences:
        yield from difference if isinstance(difference, list) else [difference]


def _finding(models: Models, difference: tuple[Any, ...]) -> Finding:
    kind, *about = difference
    if kind.startswith("modify_"):
        _, table, column, _, stored, written = about
        what = kind.removeprefix("modify_")
        return _said(
            models, _known(models, table), column, f"{what} is {stored!r} in the database and {written!r} here", table
        )
    subject = about[-1]
    table = subject if isinstance(subject, Table) else subject.table
    column = subject.name if kind.endswith("_column") else ""
    named = f" ({subject.name})" if getattr(subject, "name", None) and not isinstance(subject, Table) else ""
    return _said(models, _known(models, table.name), column, f"{_IN_WORDS.get(kind, kind)}{named}", table.name)


def _known(models: Models, name: str) -> Table | None:
    return next((table for table in models.tables if table.name == name), None)


def _said(models: Models, table: Table | None, column: str, words: str, name: str = "") -> Finding:
    if table is None:
        place = Place("", 0, name, column)
    else:
        place = models.place(table, column if column in table.columns else "")
        place = replace(place, attribute=place.attribute or column)
    return Finding(place, "database-differs", f"{name or place.name}: {words}.", _CURE)
