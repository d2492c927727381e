"""Rows that belong to rows of several tables: a type beside the id, or one column for two relationships."""

from conventions import Base, Id, Name
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[Id]
    addresses: Mapped[list["Address"]] = relationship(
        primaryjoin="and_(foreign(Address.owner_id) == Customer.id, Address.owner_type == 'customer')",
        overlaps="addresses",
    )


class Shop(Base):
    __tablename__ = "shop"
    id: Mapped[Id]
    addresses: Mapped[list["Address"]] = relationship(
        primaryjoin="and_(foreign(Address.owner_id) == Shop.id, Address.owner_type == 'shop')",
        overlaps="addresses",
    )


class Address(Base):
    __tablename__ = "address"
    id: Mapped[Id]
    owner_type: Mapped[Name]
    owner_id: Mapped[int]


class Attachment(Base):
    """One column for two tables; the program knows which."""

    __tablename__ = "attachment"
    id: Mapped[Id]
    to_id: Mapped[int] = mapped_column()
    customer: Mapped[Customer | None] = relationship(
        primaryjoin=lambda: foreign(Attachment.to_id) == Customer.id, overlaps="shop"
    )
    shop: Mapped[Shop | None] = relationship(
        primaryjoin=lambda: foreign(Attachment.to_id) == Shop.id, overlaps="customer"
    )
