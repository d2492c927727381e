"""Enums in columns of text or numbers; an Enum type, a type that converts and a validator are right."""

import enum

from sqlalchemy import Enum, Integer, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, validates


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class State(enum.Enum):
    open = "open"


class Kind(str, enum.Enum):
    small = "small"


class Rank(enum.IntEnum):
    first = 1


class Named(TypeDecorator):
    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.name

    def process_result_value(self, value, dialect):
        return State[value]


class Basket(Base):
    __tablename__ = "basket"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[State] = mapped_column(String(20))  # finds enum-refused at Basket.state: Enum(State)
    kind: Mapped["Kind | None"] = mapped_column(String(20))  # finds enum-in-string at Basket.kind: Enum(Kind)
    rank: Mapped[Rank] = mapped_column(Integer)  # finds enum-in-string at Basket.rank: Enum(Rank)
    right: Mapped[State] = mapped_column(Enum(State, native_enum=False, length=20))
    converted: Mapped[State] = mapped_column(Named)
    checked: Mapped[Kind] = mapped_column(String(20))

    @validates("checked")
    def _checked(self, _, value):
        return value
