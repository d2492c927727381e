"""A class and a table that do not exist under these names."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="user.id", index=True)  # finds foreign-key-target-unknown at Task.user_id: "users.id"
    owner_id: int = Field(foreign_key="users.id", index=True)
    owner: "Usr" = Relationship()  # noqa: F821  # finds unknown-target at Task.owner: "User"
