"""Columns: their defaults, their moments, their lengths, and validators that nobody calls."""

import ast
from collections.abc import Iterator
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, String, Table, Text
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from model_doctor import source
from model_doctor.findings import Finding
from model_doctor.reading import Models

# Each call gives something else, so calling it once for all is a mistake.
_EVER_NEW = {
    *("now", "utcnow", "today", "tomorrow", "yesterday", "time_ns", "monotonic", "perf_counter"),
    *("uuid1", "uuid4", "uuid6", "uuid7", "ulid", "ULID", "uuid", "nanoid", "cuid"),
    *("token_hex", "token_urlsafe", "token_bytes", "urandom"),
    *("random", "randint", "randrange", "choice", "getrandbits"),
}
_MAKERS = ("Field", "Column", "mapped_column")
_NAIVE = ("datetime.utcnow", "datetime.now")


def import_time_default(table: Table, models: Models) -> Iterator[Finding]:
    """`default=datetime.now()`: called while the class is read."""
    for column in table.columns:
        given = (column.default, column.onupdate)
        held = [default.arg for default in given if isinstance(default, ScalarElementColumnDefault)]
        if not held and not isinstance(getattr(column.server_default, "arg", None), str):
            continue
        for call in _default_calls(models.statement(table, column.name)):
            if _is_ever_new(call, held):
                name, spelled = f"{table.name}.{column.name}", ast.unparse(call)
                wrong = f"The default of {name} is {spelled}, called while the module is imported."
                yield Finding(models.place(table, column.name), "import-time-default", wrong, _uncalled(call))


def naive_datetime(table: Table, models: Models) -> Iterator[Finding]:
    """A type of the project's own (TypeDecorator) knows what it does."""
    for column in table.columns:
        name, place = f"{table.name}.{column.name}", models.place(table, column.name)
        if isinstance(column.type, DateTime) and not column.type.timezone:
            wrong = f"{name} keeps no time zone."
            said = "write DateTime(timezone=True), and give it moments that are aware: datetime.now(UTC)."
            yield Finding(place, "naive-datetime", wrong, said)
        elif factory := next(_naive_factories(models.statement(table, column.name)), None):
            wrong = f"The default of {name}, {factory}, makes moments without a time zone."
            yield Finding(place, "naive-datetime", wrong, "write lambda: datetime.now(UTC).")


def string_without_length(table: Table, models: Models) -> Iterator[Finding]:
    """Text says that it is meant to be unbounded; a foreign key is as long as its target; a CHECK counts too."""
    for column in table.columns:
        if _is_unbounded(column) and not column.foreign_keys and not _is_checked(column, table):
            wrong = f"{table.name}.{column.name} is a string of any length."
            said = "write max_length=200 (SQLModel) or String(200), or Text where any length is meant."
            yield Finding(models.place(table, column.name), "string-without-length", wrong, said)


def validators_never_run(mapper: Mapper[Any], models: Models) -> Iterator[Finding]:
    """Validators in the body of a `table=True` class; those of a base run in its other heirs."""
    model = mapper.class_
    if not getattr(model, "model_config", {}).get("table") or model.model_config.get("validate_assignment"):
        return
    for name in _own_validators(model):
        wrong = f"{model.__name__} is table=True, so {model.__name__}(…) does not run {name}."
        said = (
            f"move it to a class without table=True that {model.__name__}'s data passes first "
            f"(class {model.__name__}Draft(SQLModel)), and hold the rule in the database with a CheckConstraint."
        )
        yield Finding(source.attribute_place(model, name), "validators-never-run", wrong, said)


TABLE_CHECKS = (import_time_default, naive_datetime, string_without_length)
MODEL_CHECKS = (validators_never_run,)


def _default_calls(tree: ast.AST | None) -> Iterator[ast.Call]:
    """Calls that make a default: `= now()`, and `default=now()` in a Field, Column or mapped_column."""
    given = list(source.keyword(tree, "default", "insert_default", "onupdate", "server_default"))
    if isinstance(tree, ast.AnnAssign | ast.Assign) and tree.value:
        made = isinstance(tree.value, ast.Call) and source.called(tree.value) in _MAKERS
        given += tree.value.args if made else [tree.value]  # type: ignore[attr-defined]
    for value in given:
        yield from (node for node in _called_at_once(value) if isinstance(node, ast.Call))


def _called_at_once(tree: ast.AST) -> Iterator[ast.AST]:
    """What stands in a lambda is called later."""
    if not isinstance(tree, ast.Lambda):
        yield tree
        for node in ast.iter_child_nodes(tree):
            yield from _called_at_once(node)


def _is_ever_new(call: ast.Call, held: list[Any]) -> bool:
    """Known by its name, as the project's own `utc_now` is. `func.now()` is SQL, and `time(9, 0)` is a time of day."""
    *before, name = ast.unparse(call.func).split(".")
    if name == "time":
        return any(isinstance(value, float) for value in held)
    return "func" not in before and not _EVER_NEW.isdisjoint((name, *name.split("_")))


def _uncalled(call: ast.Call) -> str:
    spelled, function = ast.unparse(call), ast.unparse(call.func)
    naive = function in _NAIVE and not call.args and not call.keywords
    later = "lambda: datetime.now(UTC)" if naive else f"lambda: {spelled}" if call.args or call.keywords else function
    return f"hand over the function: default_factory={later} (SQLModel) or default={later} (SQLAlchemy)."


def _naive_factories(tree: ast.AST | None) -> Iterator[str]:
    for value in source.keyword(tree, "default_factory", "default", "insert_default", "onupdate"):
        body = value.body if isinstance(value, ast.Lambda) else value
        if isinstance(body, ast.Call) and isinstance(value, ast.Lambda) and not body.args and not body.keywords:
            body = body.func
        if isinstance(body, ast.Attribute) and ast.unparse(body).endswith(_NAIVE):
            yield ast.unparse(value)


def _is_unbounded(column: Column[Any]) -> bool:
    kind = column.type
    # SQLModel's own string is a decorator round String.
    kind = getattr(kind, "impl", kind) if type(kind).__name__ == "AutoString" else kind
    meant = isinstance(kind, Text) or "TEXT" in kind.__visit_name__.upper()
    return isinstance(kind, String) and not meant and kind.length is None


def _is_checked(column: Column[Any], table: Table) -> bool:
    checks = [str(check.sqltext).lower() for check in table.constraints if isinstance(check, CheckConstraint)]
    names = (column.name, f"{table.name}.{column.name}")
    return any(f"length({name})" in check.replace('"', "") for check in checks for name in names)


def _own_validators(model: type) -> list[str]:
    """Names of the methods with a validator's decorator, and of the fields with one in their annotation."""
    decorated = getattr(model, "__pydantic_decorators__", None)
    kinds = ("validators", "field_validators", "root_validators", "model_validators")
    methods = [name for kind in kinds for name in getattr(decorated, kind, ())]
    fields: dict[str, Any] = getattr(model, "__pydantic_fields__", {})
    annotated = [n for n, f in fields.items() if any(type(m).__name__.endswith("Validator") for m in f.metadata)]
    return [name for name in (*methods, *annotated) if name in vars(model) or name in model.__annotations__]
