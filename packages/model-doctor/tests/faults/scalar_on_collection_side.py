"""Annotated as one object where there may be several."""

from typing import Optional

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    task: Optional["Task"] = Relationship(  # finds scalar-on-collection-side at User.task: list[Task]
        back_populates="user",
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    user: User | None = Relationship(back_populates="task")
