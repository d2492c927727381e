"""One line of a mixin is one finding, in however many tables."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Stamped:
    made: Mapped[datetime]  # finds naive-datetime at Stamped.made: DateTime(timezone=True)

    @declared_attr
    def owner_id(cls) -> Mapped[int]:  # finds foreign-key-without-index at Stamped.owner_id: index=True
        return mapped_column(ForeignKey("owner.id"))


class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)


for name in "abc":
    parts = {"__tablename__": name, "id": mapped_column(Integer, primary_key=True)}
    globals()[name.upper()] = type(name.upper(), (Stamped, Base), parts)
