"""A user who plans, and one who imports, on each database."""

import pytest

from tests.factories import Factory
from tests.services.importer import Importer
from tests.services.planner import Planner
from web.db.database import Database


@pytest.fixture
def ada_plans(database: Database, make: Factory) -> Planner:
    return Planner(database, make)


@pytest.fixture
def importer(database: Database, make: Factory) -> Importer:
    return Importer(database, make)
