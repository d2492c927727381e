"""Two types for one UUID, which are the same on PostgreSQL; SQLite compares values of any type."""

import uuid
from typing import Any

from conventions import Base, Id, Name
from sqlalchemy import CHAR, ForeignKey, Integer, String, Uuid
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class GUID(TypeDecorator[uuid.UUID]):
    impl, cache_ok = CHAR, True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(UUID() if dialect.name == "postgresql" else CHAR(36))


class Number(TypeDecorator[int]):
    """Text on SQLite, which has no unsigned integers."""

    impl, cache_ok = Integer, True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(String(20) if dialect.name == "sqlite" else Integer())


class Account(Base):
    __tablename__ = "account"
    id: Mapped[uuid.UUID] = mapped_column(GUID, primary_key=True)


class Counter(Base):
    __tablename__ = "counter"
    id: Mapped[int] = mapped_column(Number, primary_key=True)


class Memo(Base):
    __tablename__ = "memo"
    id: Mapped[Id]
    text: Mapped[Name]
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("account.id"), index=True)
    counter_id: Mapped[int] = mapped_column(Integer, ForeignKey("counter.id"), index=True)
