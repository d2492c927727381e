"""Moments without a time zone."""

from datetime import datetime

from base import Field, SQLModel
from pydantic import NaiveDatetime
from sqlalchemy import DateTime


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=DateTime)  # finds naive-datetime at Task.at: DateTime(timezone=True)
    said: NaiveDatetime  # finds naive-datetime at Task.said: DateTime(timezone=True)
    made: datetime = Field(default_factory=datetime.utcnow)  # finds naive-datetime at Task.made: datetime.now(UTC)
    here: datetime = Field(default_factory=lambda: datetime.now())  # noqa: DTZ005  # finds naive-datetime at Task.here: UTC
