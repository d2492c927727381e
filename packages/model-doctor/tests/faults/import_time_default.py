"""Defaults that are evaluated once, at import."""

import time
import uuid
from datetime import timezone, date, datetime
from typing import Annotated
from uuid import uuid4

from base import Field, SQLModel
from sqlalchemy import Column, DateTime

AWARE = DateTime(timezone=True)


def today() -> date:
    return datetime.now(timezone.utc).date()


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    utc: datetime = Field(default=datetime.now(timezone.utc), sa_type=AWARE)  # finds import-time-default at Task.utc: default_factory=lambda: datetime.now(timezone.utc)
    token: uuid.UUID = Field(default=uuid4())  # finds import-time-default at Task.token: default_factory=uuid4
    key: str = Field(default=uuid4().hex, max_length=32)  # finds import-time-default at Task.key: default_factory=lambda: uuid4().hex
    hex: Annotated[str, Field(max_length=32)] = uuid4().hex  # finds import-time-default at Task.hex: default_factory=lambda: uuid4().hex
    first: datetime = Field(datetime.now(timezone.utc), sa_type=AWARE)  # finds import-time-default at Task.first: lambda: datetime.now(timezone.utc)
    seconds: float = Field(default=time.time())  # finds import-time-default at Task.seconds: default_factory=time.time
    day: date = Field(default=today())  # finds import-time-default at Task.day: default_factory=today
    column: datetime = Field(  # finds import-time-default at Task.column: default=lambda: datetime.now(timezone.utc)
        sa_column=Column(DateTime(timezone=True), default=datetime.now(timezone.utc))
    )
