"""One examination: import, configure, run every check, leave out what is ignored, merge what has one cause."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import URL, Table

from model_doctor import checks, configure, dialects, keys, source
from model_doctor.checks.common import place as location_of
from model_doctor.findings import Finding, Place, Report, Unreadable
from model_doctor.guarding import Subject, guarded
from model_doctor.importing import import_quietly
from model_doctor.merging import merged, merged_unreadable
from model_doctor.models import Models, allows, collect, is_foreign
from model_doctor.models import relationships as relationships_of
from model_doctor.packages import import_the_rest

# A finding, and the `info` dictionaries that may ignore it.
_Found = tuple[Finding, list[dict[Any, Any]]]


def examine(
    modules: Iterable[str],
    database: URL | None = None,
    databases: Iterable[str] = (),
    on_import: Callable[[], None] = lambda: None,
) -> Report:
    """Import the modules and all they import, and report every finding of every level; compare with a database too.

    Imports cannot be undone: call it in a process of its own, as the command and the pytest plugin do. `databases`
    names those the models are for; otherwise it is guessed from the column types. `on_import` is called when all is
    imported.
    """
    models, unreadable, findings = _imported(list(modules))
    on_import()
    models.databases = dialects.databases_of(models.tables, tuple(databases))
    findings += [finding for finding, infos in _found(models) if not allows(finding.code, *infos)]
    if not models.tables and not unreadable:
        unreadable = [Unreadable(", ".join(models.roots), "no tables are defined there, nor in what it imports.")]
    report = Report(merged(findings), unreadable, len(models.tables), len(models.unjudged))
    if database is None:
        return report
    from model_doctor.database.comparing import compare

    return compare(report, models, database)


def _imported(names: list[str]) -> tuple[Models, list[Unreadable], list[Finding]]:
    """A module that fails does not keep the others from being examined."""
    models = Models(names)
    unreadable = [failed for name in names if (failed := import_quietly(name))]
    findings, more = import_the_rest(names)
    models.incomplete = bool(unreadable or more)
    return collect(models), merged_unreadable([*unreadable, *more]), findings


def _found(models: Models) -> Iterator[_Found]:
    everything = Subject(lambda: Place("", 0, ", ".join(models.roots)))
    for finding in guarded(configure.configure, everything, models):
        yield finding, []
    yield from _of_mappers(models)
    for table in models.tables:
        if not is_foreign(table.info):
            yield from _of_table(table, models)
    for check in checks.PROJECT_CHECKS:
        yield from ((finding, []) for finding in guarded(check, everything, models))


def _of_mappers(models: Models) -> Iterator[_Found]:
    for mapper in models.mappers:
        own = keys.own_tables(mapper)
        table = [one.info for one in own]
        for relationship in filter(configure.works, relationships_of(mapper)):
            subject = Subject(partial(location_of, relationship), keys.subjects(relationship))
            for check in checks.RELATIONSHIP_CHECKS:
                found = guarded(check, subject, relationship)
                yield from ((finding, [relationship.info, *table]) for finding in found)
        if not any(map(is_foreign, table)):
            subject = Subject(partial(source.class_place, mapper.class_), tuple(one.name for one in own))
            for model_check in checks.MODEL_CHECKS:
                yield from ((finding, table) for finding in guarded(model_check, subject, mapper, models))


def _of_table(table: Table, models: Models) -> Iterator[_Found]:
    subject = Subject(partial(models.place, table), (table.name,))
    for check in checks.TABLE_CHECKS:
        for finding in guarded(check, subject, table, models):
            columns = _columns_at(finding.place, table, models)
            names = tuple(f"{table.name}.{column.name}" for column in columns) or finding.subjects
            yield replace(finding, subjects=names), [table.info, *(column.info for column in columns)]


def _columns_at(place: Place, table: Table, models: Models) -> list[Any]:
    if not place.attribute:
        return []
    return [column for column in table.columns if models.attribute(table, column)[1] == place.attribute]
