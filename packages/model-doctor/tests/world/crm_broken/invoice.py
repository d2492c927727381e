"""Invoices of a client."""

from typing import TYPE_CHECKING

from sqlmodel import Field, Relationship, SQLModel

if TYPE_CHECKING:
    from .client import Client
    from .user import User


class Invoice(SQLModel, table=True):
    __tablename__ = "invoices"

    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    client_id: int = Field(foreign_key="clients.id", ondelete="CASCADE", index=True)
    created_by: int | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)
    assigned_to: int | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL", index=True)

    client: "Client" = Relationship(back_populates="invoices")
    creator: "User" = Relationship(  # finds foreign-keys-as-field at Invoice.creator: "Invoice.created_by"
        back_populates="created_invoices",
        sa_relationship_kwargs={"foreign_keys": [created_by]},
    )
    assignee: "User" = Relationship(  # finds foreign-keys-as-field at Invoice.assignee: "Invoice.assigned_to"
        back_populates="assigned_invoices",
        sa_relationship_kwargs={"foreign_keys": [assigned_to]},
    )
