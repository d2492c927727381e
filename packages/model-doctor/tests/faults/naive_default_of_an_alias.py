"""The fix is spelled as the module spells it."""

import datetime as dt

from base import SQLModel
from sqlalchemy import Column, DateTime
from sqlmodel import Field


class Visit(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: dt.datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, default=dt.datetime.utcnow))  # finds naive-into-aware at Visit.at: lambda: dt.datetime.now(dt.timezone.utc)
