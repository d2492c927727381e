"""Two foreign keys to one table, and none chosen."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="user.id", index=True)
    creator: User | None = Relationship()  # finds ambiguous-foreign-key at Task.creator: "Task.created_by"
    assignee: User | None = Relationship()  # finds ambiguous-foreign-key at Task.assignee: "Task.assigned_to"
    boss: User | None = Relationship()  # finds ambiguous-foreign-key at Task.boss: "Task.created_by"} or
