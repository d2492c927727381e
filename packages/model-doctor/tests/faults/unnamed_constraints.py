"""Constraints without a name."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel


class Task(SQLModel, table=True):  # finds unnamed-constraint at Task: naming_convention
    __table_args__ = (UniqueConstraint("title"), CheckConstraint("length(title) > 0"))

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=20)
