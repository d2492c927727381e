"""One backref of a mixin creates a relationship for each class, and is one finding."""

from sqlalchemy import ForeignKey, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(String(50))


class HasAddress:
    @declared_attr
    def address_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("address.id"), index=True)

    @declared_attr
    def address(cls) -> Mapped[Address]:  # finds not-null-child at HasAddress.address: write backref=backref("customer_rows", cascade="all, delete-orphan")
        return relationship(Address, backref=backref(f"{cls.__tablename__}_rows"))


class Customer(HasAddress, Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)


class Supplier(HasAddress, Base):
    __tablename__ = "supplier"
    id: Mapped[int] = mapped_column(primary_key=True)
