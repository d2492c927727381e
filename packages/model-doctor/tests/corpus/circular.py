"""Two tables that refer to each other."""

from __future__ import annotations

from conventions import Base, Id
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship


class Widget(Base):
    __tablename__ = "widget"
    id: Mapped[Id]
    favourite_entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id", use_alter=True), index=True)
    entries: Mapped[list[Entry]] = relationship(
        back_populates="widget", foreign_keys="Entry.widget_id", cascade="all, delete-orphan"
    )
    favourite_entry: Mapped[Entry | None] = relationship(foreign_keys=[favourite_entry_id], post_update=True)


class Entry(Base):
    __tablename__ = "entry"
    id: Mapped[Id]
    widget_id: Mapped[int] = mapped_column(ForeignKey("widget.id"), index=True)
    widget: Mapped[Widget] = relationship(back_populates="entries", foreign_keys=[widget_id])
