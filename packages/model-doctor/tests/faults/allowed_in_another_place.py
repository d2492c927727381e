"""Allowing a code in one place allows neither another code nor another place."""

from base import Field, Relationship, SQLModel
from sqlalchemy import DateTime
from datetime import datetime


class User(SQLModel, table=True):
    __table_args__ = {"info": {"doctor": {"allow": {"naive-datetime": "as it was"}}}}

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=DateTime)
    name: str  # finds string-without-length at User.name: max_length
    tasks: list["Task"] = Relationship(  # finds not-null-child at User.tasks: cascade_delete=True
        back_populates="user", sa_relationship_kwargs={"info": {"doctor": {"allow": ["naive-datetime"]}}}
    )


class Task(SQLModel, table=True):
    __table_args__ = {"info": {"owner": "another program"}}

    id: int | None = Field(default=None, primary_key=True)
    title: str
    user_id: int = Field(foreign_key="user.id")
    user: User = Relationship(  # finds cascade-on-many-side at Task.user: take delete out
        back_populates="tasks", sa_relationship_kwargs={"cascade": "all, delete"}
    )
