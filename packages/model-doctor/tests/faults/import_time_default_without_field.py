"""A default that is evaluated at import, written without Field. Needs SQLModel 0.0.50."""

from datetime import datetime, timezone

from base import Field, SQLModel


class Task(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = datetime.now()  # noqa: DTZ005  # finds import-time-default at Task.at: lambda: datetime.now(timezone.utc)
    tz: datetime = datetime.now(tz=timezone.utc)  # finds import-time-default at Task.tz: lambda: datetime.now(tz=timezone.utc)
