"""Which parts of a schema Alembic cannot compare."""

from sqlalchemy import Column, Index


def is_expression_index(part: object) -> bool:
    """Whether `part` is an index on expressions: Alembic would report it as both missing and superfluous."""
    return isinstance(part, Index) and not all(isinstance(expression, Column) for expression in part.expressions)
