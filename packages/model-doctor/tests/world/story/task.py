"""Tasks for a client."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .client import Client
    from .user import User


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    created_at: datetime = Field(default_factory=datetime.utcnow)
    client_id: int = Field(foreign_key="client.id")
    created_by: int = Field(foreign_key="user.id")
    assigned_to: int | None = Field(default=None, foreign_key="user.id")
    client: Optional["Client"] = Relationship(back_populates="tasks")
    assignee: Optional["User"] = Relationship(  # finds foreign-keys-as-field at Task.assignee: write sa_relationship_kwargs={"foreign_keys": "Task.assigned_to"}.
        back_populates="assigned_tasks", sa_relationship_kwargs={"foreign_keys": [assigned_to]}
    )
