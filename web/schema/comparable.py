"""What Alembic can compare, and what has to be compared without it."""

from sqlalchemy import Column, Index


def holds_more_than_columns(part: object) -> bool:
    """Whether it is an index on expressions: Alembic would tell of one that is missing and one too many."""
    return isinstance(part, Index) and not all(isinstance(one, Column) for one in part.expressions)
