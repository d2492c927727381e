"""Models that only PostgreSQL can create: types are compared there, and nowhere else."""

import uuid
from typing import Any

from conventions import CONVENTION
from sqlalchemy import CHAR, ForeignKey, MetaData, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class GUID(TypeDecorator[uuid.UUID]):
    impl, cache_ok = CHAR, True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(UUID() if dialect.name == "postgresql" else CHAR(36))


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONVENTION)


class Account(Base):
    __tablename__ = "account"
    id: Mapped[uuid.UUID] = mapped_column(GUID, primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Memo(Base):
    __tablename__ = "memo"
    id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(UUID(as_uuid=True), ForeignKey("account.id"), index=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
