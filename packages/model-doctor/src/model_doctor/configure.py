"""Configures every relationship separately, so that one that fails does not hide the others."""

import re
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import Mapper

from model_doctor import explanations, keys, source
from model_doctor.findings import Finding, Place
from model_doctor.guarding import Subject, guarded
from model_doctor.keys import Relationship
from model_doctor.models import Models, relationships

_NAMED = re.compile(r"relationship '?(\w+)\.(\w+)")


def configure(models: Models) -> Iterator[Finding]:
    """What SQLAlchemy would fail on, or warn of, at the first query."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", SAWarning)
        first, failed = _initialise(models)
    if first and not failed:
        yield _of_a_class(models, first)
    for relationship, problem in failed.items():
        if not _follows_from_another(relationship, failed):
            yield from _explained(relationship, problem, models)
    broken = {(relationship.parent.class_.__name__, relationship.key) for relationship in failed}
    for warning in warned:
        if issubclass(warning.category, SAWarning):
            yield from _warning(models, str(warning.message), broken)


def _explained(relationship: Relationship, problem: Exception, models: Models) -> Iterator[Finding]:
    """In plain words; in SQLAlchemy's where finding those crashes."""
    place = partial(source.attribute_place, relationship.parent.class_, relationship.key)
    subject = Subject(place, keys.subjects(relationship))
    found = guarded(explanations.explain, subject, relationship, problem, models)
    yield from found
    if any(finding.code == "cannot-examine" for finding in found):
        yield explanations.in_sqlalchemys_words(place(), problem)


def works(relationship: Relationship) -> bool:
    """Whether it and its other sides could be configured; otherwise nothing can be said about what they do."""
    return relationship._configure_finished and all(r._configure_finished for r in relationship._reverse_property)


def _initialise(models: Models) -> tuple[Exception | None, dict[Relationship, Exception]]:
    """Configure all at once, as a program would; if that fails, each alone. The first error, and each one's own."""
    try:
        for registry in {mapper.registry for mapper in models.mappers}:
            registry.configure(cascade=True)
    except Exception as problem:
        return problem, dict(_each_alone(models))
    return None, {}


def _each_alone(models: Models) -> Iterator[tuple[Relationship, Exception]]:
    for mapper in models.mappers:
        # Otherwise each would first try to configure all, and fail with the first one's error.
        mapper.registry._new_mappers = False
    for mapper in models.mappers:
        for relationship in relationships(mapper):
            try:
                if not relationship._configure_finished:
                    relationship.init()
            except Exception as problem:
                yield relationship, problem


def _of_a_class(models: Models, problem: Exception) -> Finding:
    """No relationship fails by itself: the class that was being configured is reported, else the named modules."""
    named = _NAMED.search(str(problem))
    for mapper in models.mappers:
        if named and mapper.class_.__name__ == named[1] and _has_property(mapper, named[2]):
            return explanations.in_sqlalchemys_words(source.attribute_place(mapper.class_, named[2]), problem)
    failed = [mapper for mapper in models.mappers if getattr(mapper, "_configure_failed", None) is problem]
    place = source.class_place(failed[0].class_) if failed else Place("", 0, ", ".join(models.roots))
    return explanations.in_sqlalchemys_words(place, problem)


def _follows_from_another(relationship: Relationship, failed: dict[Relationship, Exception]) -> bool:
    """It fails only because its other side does: that has no known target, or no direction as it failed before."""
    others = [other for other in relationship._reverse_property if other in failed]
    if any(keys.target_of(other) is None for other in others):
        return True
    if any(_makes(other, relationship) for other in failed):
        return True
    return _lacks_direction(failed[relationship]) and any(not _lacks_direction(failed[other]) for other in others)


def _makes(one: Relationship, other: Relationship) -> bool:
    """Whether one is written with a backref that is the other."""
    name = one.backref if isinstance(one.backref, str) else next(iter(one.backref or ()), None)
    return one is not other and name == other.key and keys.target_of(one) is other.parent


def _lacks_direction(problem: Exception) -> bool:
    """SQLAlchemy compares the directions of both sides; a side that failed has none."""
    return isinstance(problem, AttributeError) and str(problem) == "direction"


def _warning(models: Models, message: str, broken: set[tuple[str, str]]) -> Iterator[Finding]:
    found = _NAMED.search(message)
    if not found or found.groups() in broken:
        return
    for mapper in models.mappers:
        if mapper.class_.__name__ == found[1] and _has_property(mapper, found[2]):
            place = source.attribute_place(mapper.class_, found[2])
            words = re.sub(r"\s*\(Background on.*", "", message.replace("\n", " "))
            yield Finding(place, "sqlalchemy-warning", words, "do what the warning offers.")
            return


def _has_property(mapper: Mapper[Any], name: str) -> bool:
    # `mapper.has_property` configures first on some versions.
    return name in mapper._props
