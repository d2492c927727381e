"""Foreign keys without an index: one is second in its index, one has an index of some rows only."""

from base import Field, SQLModel
from sqlalchemy import Index, text


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    __table_args__ = (
        Index("ix_second", "title", "second_id"),
        Index("ix_partial", "partial_id", postgresql_where=text("title = 'x'"), sqlite_where=text("title = 'x'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=20)
    user_id: int = Field(foreign_key="user.id")  # finds foreign-key-without-index at Task.user_id: index=True
    second_id: int = Field(foreign_key="user.id")  # finds foreign-key-without-index at Task.second_id: index=True
    partial_id: int = Field(foreign_key="user.id")  # finds foreign-key-without-index at Task.partial_id: index=True
