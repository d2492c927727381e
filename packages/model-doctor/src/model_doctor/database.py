"""The models beside a real database: Alembic compares tables, columns, keys and indexes, definitions.py the rest."""

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, NullPool, Table, create_engine
from sqlalchemy.exc import SQLAlchemyError

from model_doctor.comparable import is_expression_index
from model_doctor.definitions import Comparison
from model_doctor.findings import Finding, Place, Report, Unreadable
from model_doctor.reading import Models

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
            found = {*_differences(connection, models), *_definitions(connection, models)}
    except (SQLAlchemyError, OSError, ImportError) as problem:
        said = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
        gone = Unreadable(url.render_as_string(hide_password=True), said)
        return Report(report.findings, [*report.unreadable, gone], report.tables)
    return Report([*report.findings, *sorted(found)], report.unreadable, report.tables)


def _connected(url: URL) -> Connection:
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        # Connecting would make an empty one.
        raise FileNotFoundError(f"there is no file {url.database}")
    arguments = {"connect_timeout": 10} if url.get_backend_name() == "postgresql" else {}
    connection = create_engine(url, poolclass=NullPool, connect_args=arguments).connect()
    if url.get_backend_name() == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only=ON")
        return connection
    # BEGIN READ ONLY: the database itself sees to it that nothing is changed.
    return connection.execution_options(postgresql_readonly=True)


def _differences(connection: Connection, models: Models) -> Iterator[Finding]:
    theirs = {name for metadata in models.metadatas for name in metadata.info.get("owners", {})}
    theirs |= {table.name for table in models.tables if table.info.get("owner")}

    def ours(part: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and name in theirs) and not is_expression_index(part)

    # By their names first: not every table can be looked into, a virtual one only where its module is.
    names = {"include_name": lambda name, kind, _: not (kind == "table" and name in theirs)}
    options = {"include_object": ours, "compare_type": True, **names}
    context = MigrationContext.configure(connection, opts=options)
    for difference in _flat(compare_metadata(context, models.metadatas)):  # type: ignore[arg-type]
        yield _finding(models, difference)


def _definitions(connection: Connection, models: Models) -> Iterator[Finding]:
    ours = [table for table in models.tables if not table.info.get("owner")]
    for table, column, words in Comparison(connection, ours).differences():
        yield _said(models, table, column, words)


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
