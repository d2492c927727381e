"""SQL functions imported under their own names, constants that look like functions, domains and collations."""

from datetime import datetime

from conventions import Base, Id
from sqlalchemy import DateTime, ForeignKey, Integer, String, Text
from sqlalchemy import func as sql
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import current_timestamp, now
from sqlalchemy.types import UserDefinedType


class Geometry(UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "GEOMETRY"


class Visit(Base):
    __tablename__ = "visit"
    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now(), server_default=current_timestamp())
    seconds: Mapped[int] = mapped_column(default=0, onupdate=sql.random(), server_default=sql.random())
    place: Mapped[str] = mapped_column(Geometry, server_default="POINT(0 0)")
    account: Mapped[str] = mapped_column(String(30), server_default="current_account")


class Positive(Base):
    """A domain is compared as the type that it is over."""

    __tablename__ = "positive"
    number: Mapped[int] = mapped_column(DOMAIN("positive_number", Integer), primary_key=True)


class Word(Base):
    __tablename__ = "word"
    word: Mapped[str] = mapped_column(String(20), primary_key=True)


class Use(Base):
    __tablename__ = "use"
    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Integer, ForeignKey("positive.number"), index=True)
    word: Mapped[str] = mapped_column(String(20, collation="C"), ForeignKey("word.word"), index=True)
    any_word: Mapped[str] = mapped_column(Text(collation="C"), ForeignKey("word.word"), index=True)
