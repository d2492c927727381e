"""Deleting a task deletes the user who created it."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    creator: User | None = Relationship(  # finds cascade-on-many-side at Task.creator: take delete out
        sa_relationship_kwargs={"cascade": "all, delete"},
    )
