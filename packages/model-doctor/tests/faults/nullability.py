"""Annotations that disagree with NOT NULL; defaults, primary keys and single-table inheritance are left alone."""

from typing import Any, Optional

from sqlalchemy import JSON, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Basket(Base):
    __tablename__ = "basket"
    id: Mapped[Optional[int]] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(String(200), nullable=True)  # finds nullability-differs at Basket.note: nullable=False
    said: Mapped[Optional[str]] = mapped_column(String(200), nullable=False)  # finds nullability-differs at Basket.said: nullable=True
    count: Mapped[int | None] = mapped_column(default=0, nullable=False)
    more: Mapped[Any] = mapped_column(JSON, nullable=True)
    kind: Mapped[str] = mapped_column(String(20))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "basket"}


class Big(Basket):
    weight: Mapped[int] = mapped_column(nullable=True)
    __mapper_args__ = {"polymorphic_identity": "big"}
