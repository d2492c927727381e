"""Where a class, an attribute or a table is written, and how: read from the source, never from memory."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from model_doctor.findings import Place, shown

Statement = ast.AnnAssign | ast.Assign | ast.FunctionDef


def class_place(model: type, attribute: str = "") -> Place:
    """Where the class begins."""
    tree = _class_tree(model)
    return Place(_file(model.__module__), tree.lineno if tree else 1, model.__name__, attribute)


def attribute_place(model: type, attribute: str) -> Place:
    """The attribute's line, in the class or in the base that brings it; the class's own where it is written nowhere."""
    for base in model.__mro__:
        if statement := _own_statement(base, attribute):
            return Place(_file(base.__module__), statement.lineno, model.__name__, attribute)
    return class_place(model, attribute)


def statement(model: type, attribute: str) -> Statement | None:
    """The assignment, annotation or `declared_attr` that makes the attribute."""
    return next((found for base in model.__mro__ if (found := _own_statement(base, attribute))), None)


def annotation(model: type, attribute: str) -> ast.expr | None:
    """What stands behind the colon."""
    found = statement(model, attribute)
    return found.annotation if isinstance(found, ast.AnnAssign) else None


def keyword(tree: ast.AST | None, *names: str) -> Iterator[ast.expr]:
    """The values given under these names to any call in the tree, and under these keys to any dict."""
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.keyword) and node.arg in names:
            yield node.value
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in names:
                    yield value


def table_call(table: Table, modules: Iterable[str]) -> tuple[str, ast.Call] | None:
    """The module and the call `Table("name", …)` that makes the table."""
    for module in modules:
        for node in ast.walk(module_tree(module)):
            if isinstance(node, ast.Call) and called(node) == "Table" and _first(node) == table.name:
                return module, node
    return None


def table_place(table: Table, modules: Iterable[str], column: str = "") -> Place:
    """Where the table, or one of its columns, is written in a call of `Table`."""
    found = table_call(table, modules)
    if found is None:
        return Place("", 0, table.name, column)
    module, call = found
    line = next((node.lineno for node in _columns(call) if _first(node) == column), call.lineno)
    return Place(_file(module), line, table.name, column)


def column_tree(table: Table, modules: Iterable[str], column: str) -> ast.Call | None:
    """The call `Column("name", …)` in the call of `Table`."""
    found = table_call(table, modules)
    return next((node for node in _columns(found[1]) if _first(node) == column), None) if found else None


@cache
def module_tree(module: str) -> ast.Module:
    """The source of a module that is imported."""
    return parsed(getattr(sys.modules.get(module), "__file__", None))


def parsed(file: str | Path | None) -> ast.Module:
    """The module's tree; an empty one where there is no source, or none that can be parsed."""
    try:
        return ast.parse(Path(file).read_bytes()) if file and str(file).endswith(".py") else ast.Module([], [])
    except (OSError, SyntaxError, ValueError):
        return ast.Module([], [])


def called(call: ast.Call) -> str:
    """The last name of what is called: `Column` of `sa.Column(…)`."""
    return ast.unparse(call.func).rpartition(".")[2]


@cache
def _class_tree(model: type) -> ast.ClassDef | None:
    """The class of this name that is nested as the qualified name says."""
    tree: ast.AST | None = module_tree(model.__module__)
    for name in model.__qualname__.replace(".<locals>", "").split("."):
        tree = next((node for node in _inside(tree) if getattr(node, "name", None) == name), None)
    return tree if isinstance(tree, ast.ClassDef) else None


def _inside(tree: ast.AST | None) -> Iterator[ast.AST]:
    """Definitions directly within: through `if` and `try`, not through other definitions."""
    for node in ast.iter_child_nodes(tree) if tree else ():
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node
        else:
            yield from _inside(node)


def _own_statement(model: type, attribute: str) -> Statement | None:
    tree = _class_tree(model)
    for node in tree.body if tree else ():
        if isinstance(node, Statement) and attribute in _names(node):
            return node
    return None


def _names(node: ast.stmt) -> list[Any]:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def _columns(call: ast.Call) -> Iterator[ast.Call]:
    return (node for node in ast.walk(call) if isinstance(node, ast.Call) and called(node) == "Column")


def _first(call: ast.Call) -> Any:
    return call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None


def _file(module: str) -> str:
    return shown(getattr(sys.modules.get(module), "__file__", None) or module)
