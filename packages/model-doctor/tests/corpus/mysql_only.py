"""Models for MySQL, which indexes foreign keys by itself and names indexes per table."""

from conventions import CONVENTION
from sqlalchemy import ForeignKey, Index, MetaData
from sqlalchemy.dialects.mysql import INTEGER, LONGTEXT, VARCHAR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)


class Album(Base):
    __tablename__ = "album"
    __table_args__ = (Index("ix_name", "name"),)
    id: Mapped[int] = mapped_column(INTEGER(unsigned=True), primary_key=True)
    name: Mapped[str] = mapped_column(VARCHAR(200, charset="utf8mb4"))
    notes: Mapped[str] = mapped_column(LONGTEXT)


class Track(Base):
    __tablename__ = "track"
    __table_args__ = (Index("ix_name", "name"),)
    id: Mapped[int] = mapped_column(INTEGER(unsigned=True), primary_key=True)
    name: Mapped[str] = mapped_column(VARCHAR(200))
    album_id: Mapped[int] = mapped_column(INTEGER(unsigned=True), ForeignKey("album.id"))
