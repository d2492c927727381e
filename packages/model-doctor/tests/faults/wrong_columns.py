"""A join by the two ids, although there is a foreign key."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    creator: User | None = Relationship(  # finds wrong-columns at Task.creator: "Task.created_by"
        sa_relationship_kwargs={"primaryjoin": "Task.id == User.id", "foreign_keys": "Task.id"},
    )
