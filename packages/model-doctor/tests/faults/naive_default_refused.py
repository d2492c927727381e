"""SQLModel's type for moments refuses those without a time zone: each INSERT fails. Needs SQLModel 0.0.50."""

from datetime import datetime

from base import Field, SQLModel
from pydantic import NaiveDatetime


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    said: NaiveDatetime  # finds naive-datetime at Task.said: DateTime(timezone=True)
    made: datetime = Field(default_factory=datetime.utcnow)  # finds naive-default-refused at Task.made: timezone.utc
    here: datetime = Field(default_factory=lambda: datetime.now())  # noqa: DTZ005  # finds naive-default-refused at Task.here: timezone.utc
