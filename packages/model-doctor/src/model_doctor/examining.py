"""One examination: read, configure, ask every check, leave out what is allowed."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import URL, Table

from model_doctor import columns, configuring, deletes, relationships, tables
from model_doctor.findings import Finding, Report
from model_doctor.package import import_the_rest
from model_doctor.reading import Models, collect, read
from model_doctor.reading import relationships as relationships_of

RELATIONSHIP_CHECKS = (*relationships.CHECKS, *deletes.CHECKS)
TABLE_CHECKS = (*tables.CHECKS, *columns.TABLE_CHECKS)
MODEL_CHECKS = columns.MODEL_CHECKS


def examine(modules: Iterable[str], database: URL | None = None) -> Report:
    """Read the modules and all they import, and report what is wrong with their models; in the database too.

    Importing is for good: ask in a process of its own, as the command and the pytest plugin do.
    """
    models, unreadable = read(modules)
    left_out, more_unreadable = import_the_rest(models.roots)
    collect(models)
    findings = _without_echoes({*left_out, *_allowed(_found(models))})
    report = Report(findings, [*unreadable, *more_unreadable], len(models.tables))
    if database is None:
        return report
    from model_doctor.database import compare

    return compare(report, models, database)


def _found(models: Models) -> Iterator[tuple[Finding, list[dict[Any, Any]]]]:
    """Every finding, with the `info` of whatever may excuse it."""
    for finding in configuring.configure(models):
        yield finding, []
    for mapper in models.mappers:
        table = [mapper.local_table.info] if isinstance(mapper.local_table, Table) else []
        for relationship in filter(configuring.works, relationships_of(mapper)):
            for check in RELATIONSHIP_CHECKS:
                yield from ((finding, [relationship.info, *table]) for finding in check(relationship))
        if not any(map(_is_somebody_elses, table)):
            yield from ((finding, table) for ask in MODEL_CHECKS for finding in ask(mapper, models))
    for owned in models.tables:
        if not _is_somebody_elses(owned.info):
            for finding in (finding for inspect in TABLE_CHECKS for finding in inspect(owned, models)):
                yield finding, [owned.info, *_column_info(owned, finding, models)]


def _without_echoes(findings: set[Finding]) -> list[Finding]:
    """SQLAlchemy's warning is left out where a finding says the same in plainer words."""
    told = {finding.place for finding in findings if finding.code != "sqlalchemy-warning"}
    return sorted(f for f in findings if f.code != "sqlalchemy-warning" or f.place not in told)


def _is_somebody_elses(info: dict[Any, Any]) -> bool:
    """`info={"owner": "…"}`: the table is mapped, and another program makes and changes it."""
    return bool(info.get("owner"))


def _column_info(table: Table, finding: Finding, models: Models) -> list[dict[Any, Any]]:
    attribute = finding.place.attribute
    return [c.info for c in table.columns if attribute and models.attribute(table, c.name)[1] == attribute]


def _allowed(found: Iterable[tuple[Finding, list[dict[Any, Any]]]]) -> Iterator[Finding]:
    """`info={"doctor": {"allow": {"code": "why"}}}` on a relationship, a column or a table excuses it."""
    for finding, infos in found:
        if not any(finding.code in info.get("doctor", {}).get("allow", ()) for info in infos):
            yield finding
