"""Selects the module for a database's dialect. Everything that differs between the two is in those modules."""

from types import ModuleType

from sqlalchemy import URL, Connection

from web.db import postgresql, sqlite


def dialect_of(database: URL | Connection) -> ModuleType:
    """web.db.sqlite or web.db.postgresql: both export the same names."""
    name = database.get_backend_name() if isinstance(database, URL) else database.dialect.name
    return {"sqlite": sqlite, "postgresql": postgresql}[name]
