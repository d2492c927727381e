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
    created_clients: list["Client"] = Relationship(  # finds foreign-keys-string at User.created_clients: "Client.created_by"
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": ["Client.created_by"]},
    )
    assigned_clients: list["Client"] = Relationship(  # finds foreign-keys-string at User.assigned_clients: "Client.assigned_to"
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": ["Client.assigned_to"]},
    )
    created_tasks: list["Task"] = Relationship(  # finds foreign-keys-string at User.created_tasks: "Task.created_by"
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": ["Task.created_by"]},
    )
    assigned_tasks: list["Task"] = Relationship(  # finds foreign-keys-string at User.assigned_tasks: "Task.assigned_to"
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": ["Task.assigned_to"]},
    )
    created_invoices: list["Invoice"] = Relationship(  # finds foreign-keys-string at User.created_invoices: "Invoice.created_by"
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": ["Invoice.created_by"]},
    )
    assigned_invoices: list["Invoice"] = Relationship(  # finds foreign-keys-string at User.assigned_invoices: "Invoice.assigned_to"
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": ["Invoice.assigned_to"]},
    )
    created_opportunities: list["Opportunity"] = Relationship(  # finds foreign-keys-string at User.created_opportunities: "Opportunity.created_by"
        back_populates="creator",
        sa_relationship_kwargs={"foreign_keys": ["Opportunity.created_by"]},
    )
    assigned_opportunities: list["Opportunity"] = Relationship(  # finds foreign-keys-string at User.assigned_opportunities: "Opportunity.assigned_to"
        back_populates="assignee",
        sa_relationship_kwargs={"foreign_keys": ["Opportunity.assigned_to"]},
    )
