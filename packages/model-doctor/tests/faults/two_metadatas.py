"""Every MetaData is examined, and tables that no class maps too."""

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table
from sqlalchemy.orm import registry

one = MetaData()
other = registry()

log = Table(
    "log",
    one,
    Column("id", Integer, primary_key=True),
    Column("said", String),  # finds string-without-length at log.said: String(200)
)
event = Table(
    "event",
    other.metadata,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime),  # finds naive-datetime at Event.at: DateTime(timezone=True)
)


class Event:
    pass


other.map_imperatively(Event, event)
