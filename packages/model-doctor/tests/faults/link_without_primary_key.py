"""A link table that stores the same pair twice."""

from base import Field, Relationship, SQLModel
from sqlalchemy import Column, ForeignKey, Table

task_tag = Table(  # finds link-without-primary-key at task_tag: primary_key=True
    "task_tag",
    SQLModel.metadata,
    Column("task_id", ForeignKey("task.id"), index=True),
    Column("tag_id", ForeignKey("tag.id"), index=True),
)


class Tag(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    tags: list[Tag] = Relationship(sa_relationship_kwargs={"secondary": task_tag})
