"""Writes tasks in SQL without the application, for tests."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from tests.factories import Factory
from web.db.database import Database
from web.domain.timestamps import iso
from web.models.task import Task

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def by_hand(database: Database, statement: str, **values: Any) -> None:
    on_sqlite = database.engine.dialect.name == "sqlite"
    parameters = {
        name: iso(value) if on_sqlite and isinstance(value, datetime) else value for name, value in values.items()
    }
    with database.transaction() as session:
        session.connection().execute(text(statement), parameters)


def stored(make: Factory, task: Task) -> Task:
    found = make.stored(task)
    assert found
    return found
