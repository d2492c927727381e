"""A relationship that a backref creates is reported where the backref is written."""

from sqlalchemy import ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Box(Base):
    __tablename__ = "box"
    id: Mapped[int] = mapped_column(primary_key=True)


class Lid(Base):
    __tablename__ = "lid"
    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), index=True)
    box: Mapped[Box] = relationship(backref="lids")  # finds not-null-child at Lid.box: cascade="all, delete-orphan"


class Label(Base):
    __tablename__ = "label"
    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), index=True)
    box: Mapped[Box | None] = relationship(  # finds passive-deletes-without-ondelete at Label.box: ondelete="CASCADE"
        backref=backref("labels", passive_deletes=True)
    )
