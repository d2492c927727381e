"""A class that cannot be configured, although no relationship fails."""

from base import Field, SQLModel
from sqlalchemy import event


class Task(SQLModel, table=True):  # finds cannot-configure at Task: SQLAlchemy names
    id: int | None = Field(default=None, primary_key=True)


@event.listens_for(Task, "mapper_configured")
def refuse(*_: object) -> None:
    raise ValueError("not today")
