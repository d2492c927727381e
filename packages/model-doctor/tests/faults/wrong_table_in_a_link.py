"""A misspelt table in a link table is one finding, at the link; a name that resembles none gets no guess."""

from sqlalchemy import Column, ForeignKey, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


link = Table(
    "link",
    Base.metadata,
    Column("account_id", ForeignKey("account.id"), primary_key=True),  # finds foreign-key-target-unknown at link.account_id: "accounts.id"
    Column("tag_id", ForeignKey("tag.id"), primary_key=True, index=True),
)


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship(secondary=link)
    discount_id: Mapped[int] = mapped_column(ForeignKey("discounts.id"), index=True)  # finds foreign-key-target-unknown at Account.discount_id: import the module with that table


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
