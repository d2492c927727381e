"""Which indexes Alembic can compare."""

from sqlalchemy import Column, Index


def is_expression_index(part: object) -> bool:
    """Alembic reports every index on an expression as missing and as superfluous, so these are compared by name."""
    return isinstance(part, Index) and not all(isinstance(one, Column) for one in part.expressions)
