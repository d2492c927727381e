"""Clients."""

from typing import TYPE_CHECKING

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .invoice import Invoice
    from .opportunity import Opportunity
    from .task import Task
    from .user import User


class Client(SQLModel, table=True):
    __tablename__ = "clients"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    created_by: int | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)

    tasks: list["Task"] = Relationship(back_populates="client", cascade_delete=True, passive_deletes=True)
    invoices: list["Invoice"] = Relationship(back_populates="client", cascade_delete=True, passive_deletes=True)
    opportunities: list["Opportunity"] = Relationship(
        back_populates="client", cascade_delete=True, passive_deletes=True
    )
    creator: "User" = Relationship(
        back_populates="created_clients",
        sa_relationship_kwargs={"foreign_keys": "Client.created_by"},
    )
    assignee: "User" = Relationship(
        back_populates="assigned_clients",
        sa_relationship_kwargs={"foreign_keys": "Client.assigned_to"},
    )
