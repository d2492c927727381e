"""back_populates names no relationship: the first query fails."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(  # finds back-populates-unknown at User.tasks: give Task a relationship named owner
        back_populates="owner",
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    user: User | None = Relationship()
