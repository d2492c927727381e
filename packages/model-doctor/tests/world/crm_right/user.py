"""Users, who create things and are assigned to them."""

from typing import TYPE_CHECKING

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .client import Client
    from .invoice import Invoice
    from .opportunity import Opportunity
    from .task import Task


class User(SQLModel, table=True):
    __tablename__ = "users"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=100)
    created_clients: list["Client"] = Relationship(
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": "Client.created_by"},
    )
    assigned_clients: list["Client"] = Relationship(
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": "Client.assigned_to"},
    )
    created_tasks: list["Task"] = Relationship(
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": "Task.created_by"},
    )
    assigned_tasks: list["Task"] = Relationship(
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": "Task.assigned_to"},
    )
    created_invoices: list["Invoice"] = Relationship(
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": "Invoice.created_by"},
    )
    assigned_invoices: list["Invoice"] = Relationship(
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": "Invoice.assigned_to"},
    )
    created_opportunities: list["Opportunity"] = Relationship(
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": "Opportunity.created_by"},
    )
    assigned_opportunities: list["Opportunity"] = Relationship(
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": "Opportunity.assigned_to"},
    )
