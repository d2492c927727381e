"""The creator is read from assigned_to, and the assignee from created_by."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="user.id", index=True)
    creator: User | None = Relationship(  # finds swapped-foreign-keys at Task.creator: "Task.created_by"
        sa_relationship_kwargs={"foreign_keys": "Task.assigned_to"},
    )
    assignee: User | None = Relationship(
        sa_relationship_kwargs={"foreign_keys": "Task.created_by"},
    )
