"""The two sides of one pair go by different foreign keys."""

from base import Field, Relationship, SQLModel


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tasks: list["Task"] = Relationship(
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": "Task.assigned_to"},
    )


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    created_by: int | None = Field(default=None, foreign_key="user.id", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="user.id", index=True)
    creator: User | None = Relationship(  # finds sides-disagree at Task.creator: "Task.created_by"
        back_populates="tasks",
        sa_relationship_kwargs={"foreign_keys": "Task.created_by"},
    )
