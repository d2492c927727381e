"""Column types against the annotations: strings without a length, enums in strings, NOT NULL."""

import ast
from collections.abc import Iterator
from enum import Enum
from types import NoneType
from typing import Any

from sqlalchemy import CheckConstraint, Column, Integer, String, Table, Text
from sqlalchemy import Enum as EnumType
from sqlalchemy.types import TypeEngine

from model_doctor import source
from model_doctor.checks.common import named
from model_doctor.findings import Finding
from model_doctor.models import Models, inherits_its_table

_OPTIONAL = ("Optional", "None")


def string_without_length(table: Table, models: Models) -> Iterator[Finding]:
    """Text says that any length is meant; a foreign key is as long as its target; a CHECK counts too."""
    for column in table.columns:
        if _is_unbounded(column) and not column.foreign_keys and not _is_checked(column, table):
            message = f"{named(column)} is a string of any length."
            fix = "write max_length=200 (SQLModel) or String(200), or Text where any length is meant."
            yield Finding(models.place(table, column), "string-without-length", message, fix)


def enum_in_string(table: Table, models: Models) -> Iterator[Finding]:
    """Annotated with an enum, stored as a string or a number; a type of the project's own converts, and is silent."""
    for column in table.columns:
        kind = _without_decorator(column.type)
        if not isinstance(kind, (String, Integer)) or isinstance(kind, EnumType):
            continue
        model, attribute = models.attribute(table, column)
        found = next((one for one in _annotated(model, attribute) if _is_enum(one)), None) if model else None
        if found is None or attribute in _validated(model):
            continue
        plain = not issubclass(found, (str, int))
        ends = "its members are neither str nor int" if plain else f"it is {found.__name__} only until it is loaded"
        message = f"{named(column)} is annotated as {found.__name__} and stored as {type(kind).__name__}: {ends}."
        code = "enum-refused" if plain else "enum-in-string"
        yield Finding(models.place(table, column), code, message, f"write Enum({found.__name__}) as its type.")


def nullability(table: Table, models: Models) -> Iterator[Finding]:
    """The annotation says None where the column refuses NULL, or the other way round."""
    for column in table.columns:
        model, attribute = models.attribute(table, column)
        if model is None or column.primary_key or _is_filled_in(column) or _may_be_either(model):
            continue
        tree = source.annotation(model, attribute)
        optional = None if tree is None else _is_optional(tree, source.annotated_objects(model, attribute))
        if optional is None or optional == column.nullable:
            continue
        if column.nullable:
            message = f"{named(column)} accepts NULL, and {attribute} is annotated without None."
            fix = "write nullable=False, or add None to the annotation."
        else:
            message = f"{named(column)} is NOT NULL, and {attribute} is annotated with None."
            fix = "write nullable=True, or take None out of the annotation."
        yield Finding(models.place(table, column), "nullability-differs", message, fix)


CHECKS = (string_without_length, enum_in_string, nullability)


def _without_decorator(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """SQLModel's own string is a decorator round String."""
    return getattr(kind, "impl", kind) if type(kind).__name__ == "AutoString" else kind


def _is_unbounded(column: Column[Any]) -> bool:
    kind = _without_decorator(column.type)
    meant = isinstance(kind, (Text, EnumType)) or "TEXT" in kind.__visit_name__.upper()
    return isinstance(kind, String) and not meant and kind.length is None


def _is_checked(column: Column[Any], table: Table) -> bool:
    checks = [str(check.sqltext).lower() for check in table.constraints if isinstance(check, CheckConstraint)]
    names = (column.name, f"{table.name}.{column.name}")
    return any(f"length({name})" in check.replace('"', "") for check in checks for name in names)


def _annotated(model: type, attribute: str) -> list[Any]:
    """What the annotation names: pydantic has it evaluated, otherwise it is looked up."""
    fields: dict[str, Any] = getattr(model, "__pydantic_fields__", None) or {}
    field = fields.get(attribute)
    given = [field.annotation, *getattr(field.annotation, "__args__", ())] if field is not None else []
    return given or source.annotated_objects(model, attribute)


def _is_enum(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Enum)


def _validated(model: Any) -> Any:
    """Attributes with `@validates`, which may convert."""
    return model.__mapper__.validators


def _is_filled_in(column: Column[Any]) -> bool:
    """By a default, the database or a sequence: the attribute is None only until it is stored."""
    return any(given is not None for given in (column.default, column.server_default, column.computed, column.identity))


def _may_be_either(model: Any) -> bool:
    """In single-table inheritance the columns of one class are NULL in the rows of the others."""
    return inherits_its_table(model.__mapper__)


def _is_optional(tree: ast.expr, objects: list[Any]) -> bool | None:
    """Whether the annotation allows None; None for one that names an alias of the project's own."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        try:
            return _is_optional(ast.parse(tree.value, mode="eval").body, objects)
        except SyntaxError:
            return None
    if isinstance(tree, ast.Subscript) and ast.unparse(tree.value).rpartition(".")[2] in ("Mapped", "Annotated"):
        inner = tree.slice.elts[0] if isinstance(tree.slice, ast.Tuple) else tree.slice
        return _is_optional(inner, objects)
    words = ast.unparse(tree)
    if any(word in words for word in _OPTIONAL) or NoneType in objects or "Any" in words:
        return None if "Any" in words else True
    return False if objects and all(isinstance(one, type) for one in objects) else _is_builtin(words)


def _is_builtin(words: str) -> bool | None:
    builtins = {"int", "str", "float", "bool", "bytes", "dict", "list"}
    return False if words.partition("[")[0] in builtins else None
