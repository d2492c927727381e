"""Every way in which the ORM and the database agree on deleting."""

from typing import Optional

from conventions import Base, Id
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DynamicMapped, Mapped, WriteOnlyMapped, mapped_column, relationship


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[Id]
    by_both: Mapped[list["ByBoth"]] = relationship(
        back_populates="parent", cascade="all, delete-orphan", passive_deletes=True
    )
    by_orm: Mapped[list["ByOrm"]] = relationship(back_populates="parent", cascade="all, delete-orphan")
    one_by_one: Mapped[list["OneByOne"]] = relationship(back_populates="parent", cascade="all, delete")
    by_database: Mapped[list["ByDatabase"]] = relationship(back_populates="parent", passive_deletes="all")
    refused: Mapped[list["Refused"]] = relationship(back_populates="parent", passive_deletes="all")
    refused_too: Mapped[list["RefusedToo"]] = relationship(back_populates="parent")
    kept: Mapped[list["Kept"]] = relationship(back_populates="parent")
    kept_by_database: Mapped[list["KeptByDatabase"]] = relationship(back_populates="parent", passive_deletes=True)
    log: WriteOnlyMapped["Log"] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    old_log: DynamicMapped["OldLog"] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    last: Mapped[Optional["Kept"]] = relationship(viewonly=True, order_by="Kept.id.desc()")
    detail: Mapped["Detail"] = relationship(back_populates="parent", cascade="all, delete-orphan")


class ByBoth(Base):
    __tablename__ = "by_both"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="CASCADE"), index=True)
    parent: Mapped[Parent] = relationship(back_populates="by_both")


class ByOrm(Base):
    __tablename__ = "by_orm"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"), index=True)
    parent: Mapped[Parent] = relationship(back_populates="by_orm")


class OneByOne(Base):
    """The database would cascade too: the ORM is first, and the result is the same."""

    __tablename__ = "one_by_one"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="CASCADE"), index=True)
    parent: Mapped[Parent] = relationship(back_populates="one_by_one")


class ByDatabase(Base):
    __tablename__ = "by_database"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="CASCADE"), index=True)
    parent: Mapped[Parent] = relationship(back_populates="by_database")


class Refused(Base):
    __tablename__ = "refused"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="RESTRICT"), index=True)
    parent: Mapped[Parent] = relationship(back_populates="refused")


class RefusedToo(Base):
    """RESTRICT asks for what happens: the delete fails, if not with the database's words."""

    __tablename__ = "refused_too"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="RESTRICT"), index=True)
    parent: Mapped[Parent] = relationship(back_populates="refused_too")


class Kept(Base):
    __tablename__ = "kept"
    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"), index=True)
    parent: Mapped[Parent | None] = relationship(back_populates="kept")


class KeptByDatabase(Base):
    __tablename__ = "kept_by_database"
    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id", ondelete="SET NULL"), index=True)
    parent: Mapped[Parent | None] = relationship(back_populates="kept_by_database")


class Log(Base):
    __tablename__ = "log"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="CASCADE"), index=True)


class OldLog(Base):
    __tablename__ = "old_log"
    id: Mapped[Id]
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id", ondelete="CASCADE"), index=True)


class Detail(Base):
    """One to one by a shared primary key; what it alone refers to is deleted with it."""

    __tablename__ = "detail"
    id: Mapped[int] = mapped_column(ForeignKey("parent.id"), primary_key=True)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("picture.id"), unique=True)
    frame_id: Mapped[int | None] = mapped_column(ForeignKey("frame.id"), unique=True)
    frame: Mapped[Optional["Frame"]] = relationship(cascade="all, delete")
    parent: Mapped[Parent] = relationship(back_populates="detail")
    picture: Mapped[Optional["Picture"]] = relationship(
        back_populates="detail", cascade="all, delete-orphan", single_parent=True
    )


class Picture(Base):
    __tablename__ = "picture"
    id: Mapped[Id]
    detail: Mapped[Detail | None] = relationship(back_populates="picture")


class Frame(Base):
    __tablename__ = "frame"
    id: Mapped[Id]
