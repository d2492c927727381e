"""`column IN (…)` for a list of whole numbers as one parameter: the text is the same for every length."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Numbers(TypeDecorator[Sequence[int]]):
    """`bigint[]` on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        numbers = list(value or ())
        return json.dumps(numbers) if dialect.name == "sqlite" else numbers


class _OneOf(FunctionElement[bool]):
    """Its clauses are the column and the parameter."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """As it is: where a dialect has no boolean type, SQLAlchemy would compare a function with 1."""
        return self


@compiles(_OneOf, "postgresql")
def _in_an_array(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({numbers})"


@compiles(_OneOf, "sqlite")
def _in_json(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"


def one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether the column has one of the numbers that the parameter `name` is given; with none it has not."""
    return _OneOf(column, bindparam(name, type_=_Numbers()))
