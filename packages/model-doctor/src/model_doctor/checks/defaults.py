"""Defaults: evaluated at import, shared between rows, quoted, or without a time zone."""

import ast
import re
import sys
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    Interval,
    Numeric,
    Table,
    Time,
    TypeDecorator,
    Uuid,
)
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
# In a column of times, numbers or UUIDs no constant looks like this.
_NO_TEXT = (Date, DateTime, Time, Interval, Boolean, Integer, Numeric, Uuid)
_SQL_CALL = re.compile(
    r"[a-z_][a-z0-9_.]*\(.*\).*|current_(timestamp|date|time)|localtimestamp|localtime", re.IGNORECASE
)
# In another only what is surely meant as a function: `POINT(0 0)` is a value.
_SURE_CALL = re.compile(
    r"(now|gen_random_uuid|uuid_generate_v\d|uuidv[47]|nextval|datetime|random|strftime|newid|sysdate|getdate)\(.*\)"
    r"|current_(timestamp|date|time)",
    re.IGNORECASE,
)


def import_time_default(table: Table, models: Models) -> Iterator[Finding]:
    """`default=datetime.now()`: called while the class body is executed."""
    for column in table.columns:
        held = _held(column)
        statement = models.statement(table, column) if held else None
        for expression, call in _default_calls(statement, held):
            if _differs_each_time(call, held):
                message = f"The default of {named(column)} is {ast.unparse(expression)}, evaluated at import."
                argument = _argument(models.attribute(table, column)[0], statement, expression)
                names = _names(models, table, column)
                fix = f"pass a function: {argument}={_later(expression, call, _is_aware(column), names)}."
                yield Finding(models.place(table, column), "import-time-default", message, fix)
                break


def mutable_default(table: Table, models: Models) -> Iterator[Finding]:
    """`default={}` on a Column. SQLModel and pydantic copy a default of a Field for each object."""
    for column in table.columns:
        held = {argument: value for argument, value in _held(column).items() if isinstance(value, (dict, list, set))}
        if not held or _is_copied(table, column, models):
            continue
        statement = models.statement(table, column)
        written = {argument: tree for argument in held for tree in source.keyword(statement, argument)}
        argument = next(iter([*written, *held]))
        kind = type(held[argument]).__name__
        message = f"The {argument} of {named(column)} is one {kind} for all rows."
        fix = f"write {argument}={_made_for_each(held[argument], written.get(argument))}."
        yield Finding(models.place(table, column), "mutable-default", message, fix)


def quoted_server_default(table: Table, models: Models) -> Iterator[Finding]:
    """`server_default="now()"` is a string constant; a function needs text() or func."""
    for column in table.columns:
        given = column.server_default.arg if isinstance(column.server_default, DefaultClause) else None
        if not isinstance(given, str):
            continue
        pattern = _SQL_CALL if isinstance(getattr(column.type, "impl", column.type), _NO_TEXT) else _SURE_CALL
        if pattern.fullmatch(given.strip()):
            message = f"The server default of {named(column)} is the quoted text '{given}', not a function."
            fix = f"write server_default=text({_quoted(given)})."
            yield Finding(models.place(table, column), "quoted-server-default", message, fix)


def naive_datetime(table: Table, models: Models) -> Iterator[Finding]:
    """Moments without a time zone: by the column, or from a default into a column that has one."""
    for column in table.columns:
        factory = next(_naive_factories(models.statement(table, column)), None)
        place = models.place(table, column)
        if factory and _refuses_naive(column):
            message = f"The default of {named(column)}, {factory}, is without a time zone, and its type refuses that."
            yield Finding(place, "naive-default-refused", message, _aware(factory, _names(models, table, column)))
        elif factory and isinstance(column.type, DateTime) and column.type.timezone:
            message = f"The default of {named(column)}, {factory}, is without a time zone, and the column has one."
            yield Finding(place, "naive-into-aware", message, _aware(factory, _names(models, table, column)))
        elif isinstance(column.type, DateTime) and not column.type.timezone:
            message = f"{named(column)} has no time zone."
            fix = "write DateTime(timezone=True), and give it aware values: datetime.now(timezone.utc)."
            yield Finding(place, "naive-datetime", message, fix)


CHECKS = (import_time_default, mutable_default, quoted_server_default, naive_datetime)


def _held(column: Column[Any]) -> dict[str, Any]:
    """The arguments that hold a value, and the value; one that holds a function or SQL is evaluated for each row."""
    held: dict[str, Any] = {}
    if isinstance(column.default, ScalarElementColumnDefault):
        held = dict.fromkeys(("default", "insert_default"), column.default.arg)
    if isinstance(column.onupdate, ScalarElementColumnDefault):
        held["onupdate"] = column.onupdate.arg
    server_default = getattr(column.server_default, "arg", None)
    return {**held, "server_default": server_default} if isinstance(server_default, str) else held


def _default_calls(tree: ast.AST | None, held: Collection[str]) -> Iterator[tuple[ast.expr, ast.Call]]:
    """A default and a call in it: `= now()`, and `default=now()` in a Field, Column or mapped_column."""
    given = list(source.keyword(tree, *held))
    if "default" in held and isinstance(tree, (ast.AnnAssign, ast.Assign)) and tree.value:
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


def _differs_each_time(call: ast.Call, held: dict[str, Any]) -> bool:
    """Known by name, as a project's own `utc_now` is. `func.now()` is SQL, and `time(9, 0)` is a time of day."""
    *before, name = ast.unparse(call.func).split(".")
    if name == "time":
        return any(isinstance(value, float) for value in held.values())
    return "func" not in before and not _DIFFERENT_EACH_TIME.isdisjoint((name, *name.split("_")))


def _argument(model: type | None, statement: ast.AST | None, expression: ast.expr) -> str:
    """`default_factory` in a Field of SQLModel, the argument that is there in a Column."""
    for call in ast.walk(statement) if statement else ():
        if isinstance(call, ast.Call) and source.called(call) in ("Column", "mapped_column"):
            given = next((keyword.arg for keyword in call.keywords if keyword.value is expression), None)
            if given:
                return given
    return "default_factory" if hasattr(model, "__sqlmodel_relationships__") else "default"


def _names(models: Models, table: Table, column: Column[Any]) -> Collection[str]:
    """The names that the module of the model knows."""
    model = models.attribute(table, column)[0]
    return vars(sys.modules[model.__module__]) if model and model.__module__ in sys.modules else ()


def _aware_now(function: str, names: Collection[str]) -> str:
    """As the module spells it: with `import datetime as dt`, dt.datetime.now(dt.timezone.utc)."""
    of_class = re.sub(r"^lambda ?: ", "", function).removesuffix("()").rpartition(".")[0]
    module = of_class.rpartition(".")[0]
    if module:
        return f"lambda: {of_class}.now({module}.timezone.utc)"
    return f"lambda: {of_class}.now(timezone.utc)" + ("" if "timezone" in names else " (from datetime import timezone)")


def _later(expression: ast.expr, call: ast.Call, aware: bool, names: Collection[str]) -> str:
    """The whole computation, to be done for each row; with a time zone where the column has one."""
    function = ast.unparse(call.func)
    if expression is not call or call.args or call.keywords:
        return f"lambda: {ast.unparse(expression)}"
    return _aware_now(function, names) if aware and function.endswith(_NAIVE) else function


def _is_aware(column: Column[Any]) -> bool:
    return bool(getattr(column.type, "timezone", False)) or _refuses_naive(column)


def _made_for_each(value: Any, written: ast.expr | None) -> str:
    """A function that makes the dict, list or set for a row."""
    if isinstance(written, (ast.Name, ast.Attribute)):
        return f"lambda: {ast.unparse(written)}.copy()"
    return f"lambda: {value!r}" if value else type(value).__name__


def _quoted(sql: str) -> str:
    return repr(sql) if '"' in sql else f'"{sql}"'


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


def _aware(factory: str, names: Collection[str]) -> str:
    return f"write {_aware_now(factory, names)} instead of {factory}."
