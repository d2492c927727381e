"""Models that allow a code themselves, with the reason; and a table that belongs to another program."""

from datetime import datetime

from conventions import Base, Id
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship


class Theirs(Base):
    __tablename__ = "theirs"
    __table_args__ = {"info": {"owner": "another program"}}
    id: Mapped[Id]
    name: Mapped[str]
    at: Mapped[datetime]


class Wide(Base):
    __tablename__ = "wide"
    __table_args__ = {"info": {"doctor": {"allow": {"naive-datetime": "the sensors send local time"}}}}
    id: Mapped[Id]
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(info={"doctor": {"allow": {"string-without-length": "any length is meant"}}})
    theirs_id: Mapped[int | None] = mapped_column(
        ForeignKey("theirs.id"), info={"doctor": {"allow": {"foreign-key-without-index": "rows are never deleted"}}}
    )
    theirs: Mapped[Theirs | None] = relationship(
        cascade="all, delete", info={"doctor": {"allow": {"cascade-on-many-side": "each row has one of its own"}}}
    )
