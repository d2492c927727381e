"""Defaults: evaluated at import, shared between rows, quoted, or without a time zone."""

import ast
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime, String, Table, TypeDecorator
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.schema import DefaultClause, ScalarElementColumnDefault

from model_doctor import dialects, source
from model_doctor.checks.common import named
from model_doctor.findings import Finding
from model_doctor.models import Models

# Each call gives another value, so calling it once for all rows is a mistake.
_DIFFERENT_EACH_TIME = {
    *("now", "utcnow", "today", "tomorrow", "yesterday", "time_ns", "monotonic", "perf_counter"),
    *("uuid1", "uuid4", "uuid6", "uuid7", "ulid", "ULID", "uuid", "nanoid", "cuid"),
    *("token_hex", "token_urlsafe", "token_bytes", "urandom"),
    *("random", "randint", "randrange", "choice", "getrandbits"),
}
_MAKERS = ("Field", "Column", "mapped_column")
_NAIVE = ("datetime.utcnow", "datetime.now")
_SQL_CALL = re.compile(r"[a-z_][a-z0-9_.]*\(.*\)|current_(timestamp|date|time)|localtimestamp|localtime", re.IGNORECASE)
# In a text column only what is surely meant as a function.
_SURE_CALL = re.compile(
    r"(now|gen_random_uuid|uuid_generate_v[14]|nextval|datetime|random)\(.*\)|current_\w+", re.IGNORECASE
)


def import_time_default(table: Table, models: Models) -> Iterator[Finding]:
    """`default=datetime.now()`: called while the class body is executed."""
    for column in table.columns:
        given = (column.default, column.onupdate)
        held = [default.arg for default in given if isinstance(default, ScalarElementColumnDefault)]
        if not held and not isinstance(getattr(column.server_default, "arg", None), str):
            continue
        statement = models.statement(table, column)
        for expression, call in _default_calls(statement):
            if _differs_each_time(call, held):
                message = f"The default of {named(column)} is {ast.unparse(expression)}, evaluated at import."
                argument = _argument(models.attribute(table, column)[0], statement, expression)
                fix = f"pass a function: {argument}={_later(expression, call)}."
                yield Finding(models.place(table, column), "import-time-default", message, fix)
                break


def mutable_default(table: Table, models: Models) -> Iterator[Finding]:
    """`default={}` on a Column. SQLModel and pydantic copy a default of a Field for each object."""
    for column in table.columns:
        value = column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
        if not isinstance(value, (dict, list, set)) or _is_copied(table, column, models):
            continue
        kind = type(value).__name__
        written = f"lambda: {value!r}" if value else kind
        message = f"The default of {named(column)} is one {kind} for all rows."
        yield Finding(models.place(table, column), "mutable-default", message, f"write default={written}.")


def quoted_server_default(table: Table, models: Models) -> Iterator[Finding]:
    """`server_default="now()"` is a string constant; a function needs text() or func."""
    for column in table.columns:
        given = column.server_default.arg if isinstance(column.server_default, DefaultClause) else None
        if not isinstance(given, str):
            continue
        pattern = _SURE_CALL if isinstance(column.type, String) else _SQL_CALL
        if pattern.fullmatch(given.strip()):
            message = f"The server default of {named(column)} is the quoted text '{given}', not a function."
            fix = f'write server_default=text("{given}").'
            yield Finding(models.place(table, column), "quoted-server-default", message, fix)


def naive_datetime(table: Table, models: Models) -> Iterator[Finding]:
    """Moments without a time zone: by the column, or from a default into a column that has one."""
    for column in table.columns:
        factory = next(_naive_factories(models.statement(table, column)), None)
        place = models.place(table, column)
        if factory and _refuses_naive(column):
            message = f"The default of {named(column)}, {factory}, is without a time zone, and its type refuses that."
            yield Finding(place, "naive-default-refused", message, _aware(factory))
        elif factory and isinstance(column.type, DateTime) and column.type.timezone:
            message = f"The default of {named(column)}, {factory}, is without a time zone, and the column has one."
            yield Finding(place, "naive-into-aware", message, _aware(factory))
        elif isinstance(column.type, DateTime) and not column.type.timezone:
            message = f"{named(column)} has no time zone."
            fix = "write DateTime(timezone=True), and give it aware values: datetime.now(timezone.utc)."
            yield Finding(place, "naive-datetime", message, fix)


CHECKS = (import_time_default, mutable_default, quoted_server_default, naive_datetime)


def _default_calls(tree: ast.AST | None) -> Iterator[tuple[ast.expr, ast.Call]]:
    """The default and a call in it: `= now()`, and `default=now()` in a Field, Column or mapped_column."""
    given = list(source.keyword(tree, "default", "insert_default", "onupdate", "server_default"))
    if isinstance(tree, (ast.AnnAssign, ast.Assign)) and tree.value:
        made = isinstance(tree.value, ast.Call) and source.called(tree.value) in _MAKERS
        given += tree.value.args if made and isinstance(tree.value, ast.Call) else [tree.value]
    for value in given:
        yield from ((value, node) for node in _called_at_once(value) if isinstance(node, ast.Call))


def _called_at_once(tree: ast.AST) -> Iterator[ast.AST]:
    """The body of a lambda is called later."""
    if not isinstance(tree, ast.Lambda):
        yield tree
        for node in ast.iter_child_nodes(tree):
            yield from _called_at_once(node)


def _differs_each_time(call: ast.Call, held: list[Any]) -> bool:
    """Known by name, as a project's own `utc_now` is. `func.now()` is SQL, and `time(9, 0)` is a time of day."""
    *before, name = ast.unparse(call.func).split(".")
    if name == "time":
        return any(isinstance(value, float) for value in held)
    return "func" not in before and not _DIFFERENT_EACH_TIME.isdisjoint((name, *name.split("_")))


def _argument(model: type | None, statement: ast.AST | None, expression: ast.expr) -> str:
    """`default_factory` in a Field of SQLModel, the argument that is there in a Column."""
    for call in ast.walk(statement) if statement else ():
        if isinstance(call, ast.Call) and source.called(call) in ("Column", "mapped_column"):
            given = next((keyword.arg for keyword in call.keywords if keyword.value is expression), None)
            if given:
                return given
    return "default_factory" if hasattr(model, "__sqlmodel_relationships__") else "default"


def _later(expression: ast.expr, call: ast.Call) -> str:
    """The whole computation, to be done for each row."""
    spelled = ast.unparse(expression)
    naive = ast.unparse(call.func).endswith(_NAIVE) and not call.args and not call.keywords
    if expression is call and naive:
        return "lambda: datetime.now(timezone.utc)"
    plain = expression is call and not call.args and not call.keywords
    return ast.unparse(call.func) if plain else f"lambda: {spelled}"


def _is_copied(table: Table, column: Column[Any], models: Models) -> bool:
    """SQLModel gives each object a copy of a field's default; MutableDict and MutableList copy what is assigned."""
    model, attribute = models.attribute(table, column)
    mapped = getattr(model, attribute, None)
    # as_mutable() and @validates listen for assignments.
    if isinstance(mapped, InstrumentedAttribute) and list(mapped.dispatch.set):
        return True
    fields: dict[str, Any] = getattr(model, "__pydantic_fields__", None) or {}
    return attribute in fields and not fields[attribute].is_required()


def _naive_factories(tree: ast.AST | None) -> Iterator[str]:
    for value in source.keyword(tree, "default_factory", "default", "insert_default", "onupdate"):
        body = value.body if isinstance(value, ast.Lambda) else value
        if isinstance(body, ast.Call) and isinstance(value, ast.Lambda) and not body.args and not body.keywords:
            body = body.func
        if isinstance(body, ast.Attribute) and ast.unparse(body).endswith(_NAIVE):
            yield ast.unparse(value)


def _refuses_naive(column: Column[Any]) -> bool:
    """Ask the type itself, as SQLAlchemy does before each INSERT."""
    if not isinstance(column.type, TypeDecorator):
        return False
    try:
        column.type.process_bind_param(datetime(2000, 1, 1), dialects.dialect("postgresql"))  # noqa: DTZ001
    except Exception:
        return True
    return False


def _aware(factory: str) -> str:
    return f"write lambda: datetime.now(timezone.utc) instead of {factory}."
