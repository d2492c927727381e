"""The ORM leaves the delete to a database that has no rule for it."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(  # finds passive-deletes-without-ondelete at User.tasks: ondelete="CASCADE"
        back_populates="user", passive_deletes=True,
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    user: User | None = Relationship(back_populates="tasks")
