"""Patterns of SQLAlchemy's documentation, in models of our own."""

from datetime import date
from typing import Optional

from conventions import Base, Id, Name
from sqlalchemy import CheckConstraint, Column, ColumnElement, ForeignKey, Table, case, func, select
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    Mapped,
    MappedAsDataclass,
    WriteOnlyMapped,
    column_property,
    declared_attr,
    foreign,
    mapped_column,
    relationship,
    remote,
)

# A graph: each end of an edge is a place of the same kind.
edge = Table(
    "edge",
    Base.metadata,
    Column("from_id", ForeignKey("place.id"), primary_key=True),
    Column("to_id", ForeignKey("place.id"), primary_key=True, index=True),
)


class Place(Base):
    __tablename__ = "place"
    id: Mapped[Id]
    name: Mapped[Name]
    leads_to: Mapped[list["Place"]] = relationship(
        secondary=edge,
        primaryjoin=lambda: Place.id == edge.c.from_id,
        secondaryjoin=lambda: Place.id == edge.c.to_id,
        back_populates="comes_from",
    )
    comes_from: Mapped[list["Place"]] = relationship(
        secondary=edge,
        primaryjoin=lambda: Place.id == edge.c.to_id,
        secondaryjoin=lambda: Place.id == edge.c.from_id,
        back_populates="leads_to",
    )


class Topic(Base):
    """A materialised path: joined by LIKE, without a foreign key."""

    __tablename__ = "topic"
    path: Mapped[Name] = mapped_column(primary_key=True)
    below: Mapped[list["Topic"]] = relationship(
        primaryjoin=lambda: remote(foreign(Topic.path)).like(Topic.path.concat("/%")),
        viewonly=True,
        order_by=lambda: Topic.path,
    )


class Machine(Base):
    __tablename__ = "machine"
    id: Mapped[Id]
    address: Mapped[Name]
    # Written by another program; joined by what they have in common.
    visits: Mapped[list["Visit"]] = relationship(
        primaryjoin=lambda: Machine.address == foreign(Visit.from_address), viewonly=True
    )


class Visit(Base):
    __tablename__ = "visit"
    id: Mapped[Id]
    from_address: Mapped[Name]


class Invoice(Base):
    """A write-only collection, a version counter and a hybrid property."""

    __tablename__ = "invoice"
    id: Mapped[Id]
    version: Mapped[int] = mapped_column()
    net: Mapped[int]
    tax: Mapped[int]
    lines: WriteOnlyMapped["InvoiceLine"] = relationship(
        back_populates="invoice", cascade="all, delete-orphan", passive_deletes=True
    )
    seal: Mapped[Optional["Seal"]] = relationship(back_populates="invoice", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}

    @hybrid_property
    def gross(self) -> int:
        return self.net + self.tax

    @gross.inplace.expression
    @classmethod
    def _gross(cls) -> ColumnElement[int]:
        return case((cls.tax.is_(None), cls.net), else_=cls.net + cls.tax)


class InvoiceLine(Base):
    __tablename__ = "invoice_line"
    id: Mapped[Id]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id", ondelete="CASCADE"), index=True)
    invoice: Mapped[Invoice] = relationship(back_populates="lines")


class Seal(Base):
    """One to one: its primary key is the foreign key."""

    __tablename__ = "seal"
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    invoice: Mapped[Invoice] = relationship(back_populates="seal", single_parent=True)


Invoice.line_count = column_property(  # type: ignore[attr-defined]
    select(func.count(InvoiceLine.id))
    .where(InvoiceLine.invoice_id == Invoice.id)
    .correlate_except(InvoiceLine)
    .scalar_subquery()
)


class Reader(MappedAsDataclass, Base, kw_only=True):
    __tablename__ = "reader"
    id: Mapped[Id] = mapped_column(init=False)
    name: Mapped[Name]
    loans: Mapped[list["Loan"]] = relationship(
        back_populates="reader", default_factory=list, cascade="all, delete-orphan"
    )
    volumes: AssociationProxy[list["Volume"]] = association_proxy(
        "loans", "volume", creator=lambda volume: Loan(volume=volume), init=False
    )


class Volume(MappedAsDataclass, Base, kw_only=True):
    __tablename__ = "volume"
    id: Mapped[Id] = mapped_column(init=False)
    loans: Mapped[list["Loan"]] = relationship(back_populates="volume", init=False, cascade="all, delete-orphan")


class Loan(MappedAsDataclass, Base, kw_only=True):
    __tablename__ = "loan"
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader.id"), primary_key=True, init=False)
    volume_id: Mapped[int] = mapped_column(ForeignKey("volume.id"), primary_key=True, index=True, init=False)
    due_on: Mapped[date | None] = mapped_column(default=None)
    reader: Mapped[Reader | None] = relationship(back_populates="loans", default=None)
    volume: Mapped[Volume | None] = relationship(back_populates="loans", default=None)


class Content(Base):
    """Joined inheritance three deep, each with a foreign key to the one above as its primary key."""

    __tablename__ = "content"
    __table_args__ = (CheckConstraint("kind <> ''", name="kind_known"),)
    id: Mapped[Id]
    kind: Mapped[Name]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("content.id"), index=True)
    parent: Mapped[Optional["Content"]] = relationship(back_populates="children", remote_side=lambda: Content.id)
    children: Mapped[list["Content"]] = relationship(back_populates="parent")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:  # noqa: N805
        if cls.__name__ == "Content":
            return {"polymorphic_on": "kind", "polymorphic_identity": "content"}
        return {"polymorphic_identity": cls.__name__.lower()}


class Page(Content):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(ForeignKey("content.id"), primary_key=True)


class Post(Page):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(ForeignKey("page.id"), primary_key=True)
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    answers: Mapped[Optional["Post"]] = relationship(
        back_populates="answered_by", foreign_keys=[answers_id], remote_side=[id]
    )
    answered_by: Mapped[list["Post"]] = relationship(back_populates="answers", foreign_keys=[answers_id])
