"""foreign_keys as a list of strings; SQLAlchemy needs one string."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="user.id", index=True)
    creator: User | None = Relationship(  # finds foreign-keys-string at Task.creator: "Task.created_by"
        sa_relationship_kwargs={"foreign_keys": ["Task.created_by"]},
    )
