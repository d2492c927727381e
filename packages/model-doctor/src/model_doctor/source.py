"""Where a class, an attribute or a table is written, and how, read from the source files."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard, Union

from sqlalchemy import Table

from model_doctor.findings import Place, shown

# A union that isinstance() takes on Python 3.10 too, and that a type checker reads.
Statement = Union[ast.AnnAssign, ast.Assign, ast.FunctionDef]  # noqa: UP007
_STATEMENTS = (ast.AnnAssign, ast.Assign, ast.FunctionDef)


def class_place(model: type, attribute: str = "") -> Place:
    """The line that starts the class; for one made by `type(...)` that call's."""
    tree = class_tree(model) or _type_call(model)
    line, end = (tree.lineno, _end_of_head(tree)) if tree else (1, 1)
    return Place(file_of(model.__module__), line, model.__name__, attribute, end)


def attribute_place(model: type, attribute: str) -> Place:
    """The line of the attribute, in the class or the base that defines it; otherwise the line of the class."""
    for base in model.__mro__:
        if found := _own_statement(base, attribute):
            return Place(file_of(base.__module__), found.lineno, base.__name__, attribute, found.end_lineno or 0)
    return class_place(model, attribute)


def statement(model: type, attribute: str) -> Statement | None:
    """The assignment, annotation or `declared_attr` that defines the attribute."""
    return next((found for base in model.__mro__ if (found := _own_statement(base, attribute))), None)


def is_written_in(model: type, attribute: str) -> bool:
    """Whether the class body itself, and no base, defines the attribute."""
    return _own_statement(model, attribute) is not None


def annotation(model: type, attribute: str) -> ast.expr | None:
    """The annotation of the attribute."""
    found = statement(model, attribute)
    return found.annotation if isinstance(found, ast.AnnAssign) else None


def annotated_objects(model: type, attribute: str) -> list[Any]:
    """The objects that the names in the annotation stand for, as far as they can be looked up."""
    for base in model.__mro__:
        found = _own_statement(base, attribute)
        if isinstance(found, ast.AnnAssign):
            names = vars(sys.modules.get(base.__module__, sys))
            return [value for node in _names_in(found.annotation) if (value := _looked_up(node, names)) is not None]
    return []


def keyword(tree: ast.AST | None, *names: str) -> Iterator[ast.expr]:
    """The values given under these names to any call in the tree, and under these keys to any dict."""
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.keyword) and node.arg in names:
            yield node.value
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in names:
                    yield value


def table_call(table: Table, modules: list[str]) -> tuple[str, ast.Call] | None:
    """The module and the call `Table("name", …)` that creates the table."""
    by_name, by_object = _all_table_calls(tuple(modules))
    return by_object.get(id(table)) or by_name.get(table.name)


def table_place(table: Table, modules: list[str], column: str = "") -> Place:
    """The line of the call of `Table`, or of the `Column` in it."""
    found = table_call(table, modules)
    if found is None:
        return Place("", 0, table.name, column)
    module, call = found
    node = next((node for node in _columns(call) if first_argument(node) == column), call)
    return Place(file_of(module), node.lineno, table.name, column, node.end_lineno or 0)


def column_tree(table: Table, modules: list[str], column: str) -> ast.Call | None:
    """The call `Column("name", …)` in the call of `Table`."""
    found = table_call(table, modules)
    return next((node for node in _columns(found[1]) if first_argument(node) == column), None) if found else None


def class_trees(model: type) -> Iterator[tuple[str, ast.AST]]:
    """The definitions of the class and of its bases, each with its module."""
    return ((base.__module__, tree) for base in model.__mro__ if (tree := class_tree(base)))


def table_trees(table: Table, modules: list[str]) -> Iterator[tuple[str, ast.AST]]:
    """The call of `Table`, with its module."""
    return (found for found in (table_call(table, modules),) if found)


def index_call(trees: Iterable[tuple[str, ast.AST]], name: str, columns: list[str]) -> tuple[str, ast.Call] | None:
    """The module and the call of `Index` or `UniqueConstraint` with this name; of several, that with the columns."""
    found = [(module, node) for module, tree in trees for node in ast.walk(tree) if _is_index_call(node, name)]
    return max(found, key=lambda one: sum(column in ast.unparse(one[1]) for column in columns), default=None)


@cache
def module_tree(module: str) -> ast.Module:
    """The syntax tree of an imported module."""
    return parsed(getattr(sys.modules.get(module), "__file__", None))


def parsed(file: str | Path | None) -> ast.Module:
    """The syntax tree of a file; an empty one where there is no source or it cannot be parsed."""
    try:
        return ast.parse(Path(file).read_bytes()) if file and str(file).endswith(".py") else ast.Module([], [])
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def called(call: ast.Call) -> str:
    """The last name of the callee: `Column` in `sa.Column(…)`."""
    function = call.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def first_argument(call: ast.Call) -> Any:
    """Its first positional argument if that is a constant."""
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None


def file_of(module: str) -> str:
    return shown(getattr(sys.modules.get(module), "__file__", None) or module)


@cache
def class_tree(model: type) -> ast.ClassDef | None:
    """The definition of the class, found by its qualified name."""
    tree: ast.AST | None = module_tree(model.__module__)
    for name in model.__qualname__.replace(".<locals>", "").split("."):
        tree = next((node for node in _definitions(tree) if getattr(node, "name", None) == name), None)
    return tree if isinstance(tree, ast.ClassDef) else None


@cache
def _all_table_calls(
    modules: tuple[str, ...],
) -> tuple[dict[str, tuple[str, ast.Call]], dict[int, tuple[str, ast.Call]]]:
    """Those of all modules; the first module counts where several have one name."""
    named: dict[str, tuple[str, ast.Call]] = {}
    assigned: dict[int, tuple[str, ast.Call]] = {}
    for module in modules:
        by_name, by_object = _table_calls(module)
        for name, call in by_name.items():
            named.setdefault(name, (module, call))
        for key, call in by_object.items():
            assigned.setdefault(key, (module, call))
    return named, assigned


def _table_calls(module: str) -> tuple[dict[str, ast.Call], dict[int, ast.Call]]:
    """Every call of `Table` in the module, by the table's name, and by the object it is assigned to."""
    tree, names = module_tree(module), vars(sys.modules.get(module, sys))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == "Table"]
    by_name = {name: node for node in reversed(calls) if isinstance(name := first_argument(node), str)}
    by_object = {
        id(names.get(target.id)): node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and called(node.value) == "Table"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return by_name, by_object


def _is_index_call(node: ast.AST, name: str) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or called(node) not in ("Index", "UniqueConstraint"):
        return False
    named = [getattr(keyword.value, "value", None) for keyword in node.keywords if keyword.arg == "name"]
    return name in (first_argument(node), *named)


def _type_call(model: type) -> ast.Call | None:
    """The call `type("Name", …)` that creates the class; any call of `type` with three arguments if no name fits."""
    calls = [
        node
        for node in ast.walk(module_tree(model.__module__))
        if isinstance(node, ast.Call) and called(node) in ("type", "new_class") and len(node.args) > 1
    ]
    named = [node for node in calls if first_argument(node) == model.__name__]
    return next(iter([*named, *calls]), None)


def _end_of_head(tree: ast.ClassDef | ast.Call) -> int:
    if isinstance(tree, ast.Call):
        return tree.end_lineno or tree.lineno
    parts: list[ast.expr] = [*tree.bases, *(keyword.value for keyword in tree.keywords)]
    return max([tree.lineno, *(part.end_lineno or 0 for part in parts)])


def _definitions(tree: ast.AST | None) -> Iterator[ast.AST]:
    """Definitions directly within: through `if` and `try`, not through other definitions."""
    for node in ast.iter_child_nodes(tree) if tree else ():
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            yield node
        else:
            yield from _definitions(node)


@cache
def _own_statements(model: type) -> dict[str, Statement]:
    tree = class_tree(model)
    found: dict[str, Statement] = {}
    for node in tree.body if tree else ():
        if isinstance(node, _STATEMENTS):
            for name in _assigned(node):
                found.setdefault(name, node)
    return found


def _own_statement(model: type, attribute: str) -> Statement | None:
    return _own_statements(model).get(attribute)


def _assigned(node: Statement) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _names_in(tree: ast.AST) -> Iterator[ast.expr]:
    """Names and dotted names; strings are parsed, since forward references are strings."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        try:
            yield from _names_in(ast.parse(tree.value, mode="eval").body)
        except SyntaxError:
            return
    elif isinstance(tree, (ast.Name, ast.Attribute)):
        yield tree
    else:
        for node in ast.iter_child_nodes(tree):
            yield from _names_in(node)


def _looked_up(node: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Attribute):
        return getattr(_looked_up(node.value, names), node.attr, None)
    return names.get(node.id) if isinstance(node, ast.Name) else None


def _columns(call: ast.Call) -> Iterator[ast.Call]:
    return (node for node in ast.walk(call) if isinstance(node, ast.Call) and called(node) == "Column")
