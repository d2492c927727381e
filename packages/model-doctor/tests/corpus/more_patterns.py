"""Less common patterns: a join as the link, generic tables, keyed and ordered collections, limited rows."""

from typing import Any, Optional

from conventions import Base, Id, Name
from sqlalchemy import ForeignKey, Integer, UniqueConstraint, and_, func, select
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.orderinglist import ordering_list
from sqlalchemy.orm import (
    Mapped,
    aliased,
    attribute_keyed_dict,
    column_property,
    declared_attr,
    foreign,
    join,
    mapped_column,
    object_session,
    relationship,
)


class A(Base):
    __tablename__ = "a"
    id: Mapped[Id]
    b_id: Mapped[int | None] = mapped_column(ForeignKey("b.id"), index=True)
    d: Mapped[Optional["D"]] = relationship(
        secondary=lambda: join(B, D, B.d_id == D.id).join(C, C.d_id == D.id),
        primaryjoin="and_(A.b_id == B.id, A.id == C.a_id)",
        secondaryjoin="D.id == B.d_id",
        uselist=False,
        viewonly=True,
    )


class B(Base):
    __tablename__ = "b"
    id: Mapped[Id]
    d_id: Mapped[int | None] = mapped_column(ForeignKey("d.id"), index=True)


class C(Base):
    __tablename__ = "c"
    id: Mapped[Id]
    a_id: Mapped[int | None] = mapped_column(ForeignKey("a.id"), index=True)
    d_id: Mapped[int | None] = mapped_column(ForeignKey("d.id"), index=True)


class D(Base):
    __tablename__ = "d"
    id: Mapped[Id]


class Animal(Base):
    """Its facts are rows, in a collection keyed by attribute."""

    __tablename__ = "animal"
    id: Mapped[Id]
    facts: Mapped[dict[str, "Fact"]] = relationship(
        collection_class=attribute_keyed_dict("key"), cascade="all, delete-orphan"
    )
    values = association_proxy("facts", "value", creator=lambda key, value: Fact(key=key, value=value))
    toys: Mapped[list["Toy"]] = relationship(
        order_by="Toy.position", collection_class=ordering_list("position"), cascade="all, delete-orphan"
    )
    toy_count: Mapped[int] = column_property(
        select(func.count()).select_from(func.generate_series(1, 3).alias("s")).scalar_subquery()
    )

    @hybrid_property
    def known(self) -> bool:
        return bool(self.facts)

    @property
    def siblings(self) -> list["Animal"]:
        session = object_session(self)
        return list(session.scalars(select(Animal))) if session else []


class Fact(Base):
    __tablename__ = "fact"
    animal_id: Mapped[int] = mapped_column(ForeignKey("animal.id"), primary_key=True)
    key: Mapped[Name] = mapped_column(primary_key=True)
    value: Mapped[Name]


class Toy(Base):
    __tablename__ = "toy"
    __table_args__ = (UniqueConstraint("animal_id", "position"),)
    id: Mapped[Id]
    animal_id: Mapped[int] = mapped_column(ForeignKey("animal.id"))
    position: Mapped[int]


first_three = aliased(Toy, select(Toy, func.row_number().over(order_by=Toy.position).label("n")).subquery())
Animal.first_toys = relationship(first_three, primaryjoin=Animal.id == first_three.animal_id, viewonly=True)


class Addressed:
    """Each class with this mixin gets a table of addresses of its own."""

    @declared_attr
    def addresses(cls: Any) -> Mapped[list[Any]]:  # noqa: N805
        parts = {
            "__tablename__": f"{cls.__tablename__}_address",
            "__module__": cls.__module__,
            "id": mapped_column(Integer, primary_key=True),
            "parent_id": mapped_column(ForeignKey(f"{cls.__tablename__}.id"), index=True, nullable=False),
            "parent": relationship(cls, back_populates="addresses"),
        }
        cls.Address = type(f"{cls.__name__}Address", (Base,), parts)
        return relationship(cls.Address, back_populates="parent", cascade="all, delete-orphan")


class Supplier(Addressed, Base):
    __tablename__ = "supplier"
    id: Mapped[Id]


class Shop(Base):
    __tablename__ = "shop"
    id: Mapped[Id]
    managers: Mapped[list["Role"]] = relationship(
        primaryjoin=lambda: and_(Shop.id == foreign(Role.shop_id), Role.kind == "manager"),
        overlaps="clerks",
        cascade="all, delete-orphan",
    )
    clerks: Mapped[list["Role"]] = relationship(
        primaryjoin=lambda: and_(Shop.id == foreign(Role.shop_id), Role.kind == "clerk"),
        overlaps="managers",
        cascade="all, delete-orphan",
    )


class Role(Base):
    __tablename__ = "role"
    id: Mapped[Id]
    kind: Mapped[Name]
    shop_id: Mapped[int] = mapped_column(ForeignKey("shop.id"), index=True)
