"""An error without a code of its own is reported in SQLAlchemy's words, at its line."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    user: User | None = Relationship(  # finds cannot-configure at Task.user: SQLAlchemy names
        sa_relationship_kwargs={"primaryjoin": "Task.usr_id == User.id"},
    )
