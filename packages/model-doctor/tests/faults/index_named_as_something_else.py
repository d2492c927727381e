"""Indexes, tables and, on PostgreSQL, UNIQUE constraints share their names."""

from sqlalchemy import Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Buyer(Base):
    __tablename__ = "buyer"
    __table_args__ = (UniqueConstraint("number", name="uq_number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class Seller(Base):
    __tablename__ = "seller"
    __table_args__ = (
        UniqueConstraint("number", name="uq_number"),  # finds duplicate-index-name at Seller.number: after its table: "uq_seller_
        Index("buyer", "town"),  # finds duplicate-index-name at Seller.town: after its table: "ix_seller_
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    town: Mapped[str] = mapped_column(String(50))
