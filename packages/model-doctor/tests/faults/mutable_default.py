"""One object as the default of all rows; a function, a tuple and a field that SQLModel copies are right."""

from sqlalchemy import JSON, Column, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


USUAL = ["one", "two"]


class Basket(Base):
    __tablename__ = "basket"
    id: Mapped[int] = mapped_column(primary_key=True)
    extras: Mapped[dict] = mapped_column(JSON, default={})  # finds mutable-default at Basket.extras: write default=dict.
    items: Mapped[list] = mapped_column(JSON, default=["one"])  # finds mutable-default at Basket.items: write default=lambda: ['one'].
    seen: Mapped[dict] = mapped_column(JSON, onupdate={})  # finds mutable-default at Basket.seen: write onupdate=dict.
    shared: Mapped[list] = mapped_column(JSON, insert_default=USUAL)  # finds mutable-default at Basket.shared: write insert_default=lambda: USUAL.copy().
    counts: Mapped[dict] = mapped_column(JSON, default=dict)
    sizes: Mapped[list] = mapped_column(JSON, default=lambda: [1])


log = Table(
    "log",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("words", JSON, default=[], nullable=False),  # finds mutable-default at log.words: write default=list.
)
