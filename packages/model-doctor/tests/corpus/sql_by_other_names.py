"""SQL functions imported under their own names, and constants that look like functions."""

from datetime import datetime

from conventions import Base, Id
from sqlalchemy import DateTime, String
from sqlalchemy import func as sql
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import current_timestamp, now
from sqlalchemy.types import UserDefinedType


class Shape(UserDefinedType[str]):
    """A geometry in the text format of the OGC."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "TEXT"


class Visit(Base):
    __tablename__ = "visit"
    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=now(), server_default=current_timestamp())
    seconds: Mapped[int] = mapped_column(default=0, onupdate=sql.random(), server_default=sql.random())
    place: Mapped[str] = mapped_column(Shape, server_default="POINT(0 0)")
    account: Mapped[str] = mapped_column(String(30), server_default="current_account")
