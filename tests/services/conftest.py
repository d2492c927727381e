"""A user who plans, on each database."""

import pytest

from tests.factories import Factory
from tests.services.planner import Planner
from web.db.database import Database


@pytest.fixture
def ada_plans(database: Database, make: Factory) -> Planner:
    return Planner(database, make)
