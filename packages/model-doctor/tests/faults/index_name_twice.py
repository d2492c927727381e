"""One name for two indexes."""

from sqlalchemy import Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Buyer(Base):
    __tablename__ = "buyer"
    id: Mapped[int] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(String(50))
    __table_args__ = (Index("ix_twice", "town"),)


class Parcel(Base):
    __tablename__ = "parcel"
    id: Mapped[int] = mapped_column(primary_key=True)
    weight: Mapped[int]
    size: Mapped[int]
    __table_args__ = (
        Index("ix_parcel", "size"),
        Index("ix_parcel", "weight"),  # finds duplicate-index-name at Parcel.weight: after its table
    )


class Seller(Base):
    __tablename__ = "seller"
    id: Mapped[int] = mapped_column(primary_key=True)
    town: Mapped[str] = mapped_column(String(50))
    __table_args__ = (Index("ix_twice", "town"),)  # finds duplicate-index-name at Seller.town: after its table
