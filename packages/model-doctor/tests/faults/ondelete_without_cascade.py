"""Loaded children are set to NULL, the others are deleted."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(  # finds ondelete-without-cascade at User.tasks: cascade_delete=True, passive_deletes=True
        back_populates="user", passive_deletes=True,
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True, ondelete="CASCADE")
    user: User = Relationship(back_populates="tasks")
