"""back_populates on one side only."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship()  # finds one-side-only at User.tasks: back_populates="user"


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    user: User | None = Relationship(back_populates="tasks")
