"""foreign_keys=[created_by] in a SQLModel class body: a field where a string belongs."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="user.id", index=True)
    owner: User | None = Relationship(  # finds foreign-keys-as-field at Task.owner: "Task.created_by"
        sa_relationship_kwargs={"foreign_keys": [created_by]},
    )
    other: User | None = Relationship(  # finds foreign-keys-as-field at Task.other: "Task.assigned_to"
        sa_relationship_kwargs={"foreign_keys": assigned_to},
    )
