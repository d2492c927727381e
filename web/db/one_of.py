"""`column IN (…)`, spelled so that both databases look each value up in an index.

For a list of whole numbers as one parameter the text of the statement is the same for every length.
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Select, String, bindparam
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


class _Condition(FunctionElement[bool]):
    """Its clauses are the column and what it is compared with."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """As it is: where a dialect has no boolean type, SQLAlchemy would compare a function with 1."""
        return self


class _OneOf(_Condition):
    inherit_cache = True


class _OneOfFew(_Condition):
    inherit_cache = True


@compiles(_OneOf, "postgresql")
def _in_an_array(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({numbers})"


@compiles(_OneOf, "sqlite")
def _in_json(element: Any, compiler: Any, **options: Any) -> str:
    column, numbers = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({numbers}))"


@compiles(_OneOfFew, "postgresql")
def _in_an_array_of_rows(element: Any, compiler: Any, **options: Any) -> str:
    column, rows = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY (ARRAY{rows})"


@compiles(_OneOfFew, "sqlite")
def _in_rows(element: Any, compiler: Any, **options: Any) -> str:
    column, rows = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN {rows}"


def one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Whether the column has one of the numbers that the parameter `name` is given; with none it has not."""
    return _OneOf(column, bindparam(name, type_=_Numbers()))


def one_of_few(column: ColumnElement[int], found: Select[Any]) -> ColumnElement[bool]:
    """Whether the column has one of the numbers that a query finds, which are few.

    Of a join or IN, PostgreSQL may expect many, and read all rows instead.
    """
    return _OneOfFew(column, found.scalar_subquery())
