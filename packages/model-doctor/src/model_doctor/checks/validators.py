"""Validators of SQLModel tables, which do not run when an object is created."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from model_doctor import source
from model_doctor.findings import Finding, count
from model_doctor.keys import own_tables
from model_doctor.models import Models, allows

_KINDS = ("validators", "field_validators", "root_validators", "model_validators")


def methods_never_run(mapper: Mapper[Any], models: Models) -> Iterator[Finding]:
    """One finding per class, of what its own body defines; those of a base class run in its other subclasses."""
    model = mapper.class_
    if _is_validated(model) or not (methods := _own_methods(model)):
        return
    place = source.attribute_place(model, methods[0])
    yield Finding(place, "validators-never-run", _message(model, ", ".join(methods)), _fix(model))


def annotations_never_run(models: Models) -> Iterator[Finding]:
    """One finding per validator: an alias brings it to the columns of many classes."""
    groups: dict[int, list[tuple[Mapper[Any], str]]] = {}
    for mapper in models.mappers:
        for name, validator in _own_annotated(mapper):
            groups.setdefault(id(validator), []).append((mapper, name))
    for columns in groups.values():
        mapper, name = columns[0]
        more = f" (the same for {count(len(columns) - 1, 'more column')})" if len(columns) > 1 else ""
        message = _message(mapper.class_, f"the validators in the annotation of {name}{more}")
        place = source.attribute_place(mapper.class_, name)
        subjects = tuple(f"{table.name}.{name}" for mapper, name in columns for table in own_tables(mapper))
        yield Finding(place, "validators-never-run", message, _fix(mapper.class_), subjects)


CHECKS = (methods_never_run,)
PROJECT_CHECKS = (annotations_never_run,)


def _message(model: type, what: str) -> str:
    return f"{model.__name__} is table=True, so {model.__name__}(…) does not run {what}."


def _fix(model: type) -> str:
    return (
        f"move the rule to a class without table=True that validates {model.__name__}'s data first "
        f"(class {model.__name__}Draft(SQLModel)), and to the database with a CheckConstraint."
    )


def _is_validated(model: type) -> bool:
    config: dict[str, Any] = getattr(model, "model_config", {})
    return not config.get("table") or bool(config.get("validate_assignment"))


def _own_methods(model: type) -> list[str]:
    decorated = getattr(model, "__pydantic_decorators__", None)
    names = [name for kind in _KINDS for name in getattr(decorated, kind, ())]
    return [name for name in names if source.is_written_in(model, name) or _is_own(model, name)]


def _is_own(model: type, name: str) -> bool:
    """A validator assigned in another way than by `def` has no statement of its own."""
    bases = [base for base in model.__mro__[1:] if name in vars(base)]
    return name in vars(model) and not bases


def _own_annotated(mapper: Mapper[Any]) -> Iterator[tuple[str, Any]]:
    """The columns of its own body, each with the first validator in its annotation."""
    model = mapper.class_
    fields: dict[str, Any] = {} if _is_validated(model) else getattr(model, "__pydantic_fields__", {})
    for name in fields:
        found = next((one for one in fields[name].metadata if type(one).__name__.endswith("Validator")), None)
        if found is not None and source.is_written_in(model, name) and not _allows(mapper, name):
            yield name, found


def _allows(mapper: Mapper[Any], name: str) -> bool:
    infos = [table.info for table in own_tables(mapper)]
    infos += [column.info for column in getattr(mapper._props.get(name), "columns", ())]
    return allows("validators-never-run", *infos)
