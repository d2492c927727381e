"""Foreign keys of several columns: one to many, many to many, and two keys that share a column."""

from conventions import Base, Id, Name
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Index, Integer, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

line_tag = Table(
    "line_tag",
    Base.metadata,
    Column("order_id", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True, index=True),
    ForeignKeyConstraint(["order_id", "number"], ["line.order_id", "line.number"]),
)


class Order(Base):
    __tablename__ = "order"
    id: Mapped[Id]
    lines: Mapped[list["Line"]] = relationship(back_populates="order", cascade="all, delete-orphan")


class Line(Base):
    __tablename__ = "line"
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[Order] = relationship(back_populates="lines")
    tags: Mapped[list["Tag"]] = relationship(secondary=line_tag, back_populates="lines")
    returns: Mapped[list["Return"]] = relationship(
        back_populates="line", foreign_keys="[Return.order_id, Return.number]", cascade="all, delete-orphan"
    )


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[Id]
    lines: Mapped[list[Line]] = relationship(secondary=line_tag, back_populates="tags")


class Return(Base):
    """Two keys of two columns each to one table."""

    __tablename__ = "return"
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "number"], ["line.order_id", "line.number"]),
        ForeignKeyConstraint(["replaced_order_id", "replaced_number"], ["line.order_id", "line.number"]),
        Index("ix_return_line", "order_id", "number"),
        Index("ix_return_replaced", "replaced_order_id", "replaced_number"),
    )
    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column()
    replaced_order_id: Mapped[int | None]
    replaced_number: Mapped[int | None]
    line: Mapped[Line] = relationship(back_populates="returns", foreign_keys=[order_id, number])
    replaced: Mapped[Line | None] = relationship(foreign_keys="[Return.replaced_order_id, Return.replaced_number]")


class Magazine(Base):
    __tablename__ = "magazine"
    id: Mapped[Id]


class Writer(Base):
    __tablename__ = "writer"
    id: Mapped[Id]
    magazine_id: Mapped[int] = mapped_column(ForeignKey("magazine.id"), primary_key=True, index=True)
    magazine: Mapped[Magazine] = relationship()


class Article(Base):
    """Two composite keys share a column, which only `magazine` writes."""

    __tablename__ = "article"
    __table_args__ = (
        ForeignKeyConstraint(["writer_id", "magazine_id"], ["writer.id", "writer.magazine_id"]),
        Index("ix_article_writer", "writer_id", "magazine_id"),
    )
    id: Mapped[Id]
    magazine_id: Mapped[int] = mapped_column(ForeignKey("magazine.id"), index=True)
    writer_id: Mapped[int]
    name: Mapped[Name]
    magazine: Mapped[Magazine] = relationship()
    writer: Mapped[Writer] = relationship(
        primaryjoin="and_(Writer.id == foreign(Article.writer_id), Writer.magazine_id == Article.magazine_id)"
    )
