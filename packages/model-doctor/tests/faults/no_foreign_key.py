"""There is no foreign key to join by."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int
    user: User | None = Relationship()  # finds no-foreign-key at Task.user: give one of the two tables a foreign key
