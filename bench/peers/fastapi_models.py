"""Models on Daybook's tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, Relationship, SQLModel

from bench.peers.shared import done_words


class User(SQLModel, table=True):
    __tablename__ = "users"
    id: str = Field(primary_key=True)
    name: str
    email: str


class AuthSession(SQLModel, table=True):
    __tablename__ = "sessions"
    id: str = Field(primary_key=True)
    token: str = Field(unique=True)
    user_id: str = Field(foreign_key="users.id")
    expires_at: datetime


class AccessToken(SQLModel, table=True):
    __tablename__ = "access_tokens"
    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="users.id")
    digest: str = Field(unique=True)
    scope: str
    expires_at: datetime | None
    deleted_at: datetime | None


class TaskLabel(SQLModel, table=True):
    __tablename__ = "task_labels"
    user_id: str
    task_id: int = Field(foreign_key="tasks.id", primary_key=True)
    label_id: int = Field(foreign_key="labels.id", primary_key=True)


class Task(SQLModel, table=True):
    __tablename__ = "tasks"
    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="users.id")
    title: str
    description: str | None
    completed: bool
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    version: int
    completed_at: datetime | None
    list_id: int | None
    parent_id: int | None = Field(foreign_key="tasks.id")
    priority: int
    start_on: date | None
    due_on: date | None
    due_time: str | None
    due_zone: str | None
    repeat_rule: str | None
    repeat_mode: str | None
    repeat_until: date | None
    repeat_left: int | None
    series_id: int | None
    position: str
    marks: list["Label"] = Relationship(link_model=TaskLabel)
    children: list["Task"] = Relationship()

    @property
    def labels(self) -> list[int]:
        return sorted(label.id for label in self.marks if label.deleted_at is None)

    @property
    def steps(self) -> int:
        return sum(step.deleted_at is None for step in self.children)

    @property
    def steps_done(self) -> int:
        return sum(step.completed and step.deleted_at is None for step in self.children)

    @property
    def done(self) -> str:
        return done_words(self.updated_at)


class List(SQLModel, table=True):
    __tablename__ = "lists"
    id: int | None = Field(default=None, primary_key=True)
    user_id: str
    name: str
    colour: str
    position: str
    is_section: bool
    archived_at: datetime | None
    deleted_at: datetime | None


class Label(SQLModel, table=True):
    __tablename__ = "labels"
    id: int | None = Field(default=None, primary_key=True)
    user_id: str
    name: str
    colour: str
    deleted_at: datetime | None


class Event(SQLModel, table=True):
    __tablename__ = "events"
    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="users.id")
    actor_id: str
    operation: str
    action: str
    subject: str
    subject_id: int
    version: int
    changes: dict[str, Any] = Field(sa_type=JSON)
    created_at: datetime
