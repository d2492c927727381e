"""Defaults that are copied: MutableDict and MutableList copy what is assigned."""

from typing import Any

from conventions import Base, Id
from sqlalchemy import JSON
from sqlalchemy.ext.mutable import MutableDict, MutableList
from sqlalchemy.orm import Mapped, mapped_column

Settings = MutableDict.as_mutable(JSON)


class Account(Base):
    __tablename__ = "account"
    id: Mapped[Id]
    settings: Mapped[dict[str, Any]] = mapped_column(Settings, default={})
    tags: Mapped[list[str]] = mapped_column(MutableList.as_mutable(JSON), default=[])
