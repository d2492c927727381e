"""Indexes that the primary key, a UNIQUE or a longer index makes superfluous; others serve other queries."""

from sqlalchemy import ForeignKey, Index, MetaData, String, UniqueConstraint, desc, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )


class Buyer(Base):
    __tablename__ = "buyer"
    id: Mapped[int] = mapped_column(primary_key=True, index=True)  # finds redundant-index at Buyer.id: remove index=True (ix_buyer_id)
    key: Mapped[str] = mapped_column(String(20), unique=True, index=True)
    town: Mapped[str] = mapped_column(String(50), index=True)  # finds redundant-index at Buyer.town: remove index=True (ix_buyer_town)
    name: Mapped[str] = mapped_column(String(50))
    more: Mapped[str] = mapped_column(String(50))
    __table_args__ = (
        Index("ix_town_name", "town", "name"),
        Index("ix_partial", "town", postgresql_where=text("name = 'x'"), sqlite_where=text("name = 'x'")),
        Index("ix_descending", desc("name")),
        Index("uq_name", "name", unique=True),
        Index("ix_name_more", "name", "more"),
        Index("ix_more_gin", "more", postgresql_using="hash"),
        Index("ix_more", "more"),
    )


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True, unique=True)  # finds redundant-index at Tag.id: remove unique=True
    buyer_id: Mapped[int] = mapped_column(ForeignKey("buyer.id"), index=True)  # finds redundant-index at Tag.buyer_id: remove index=True (ix_tag_buyer_id)
    word: Mapped[str] = mapped_column(String(20))
    __table_args__ = (UniqueConstraint("buyer_id", "word", name="uq_tag"),)
