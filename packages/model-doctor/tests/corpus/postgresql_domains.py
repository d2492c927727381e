"""A domain is compared as the type that it is over; a collation is no difference."""

from conventions import Base, Id
from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.orm import Mapped, mapped_column


class Positive(Base):
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
