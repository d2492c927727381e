"""Foreign keys to columns that are not unique; a unique index and a composite UNIQUE are enough."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Buyer(Base):
    __tablename__ = "buyer"
    __table_args__ = (UniqueConstraint("shop", "number", name="uq_buyer"), Index("ix_code", "code", unique=True))
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(20))
    shop: Mapped[int]
    number: Mapped[int]


class Basket(Base):
    __tablename__ = "basket"
    __table_args__ = (
        ForeignKeyConstraint(["shop", "number"], ["buyer.shop", "buyer.number"]),
        Index("ix_shop", "shop", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(  # finds foreign-key-target-not-unique at Basket.email: unique=True on buyer.email
        ForeignKey("buyer.email"), index=True
    )
    code: Mapped[str] = mapped_column(ForeignKey("buyer.code"), index=True)
    shop: Mapped[int]
    number: Mapped[int]
    only_shop: Mapped[int] = mapped_column(  # finds foreign-key-target-not-unique at Basket.only_shop: unique=True on buyer.shop
        ForeignKey("buyer.shop"), index=True
    )
