"""INSERT that leaves existing rows alone, on both databases."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from web.db.dialects import dialect_of

Row = TypeVar("Row", bound=SQLModel)


def insert_once(session: Session, row: Row, conflict: Sequence[str]) -> Row | None:
    """Insert the row and return it as stored; None when a row with the same `conflict` columns exists."""
    table = type(row)
    connection = session.connection()
    statement = dialect_of(connection).insert(table).values(_values(row))
    return session.scalars(statement.on_conflict_do_nothing(index_elements=conflict).returning(table)).one_or_none()


def insert_all_once(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert thousands of rows with the same columns, leaving out those that exist."""
    connection = session.connection()
    dialect_of(connection).insert_many(connection, table, rows)


def _values(row: SQLModel) -> dict[str, Any]:
    return row.model_dump(exclude={"id"} if getattr(row, "id", None) is None else None)
