"""Possible deals of a client."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .client import Client
    from .user import User


class Opportunity(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    expected_value: float = 0
    created_at: datetime = Field(default_factory=datetime.utcnow)
    client_id: int = Field(foreign_key="client.id")
    created_by: int = Field(foreign_key="user.id")
    assigned_to: int | None = Field(default=None, foreign_key="user.id")
    client: Optional["Client"] = Relationship(back_populates="opportunities")
    assignee: Optional["User"] = Relationship(  # finds foreign-keys-as-field at Opportunity.assignee: write sa_relationship_kwargs={"foreign_keys": "Opportunity.assigned_to"}.
        sa_relationship_kwargs={"foreign_keys": [assigned_to]}
    )
