"""Columns that look wrong at a glance, and are right."""

import enum
import uuid
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from conventions import Base, Id, Name
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    ForeignKey,
    String,
    Text,
    TypeDecorator,
    func,
    text,
)
from sqlalchemy.dialects.mysql import LONGTEXT
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import (
    Mapped,
    MappedAsDataclass,
    composite,
    declared_attr,
    deferred,
    mapped_column,
    relationship,
    synonym,
    validates,
)


def now() -> datetime:
    return datetime.now(timezone.utc)


class Utc(TypeDecorator[datetime]):
    """Stores UTC in a column without a time zone, a recipe of SQLAlchemy's documentation."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return value.astimezone(timezone.utc).replace(tzinfo=None) if value else None


class Mood(enum.Enum):
    good = "good"
    bad = "bad"


class Stamped:
    """A mixin: its columns are copied into every class."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now, onupdate=now)

    @declared_attr
    def author_id(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("author.id"), index=True)


class Author(Base):
    __tablename__ = "author"
    id: Mapped[Id]
    key: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    code: Mapped[str] = mapped_column(String(32), default=lambda: uuid.uuid4().hex)
    born_on: Mapped[date] = mapped_column(default=date(2000, 1, 1))
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=datetime(2020, 1, 1, tzinfo=timezone.utc))
    seen_on: Mapped[date] = mapped_column(default=date(2000, 1, 1), onupdate=func.now())
    tag: Mapped[str] = mapped_column(String(32), default="", onupdate=lambda: uuid.uuid4().hex)
    opens_at: Mapped[time] = mapped_column(default=time(9, 0))
    closes_at: Mapped[time] = mapped_column(default=time())
    nil: Mapped[uuid.UUID] = mapped_column(default=uuid.UUID("00000000-0000-0000-0000-000000000000"))
    worth: Mapped[Decimal] = mapped_column(default=Decimal("1.5"))


class Note(Stamped, Base):
    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint("length(title) <= 200", name="title_length"),
        CheckConstraint(func.length(text("slug")) <= 50, name="slug_length"),
    )
    id: Mapped[Id]
    title: Mapped[str]
    slug: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    more: Mapped[str] = mapped_column(LONGTEXT)
    network: Mapped[str] = mapped_column(INET)
    mood: Mapped[Mood]
    other_mood: Mapped[Mood] = mapped_column(Enum(Mood, native_enum=False, create_constraint=True, name="other_mood"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(Utc, default=now)
    stored_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())
    asked_at: Mapped[datetime] = mapped_column(DateTime(True), default=func.now())
    author_code: Mapped[str | None] = deferred(mapped_column(String(32)))
    headline = synonym("title")

    @validates("title")
    def _title(self, _: str, title: str) -> str:
        return title.strip()


class Point(MappedAsDataclass, Base):
    __tablename__ = "point"
    id: Mapped[Id] = mapped_column(init=False)
    x: Mapped[int] = mapped_column(default=0)
    y: Mapped[int] = mapped_column(default=0)
    name: Mapped[Name] = mapped_column(default="here")
    at: Mapped[tuple[int, int]] = composite(lambda x, y: (x, y), "x", "y", init=False)


class Abstract(Base):
    __abstract__ = True
    id: Mapped[Id]


class Country(Base):
    __tablename__ = "country"
    code: Mapped[str] = mapped_column(Text, primary_key=True)


class Region(Abstract):
    """Text and String without a length are one type."""

    __tablename__ = "region"
    country_code: Mapped[str] = mapped_column(String, ForeignKey("country.code"), index=True)


class Tagged(Abstract):
    __tablename__ = "tagged"
    # Its type is that of what it refers to.
    author_id = Column(ForeignKey(Author.id), index=True)
    author = relationship(Author)
