"""Annotated as a list where there is one object."""

from typing import List  # noqa: UP035

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    users: List[User] = Relationship()  # noqa: UP006  # finds collection-on-scalar-side at Task.users: User | None
