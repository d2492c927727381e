"""Says in plain words why a relationship cannot be configured, and what to write."""

import ast
import re
from collections.abc import Iterator

from sqlalchemy.exc import AmbiguousForeignKeysError, NoForeignKeysError, NoReferenceError, SQLAlchemyError
from sqlalchemy.orm.clsregistry import _ModuleMarker, _MultipleClassMarker

from model_doctor import keys, source
from model_doctor.findings import Finding, Place
from model_doctor.keys import Relationship
from model_doctor.models import Models, relationships
from model_doctor.similar import most_similar

_NAMED_BY_SQLALCHEMY = "correct what SQLAlchemy names."


def explain(relationship: Relationship, problem: Exception, models: Models) -> Iterator[Finding]:
    """One finding, or none where the cause is reported elsewhere or lies in a module that cannot be imported."""
    place = source.attribute_place(relationship.parent.class_, relationship.key)
    if keys.target_of(relationship) is None:
        if models.incomplete:
            models.unjudged.add(f"{place.file}:{place.line}")
        else:
            yield _unknown_target(relationship, place)
        return
    if isinstance(problem, AmbiguousForeignKeysError) and _refers_to_halves(relationship):
        # Reported at the first of the columns.
        return
    if isinstance(problem, (NoReferenceError, NoForeignKeysError)) and _a_key_refers_nowhere(relationship):
        # Reported at the column with the key.
        return
    for translate in (_field, _string, _ambiguous, _remote_side, _back_populates, _no_key):
        if said := translate(relationship, problem, place):
            yield said
            return
    if not isinstance(problem, NoReferenceError):
        yield in_sqlalchemys_words(place, problem)


def in_sqlalchemys_words(place: Place, problem: Exception) -> Finding:
    message = f"SQLAlchemy cannot configure it: {_first_line(problem)}"
    return Finding(place, "cannot-configure", message, _NAMED_BY_SQLALCHEMY)


def _a_key_refers_nowhere(relationship: Relationship) -> bool:
    target = keys.target_of(relationship)
    return keys.refers_nowhere(relationship.parent) or (target is not None and keys.refers_nowhere(target))


def _refers_to_halves(relationship: Relationship) -> bool:
    target = keys.target_of(relationship)
    ways = ((relationship.parent, target), (target, relationship.parent)) if target else ()
    return any(
        keys.halves_of_a_key(one, other)
        for holder, wanted in ways
        for one in keys.tables_of(holder)
        for other in keys.tables_of(wanted)
    )


def _unknown_target(relationship: Relationship, place: Place) -> Finding:
    written = _target_name(relationship)
    like = most_similar(written.rpartition(".")[2], keys.class_names(relationship.parent))
    message = f"No class named {written} is known when {place.name} looks for it."
    fix = f'write "{like}".' if like else f"correct the name, or import the module that defines {written}."
    return Finding(place, "unknown-target", message, fix)


def _field(relationship: Relationship, problem: Exception, place: Place) -> Finding | None:
    given = relationship._init_args.foreign_keys.argument
    listed = given if isinstance(given, (list, tuple, set)) else [given]
    if any(isinstance(item, str) for item in listed) and not isinstance(given, str):
        message = f"foreign_keys={given!r} is a list of strings; SQLAlchemy wants the list within one string."
        hint = next(item for item in listed if isinstance(item, str))
        return Finding(place, "foreign-keys-string", message, keys.choose(relationship, _possible(relationship), hint))
    if not any(type(item).__name__ == "FieldInfo" for item in listed):
        return None
    names = keys.names_in(source.statement(relationship.parent.class_, relationship.key), "foreign_keys")
    message = (
        f"foreign_keys=[{', '.join(names)}] passes a field of the class body, not a column "
        f"(SQLAlchemy: “{_first_line(problem).rstrip('.')}”)."
    )
    fix = keys.choose(relationship, _possible(relationship), ",".join(names))
    return Finding(place, "foreign-keys-as-field", message, fix)


def _string(relationship: Relationship, problem: Exception, place: Place) -> Finding | None:
    given = relationship._init_args.foreign_keys.argument
    if not isinstance(given, str) or (fault := _fault_in(given, relationship)) is None:
        return None
    message = f'foreign_keys="{given}": {fault} (SQLAlchemy: “{_first_line(problem).rstrip(".")}”).'
    fix = keys.choose(relationship, _possible(relationship), _hint(given, fault))
    return Finding(place, "foreign-keys-string", message, fix)


def _ambiguous(relationship: Relationship, problem: Exception, place: Place) -> Finding | None:
    if not isinstance(problem, AmbiguousForeignKeysError):
        return None
    target, possible = keys.target_of(relationship), _possible(relationship)
    if relationship._init_args.secondary.argument is not None:
        message = f"The link table has several foreign keys to one end of {place.name} and none is chosen."
        fix = "write primaryjoin and secondaryjoin, each with the column of the link table that it means."
        return Finding(place, "ambiguous-foreign-key", message, fix)
    named = ", ".join(str(key) for key in possible)
    ends = f"{relationship.parent.class_.__name__} and {target.class_.__name__}" if target else place.name
    message = f"There are {len(possible)} foreign keys between {ends} ({named}) and none is chosen."
    return Finding(place, "ambiguous-foreign-key", message, keys.choose(relationship, possible))


def _remote_side(relationship: Relationship, problem: Exception, place: Place) -> Finding | None:
    if "both of the same direction" not in str(problem):
        return None
    table = relationship.parent.local_table
    own = [relationship.parent.get_property_by_column(column).key for column in table.primary_key]
    names = [f"{relationship.parent.class_.__name__}.{name}" for name in own]
    remote = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
    fix = f"on the side that holds one object, write {keys.arguments(relationship, remote_side=remote)}."
    message = f"{place.name} and its other side have the same direction."
    return Finding(place, "remote-side-missing", message, fix)


def _back_populates(relationship: Relationship, problem: Exception, place: Place) -> Finding | None:
    named, target = keys.back_populates_of(relationship), keys.target_of(relationship)
    if not named or target is None or named in target._props:
        return None
    name = target.class_.__name__
    like = most_similar(named, [other.key for other in relationships(target)])
    message = f'back_populates="{named}", and {name} has no such relationship.'
    fix = f'write back_populates="{like}", or ' if like else ""
    return Finding(place, "back-populates-unknown", message, f"{fix}give {name} a relationship named {named}.")


def _no_key(relationship: Relationship, problem: Exception, place: Place) -> Finding | None:
    if not isinstance(problem, NoForeignKeysError):
        return None
    message = f"There is no foreign key between the two ends of {place.name}."
    return Finding(place, "no-foreign-key", message, keys.choose(relationship, _possible(relationship)))


def _possible(relationship: Relationship) -> list[keys.Key]:
    target = keys.target_of(relationship)
    return keys.keys_between(relationship.parent, target) if target else []


def _fault_in(given: str, relationship: Relationship) -> str | None:
    """What is wrong with the string; None if each part names a column of a class."""
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
    """The column's name may be right or nearly; a name that is no foreign key says nothing."""
    return "" if fault.endswith("is no foreign key") else given


def _target_name(relationship: Relationship) -> str:
    written = relationship.argument
    if isinstance(written, str):
        return written
    if forward := getattr(written, "__forward_arg__", None):
        return str(forward)
    return getattr(written, "__name__", None) or _annotated_name(relationship)


def _annotated_name(relationship: Relationship) -> str:
    tree = source.annotation(relationship.parent.class_, relationship.key)
    names = [node for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Constant))] if tree else []
    if not names:
        return relationship.key
    return names[-1].id if isinstance(names[-1], ast.Name) else str(names[-1].value)


def _first_line(problem: Exception) -> str:
    words = re.sub(r"FieldInfo\(.*\)", "FieldInfo(…)", str(problem).strip().partition("\n")[0])
    return words if isinstance(problem, SQLAlchemyError) else f"{type(problem).__name__}: {words}"
