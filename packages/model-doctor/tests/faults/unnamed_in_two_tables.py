"""Constraints without a name are one finding per MetaData."""

from sqlalchemy import CheckConstraint, ForeignKey, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData()


class Named(DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_N_name)s"})


class Album(Base):  # finds unnamed-constraint at Album: naming_convention
    __tablename__ = "album"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)


class Track(Base):
    __tablename__ = "track"
    id: Mapped[int] = mapped_column(primary_key=True)
    album_id: Mapped[int] = mapped_column(ForeignKey("album.id"), index=True)


class Shelf(Named):  # finds unnamed-constraint at Shelf: give each a name=
    __tablename__ = "shelf"
    __table_args__ = (CheckConstraint("size > 0"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
