"""Configuring every relationship for itself, so that one that fails hides no other, and saying why in plain words."""

import ast
import difflib
import re
import warnings
from collections.abc import Iterator
from typing import Any

from sqlalchemy.exc import AmbiguousForeignKeysError, NoForeignKeysError, NoReferenceError, SAWarning, SQLAlchemyError
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.orm.clsregistry import _ModuleMarker, _MultipleClassMarker

from model_doctor import keys, source
from model_doctor.findings import Finding, Place
from model_doctor.reading import Models, relationships

_Relationship = RelationshipProperty[Any]
_NAMED_BY_SQLALCHEMY = "correct what SQLAlchemy names."
_NAMED = re.compile(r"relationship '?(\w+)\.(\w+)")


def configure(models: Models) -> Iterator[Finding]:
    """What SQLAlchemy would fail on or warn of at the first query."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", SAWarning)
        first, failed = _initialise(models)
    if first and not failed:
        yield from _of_a_class(models, first)
    for relationship, problem in failed.items():
        if not _echoes(relationship, failed):
            yield from _in_plain_words(relationship, problem)
    broken = {(relationship.parent.class_.__name__, relationship.key) for relationship in failed}
    for warning in warned:
        if issubclass(warning.category, SAWarning):
            yield from _warning(models, str(warning.message), broken)


def works(relationship: _Relationship) -> bool:
    """Whether it and its other sides could be set up; until then nothing can be said of what they do."""
    return relationship._configure_finished and all(r._configure_finished for r in relationship._reverse_property)


def _initialise(models: Models) -> tuple[Exception | None, dict[_Relationship, Exception]]:
    """All at once, as a program would; where that fails, each alone. What failed first, and what fails alone."""
    try:
        for registry in {mapper.registry for mapper in models.mappers}:
            registry.configure(cascade=True)
    except Exception as problem:
        return problem, dict(_each_alone(models))
    return None, {}


def _each_alone(models: Models) -> Iterator[tuple[_Relationship, Exception]]:
    for mapper in models.mappers:
        # Else each would first try to configure all, and fail with the first one's words.
        mapper.registry._new_mappers = False
    for mapper in models.mappers:
        for relationship in relationships(mapper):
            try:
                if not relationship._configure_finished:
                    relationship.init()
            except Exception as problem:
                yield relationship, problem


def _of_a_class(models: Models, problem: Exception) -> Iterator[Finding]:
    """It is no relationship's fault: the class that was being set up is told, or else what was named."""
    failed = [mapper for mapper in models.mappers if getattr(mapper, "_configure_failed", None) is problem]
    place = source.class_place(failed[0].class_) if failed else Place("", 0, ", ".join(models.roots))
    words = f"SQLAlchemy cannot set it up: {_first_line(problem)}"
    yield Finding(place, "cannot-configure", words, _NAMED_BY_SQLALCHEMY)


def _echoes(relationship: _Relationship, failed: dict[_Relationship, Exception]) -> bool:
    """It stumbles over its other side, which failed in SQLAlchemy's own words."""
    others = [failed[other] for other in relationship._reverse_property if other in failed]
    return str(failed[relationship]) == "direction" and any(isinstance(other, SQLAlchemyError) for other in others)


def _in_plain_words(relationship: _Relationship, problem: Exception) -> Iterator[Finding]:
    place = source.attribute_place(relationship.parent.class_, relationship.key)
    for translate in (_target, _field, _string, _ambiguous, _remote_side, _reverse, _no_key):
        if said := translate(relationship, problem, place):
            yield said
            return
    # A foreign key to a table that does not exist is told at its column.
    if not isinstance(problem, NoReferenceError):
        words = f"SQLAlchemy cannot set it up: {_first_line(problem)}"
        yield Finding(place, "cannot-configure", words, _NAMED_BY_SQLALCHEMY)


def _target(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    if keys.target_of(relationship) is not None:
        return None
    written = _target_name(relationship)
    like = difflib.get_close_matches(written, keys.class_names(relationship.parent), 1)
    wrong = f"No class named {written} is known when {place.name} looks for it."
    cure = f'write "{like[0]}".' if like else f"correct the name, or import the module that defines {written}."
    return Finding(place, "unknown-target", wrong, cure)


def _field(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    given = relationship._init_args.foreign_keys.argument
    listed = given if isinstance(given, list | tuple | set) else [given]
    if any(isinstance(item, str) for item in listed) and not isinstance(given, str):
        wrong = f"foreign_keys={given!r} is a list of strings; SQLAlchemy wants the list within one string."
        hint = next(item for item in listed if isinstance(item, str))
        return Finding(place, "foreign-keys-string", wrong, keys.choose(relationship, _possible(relationship), hint))
    if not any(type(item).__name__ == "FieldInfo" for item in listed):
        return None
    names = keys.names_in(source.statement(relationship.parent.class_, relationship.key), "foreign_keys")
    written = f"[{', '.join(names)}]"
    wrong = (
        f"foreign_keys={written} hands over a field of the class body "
        f"(SQLAlchemy: “{_first_line(problem).rstrip('.')}”)."
    )
    return Finding(
        place, "foreign-keys-as-field", wrong, keys.choose(relationship, _possible(relationship), ",".join(names))
    )


def _string(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    given = relationship._init_args.foreign_keys.argument
    if not isinstance(given, str) or (fault := _fault_in(given, relationship)) is None:
        return None
    wrong = f'foreign_keys="{given}": {fault} (SQLAlchemy: “{_first_line(problem).rstrip(".")}”).'
    return Finding(
        place, "foreign-keys-string", wrong, keys.choose(relationship, _possible(relationship), _hint(given, fault))
    )


def _ambiguous(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    if not isinstance(problem, AmbiguousForeignKeysError):
        return None
    target = keys.target_of(relationship)
    possible = _possible(relationship)
    if relationship._init_args.secondary.argument is not None:
        wrong = f"The link table has several foreign keys to one end of {place.name} and none is chosen."
        cure = "write primaryjoin and secondaryjoin, each with the column of the link table that it means."
        return Finding(place, "ambiguous-foreign-key", wrong, cure)
    named = ", ".join(str(key) for key in possible)
    ends = f"{relationship.parent.class_.__name__} and {target.class_.__name__}" if target else place.name
    wrong = f"{len(possible)} foreign keys lead between {ends} ({named}) and none is chosen."
    return Finding(place, "ambiguous-foreign-key", wrong, keys.choose(relationship, possible))


def _remote_side(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    if "both of the same direction" not in str(problem):
        return None
    table = relationship.parent.local_table
    own = [relationship.parent.get_property_by_column(column).key for column in table.primary_key]
    names = [f"{relationship.parent.class_.__name__}.{name}" for name in own]
    remote = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    cure = f"on the side that holds one object, write {keys.cure(relationship, remote_side=remote)}."
    wrong = f"{place.name} and its other side both point the same way."
    return Finding(place, "remote-side-missing", wrong, cure)


def _reverse(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    named, target = relationship._init_args.back_populates.argument, keys.target_of(relationship)
    if not isinstance(named, str) or target is None or target.has_property(named):
        return None
    name = target.class_.__name__
    like = difflib.get_close_matches(named, [other.key for other in relationships(target)], 1)
    wrong = f'back_populates="{named}", and {name} has no such relationship.'
    cure = f'write back_populates="{like[0]}", or ' if like else ""
    return Finding(place, "back-populates-unknown", wrong, f"{cure}give {name} a relationship named {named}.")


def _no_key(relationship: _Relationship, problem: Exception, place: Place) -> Finding | None:
    if not isinstance(problem, NoForeignKeysError):
        return None
    return Finding(
        place,
        "no-foreign-key",
        f"No foreign key leads from one end of {place.name} to the other.",
        keys.choose(relationship, _possible(relationship)),
    )


def _possible(relationship: _Relationship) -> list[keys.Key]:
    target = keys.target_of(relationship)
    return keys.keys_between(relationship.parent, target) if target else []


def _fault_in(given: str, relationship: _Relationship) -> str | None:
    """What is wrong with the string; None where each part names a column of a class."""
    for part in (part.strip(" ()") for part in given.strip("[] ").split(",")):
        owner, _, attribute = part.rpartition(".")
        owner = owner.rpartition(".")[2]
        model = relationship.parent.registry._class_registry.get(owner)
        if not owner:
            return f"{part} alone is no name there; it needs its class in front"
        if isinstance(model, _MultipleClassMarker):
            return f"several classes are called {owner}"
        if model is None or isinstance(model, _ModuleMarker):
            return f"{owner} is no class"
        mapper = getattr(model, "__mapper__", None)
        if mapper is None or attribute not in mapper.columns:
            return f"{owner} has no column {attribute}"
        if not mapper.columns[attribute].foreign_keys:
            return f"{part} is no foreign key"
    return None


def _hint(given: str, fault: str) -> str:
    """The column's name may be right or nearly; where it names no foreign key it says nothing."""
    return "" if fault.endswith("is no foreign key") else given


def _target_name(relationship: _Relationship) -> str:
    written = relationship.argument
    if isinstance(written, str):
        return written
    if forward := getattr(written, "__forward_arg__", None):
        return str(forward)
    return getattr(written, "__name__", None) or _annotated_name(relationship)


def _annotated_name(relationship: _Relationship) -> str:
    tree = source.annotation(relationship.parent.class_, relationship.key)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Constant)] if tree else []
    if not names:
        return relationship.key
    return names[-1].id if isinstance(names[-1], ast.Name) else str(names[-1].value)


def _warning(models: Models, message: str, broken: set[tuple[str, str]]) -> Iterator[Finding]:
    found = _NAMED.search(message)
    if not found or found.groups() in broken:
        return
    for mapper in models.mappers:
        if mapper.class_.__name__ == found[1] and mapper.has_property(found[2]):
            place = source.attribute_place(mapper.class_, found[2])
            words = re.sub(r"\s*\(Background on.*", "", message.replace("\n", " "))
            yield Finding(place, "sqlalchemy-warning", words, "do what the warning offers.")
            return


def _first_line(problem: Exception) -> str:
    words = re.sub(r"FieldInfo\(.*\)", "FieldInfo(…)", str(problem).strip().partition("\n")[0])
    return words if isinstance(problem, SQLAlchemyError) else f"{type(problem).__name__}: {words}"
