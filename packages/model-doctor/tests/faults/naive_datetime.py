"""Moments without a time zone."""

from datetime import datetime

from base import Field, SQLModel
from sqlalchemy import DateTime


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=DateTime)  # finds naive-datetime at Task.at: DateTime(timezone=True)
    made: datetime = Field(  # finds naive-datetime at Task.made: timezone.utc
        default_factory=datetime.utcnow, sa_type=DateTime
    )
    zoned: datetime = Field(  # finds naive-into-aware at Task.zoned: lambda: datetime.now(timezone.utc)
        default_factory=datetime.utcnow, sa_type=DateTime(timezone=True)
    )
    here: datetime = Field(  # finds naive-into-aware at Task.here: lambda: datetime.now(timezone.utc)
        default_factory=lambda: datetime.now(), sa_type=DateTime(timezone=True)  # noqa: DTZ005
    )
