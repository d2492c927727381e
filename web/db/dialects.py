"""Selects the module for a database's dialect. Everything that differs between the two is in those modules."""

from types import ModuleType

from sqlalchemy import URL, Connection

from web.db import postgresql, search_postgresql, search_sqlite, sqlite


def dialect_of(database: URL | Connection) -> ModuleType:
    """web.db.sqlite or web.db.postgresql: both export the same names."""
    return {"sqlite": sqlite, "postgresql": postgresql}[_name(database)]


def search_of(connection: Connection) -> ModuleType:
    """web.db.search_sqlite or web.db.search_postgresql: both have `search` and `repair_index`."""
    return {"sqlite": search_sqlite, "postgresql": search_postgresql}[_name(connection)]


def _name(database: URL | Connection) -> str:
    return database.get_backend_name() if isinstance(database, URL) else database.dialect.name
