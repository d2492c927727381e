"""16: the moment of the import, for ever."""

import time
import uuid
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import uuid4

from base import Field, SQLModel
from sqlalchemy import Column, DateTime


def today() -> date:
    return datetime.now(UTC).date()


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = datetime.now()  # noqa: DTZ005  # finds import-time-default at Task.at: lambda: datetime.now(UTC)
    utc: datetime = Field(default=datetime.now(UTC))  # finds import-time-default at Task.utc: lambda: datetime.now(UTC)
    token: uuid.UUID = Field(default=uuid4())  # finds import-time-default at Task.token: default_factory=uuid4
    key: str = Field(default=uuid4().hex, max_length=32)  # finds import-time-default at Task.key: default_factory=uuid4
    hex: Annotated[str, Field(max_length=32)] = uuid4().hex  # finds import-time-default at Task.hex: default_factory=uuid4
    tz: datetime = datetime.now(tz=UTC)  # finds import-time-default at Task.tz: lambda: datetime.now(tz=UTC)
    first: datetime = Field(datetime.now(UTC))  # finds import-time-default at Task.first: lambda: datetime.now(UTC)
    seconds: float = Field(default=time.time())  # finds import-time-default at Task.seconds: default_factory=time.time
    day: date = Field(default=today())  # finds import-time-default at Task.day: default_factory=today
    column: datetime = Field(  # finds import-time-default at Task.column: lambda: datetime.now(UTC)
        sa_column=Column(DateTime(timezone=True), default=datetime.now(UTC))
    )
