"""The users of the CRM."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .client import Client
    from .task import Task


class User(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    settings: str
    created_at: datetime = Field(default_factory=datetime.utcnow)
    manager_id: int | None = Field(default=None, foreign_key="user.id")
    manager: Optional["User"] = Relationship(  # finds foreign-keys-as-field at User.manager: write sa_relationship_kwargs={"foreign_keys": "User.manager_id"}.
        sa_relationship_kwargs={"foreign_keys": [manager_id], "remote_side": "User.id"}
    )
    clients: list["Client"] = Relationship(
        back_populates="creator", sa_relationship_kwargs={"foreign_keys": "Client.created_by"}
    )
    assigned_tasks: list["Task"] = Relationship(
        back_populates="assignee", sa_relationship_kwargs={"foreign_keys": "Task.assigned_to"}
    )
