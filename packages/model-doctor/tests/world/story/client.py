"""The clients of the CRM."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .invoice import Invoice
    from .opportunity import Opportunity
    from .task import Task
    from .user import User


class Client(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    created_at: datetime = Field(default_factory=datetime.utcnow)
    created_by: int = Field(foreign_key="user.id")
    assigned_to: int | None = Field(default=None, foreign_key="user.id")
    tasks: list["Task"] = Relationship(back_populates="client")
    invoices: list["Invoice"] = Relationship(back_populates="client")
    opportunities: list["Opportunity"] = Relationship(back_populates="client")
    creator: Optional["User"] = Relationship(  # finds foreign-keys-as-field at Client.creator: write sa_relationship_kwargs={"foreign_keys": "Client.created_by"}.
        back_populates="clients", sa_relationship_kwargs={"foreign_keys": [created_by]}
    )
