"""Validators of SQLModel tables, which do not run when an object is created."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Mapper

from model_doctor import source
from model_doctor.findings import Finding
from model_doctor.models import Models

_KINDS = ("validators", "field_validators", "root_validators", "model_validators")


def validators_never_run(mapper: Mapper[Any], models: Models) -> Iterator[Finding]:
    """One finding per class, of what its own body defines; those of a base class run in its other subclasses."""
    model = mapper.class_
    config: dict[str, Any] = getattr(model, "model_config", {})
    if not config.get("table") or config.get("validate_assignment"):
        return
    methods, fields = _own_methods(model), _own_fields(model)
    if not methods and not fields:
        return
    parts = [", ".join(methods)] if methods else []
    parts += [f"the validators in the annotation of {', '.join(fields)}"] if fields else []
    message = f"{model.__name__} is table=True, so {model.__name__}(…) does not run {' and '.join(parts)}."
    fix = (
        f"move the rule to a class without table=True that validates {model.__name__}'s data first "
        f"(class {model.__name__}Draft(SQLModel)), and to the database with a CheckConstraint."
    )
    place = source.attribute_place(model, (*methods, *fields)[0])
    yield Finding(place, "validators-never-run", message, fix)


CHECKS = (validators_never_run,)


def _own_methods(model: type) -> list[str]:
    decorated = getattr(model, "__pydantic_decorators__", None)
    names = [name for kind in _KINDS for name in getattr(decorated, kind, ())]
    return [name for name in names if source.is_written_in(model, name) or _is_own(model, name)]


def _is_own(model: type, name: str) -> bool:
    """A validator assigned in another way than by `def` has no statement of its own."""
    bases = [base for base in model.__mro__[1:] if name in vars(base)]
    return name in vars(model) and not bases


def _own_fields(model: type) -> list[str]:
    fields: dict[str, Any] = getattr(model, "__pydantic_fields__", {})
    own = (name for name in fields if source.is_written_in(model, name))
    return [name for name in own if any(type(one).__name__.endswith("Validator") for one in fields[name].metadata)]
