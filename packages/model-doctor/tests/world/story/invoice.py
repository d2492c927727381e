"""Invoices of a client."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .client import Client
    from .user import User


class Invoice(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
    amount: float
    created_at: datetime = Field(default_factory=datetime.utcnow)
    client_id: int = Field(foreign_key="client.id")
    created_by: int = Field(foreign_key="user.id")
    assigned_to: int | None = Field(default=None, foreign_key="user.id")
    client: Optional["Client"] = Relationship(back_populates="invoices")
    creator: Optional["User"] = Relationship(  # finds foreign-keys-as-field at Invoice.creator: write sa_relationship_kwargs={"foreign_keys": "Invoice.created_by"}.
        sa_relationship_kwargs={"foreign_keys": [created_by]}
    )
