"""The models beside a database: Alembic compares tables, columns, keys and indexes, definitions.py the rest."""

import importlib.util
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import URL, Connection, Table
from sqlalchemy.exc import SQLAlchemyError

from model_doctor.database.comparable import is_expression_index
from model_doctor.database.connecting import NoDriver, connected
from model_doctor.findings import Finding, Place, Report, Unreadable, ordered
from model_doctor.models import Models, is_foreign

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
_FIX = "write a migration (alembic revision --autogenerate is a start), or correct the model; then migrate."
_NO_ALEMBIC = "comparing needs Alembic: pip install 'model-doctor[database]'"


def compare(report: Report, models: Models, url: URL) -> Report:
    """The report with what differs in the database added. Reads only; tables of other owners are left out."""
    if importlib.util.find_spec("alembic") is None:
        return _without_database(report, url, _NO_ALEMBIC)
    try:
        with connected(url) as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = {*_differences(connection, models), *_definitions(connection, models)}
    except (SQLAlchemyError, OSError, NoDriver, ImportError) as problem:
        said = str(getattr(problem, "orig", None) or problem).strip().partition("\n")[0]
        return _without_database(report, url, said)
    return replace(report, findings=ordered([*report.findings, *found]))


def _without_database(report: Report, url: URL, problem: str) -> Report:
    failed = Unreadable(url.render_as_string(hide_password=True), problem)
    return replace(report, unreadable=[*report.unreadable, failed])


def _differences(connection: Connection, models: Models) -> Iterator[Finding]:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    theirs = {name for metadata in models.metadatas for name in metadata.info.get("owners", {})}
    theirs |= {table.name for table in models.tables if is_foreign(table.info)}

    def is_compared(part: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and name in theirs) and not is_expression_index(part)

    # By their names first: not every table can be reflected, a virtual one only where its module is loaded.
    names = {"include_name": lambda name, kind, _: not (kind == "table" and name in theirs)}
    options = {"include_object": is_compared, "compare_type": True, **names}
    context = MigrationContext.configure(connection, opts=options)
    for difference in _flat(compare_metadata(context, models.metadatas)):  # type: ignore[arg-type]
        yield _finding(models, difference)


def _definitions(connection: Connection, models: Models) -> Iterator[Finding]:
    if connection.dialect.name not in ("postgresql", "sqlite"):
        return
    from model_doctor.database.definitions import Comparison

    ours = [table for table in models.tables if not is_foreign(table.info)]
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
        words = f"{what} is {stored!r} in the database and {written!r} here"
        return _said(models, _known(models, table), column, words, table)
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
        there = next((one for one in table.columns if one.name == column), None)
        place = models.place(table, there)
        place = replace(place, attribute=place.attribute or column)
    subject = name or (str(table.name) if table is not None else "")
    subjects = (f"{subject}.{column}" if column else subject,)
    return Finding(place, "database-differs", f"{name or place.name}: {words}.", _FIX, subjects)
