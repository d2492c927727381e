"""A join by a foreign key that refers to another table."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Client(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    client_id: int | None = Field(default=None, foreign_key="client.id", index=True)
    user: User | None = Relationship(  # finds wrong-columns at Task.user: the columns of a foreign key
        sa_relationship_kwargs={"primaryjoin": "Task.client_id == User.id", "foreign_keys": "Task.client_id"},
    )
