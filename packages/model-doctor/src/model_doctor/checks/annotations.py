"""Annotations of relationships that say list where there is one object, or one where there is a list."""

import ast
from collections.abc import Iterator
from typing import Literal

from model_doctor import source
from model_doctor.checks.common import (
    MANY_TO_ONE,
    ONE_TO_MANY,
    is_alone,
    place,
    shown_columns,
    target_name,
)
from model_doctor.findings import Finding
from model_doctor.keys import Relationship

_COLLECTIONS = {
    *("list", "set", "frozenset", "dict", "deque", "List", "Set", "FrozenSet", "Dict", "Deque", "Sequence"),
    *("MutableSequence", "Collection", "Iterable", "AbstractSet", "MutableSet", "Mapping", "MutableMapping"),
    *("WriteOnlyMapped", "DynamicMapped"),
}
_TRANSPARENT = ("Mapped", "Optional", "Union", "Annotated", "Required")


def annotation(relationship: Relationship) -> Iterator[Finding]:
    """The annotation against the direction, the key and `uselist`."""
    tree = source.annotation(relationship.parent.class_, relationship.key)
    target = target_name(relationship)
    said = _kind(tree, target) if tree and not relationship.viewonly else None
    if said == "collection" and relationship.direction is MANY_TO_ONE:
        message = f"It is annotated as a collection, and {shown_columns(relationship)} refers to one {target}."
        yield Finding(place(relationship), "collection-on-scalar-side", message, f"annotate it as {target} | None.")
    elif said == "scalar" and relationship.uselist:
        message = f"It is annotated as one {target}, and it is a list."
        yield Finding(place(relationship), "scalar-on-collection-side", message, f"annotate it as list[{target}].")
    elif said == "scalar" and relationship.direction is not MANY_TO_ONE:
        one_to_many = relationship.direction is ONE_TO_MANY
        if one_to_many and is_alone(relationship):
            return
        message = f"It is annotated as one {target}, and several may refer to it."
        unique = f", or make {shown_columns(relationship)} unique" if one_to_many else ""
        fix = f"annotate it as list[{target}]{unique}."
        yield Finding(place(relationship), "scalar-on-collection-side", message, fix)


CHECKS = (annotation,)


def _kind(tree: ast.expr, target: str) -> Literal["collection", "scalar"] | None:
    """How the annotation reads; None where a name of the project's own hides it."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        try:
            return _kind(ast.parse(tree.value, mode="eval").body, target)
        except SyntaxError:
            return None
    if isinstance(tree, ast.Subscript):
        name = ast.unparse(tree.value).rpartition(".")[2]
        return _kind(tree.slice, target) if name in _TRANSPARENT else "collection" if name in _COLLECTIONS else None
    if isinstance(tree, ast.Tuple):
        return next(filter(None, (_kind(one, target) for one in tree.elts)), None)
    if isinstance(tree, ast.BinOp):
        return _kind(tree.left, target) or _kind(tree.right, target)
    if isinstance(tree, (ast.Name, ast.Attribute)):
        name = ast.unparse(tree).rpartition(".")[2]
        return "scalar" if name == target else "collection" if name in _COLLECTIONS else None
    return None
