"""A mail server, and a user who wants the daily email."""

from collections.abc import Iterator

import pytest

from tests.factories import Factory
from tests.mail.digests import choose
from tests.mail.server import MailServer, mail_server
from tests.services.planner import Planner
from web.db.database import Database


@pytest.fixture
def post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def reader(database: Database, make: Factory) -> Planner:
    """A user who chose the daily email at seven, on Thursday afternoon."""
    planner = Planner(database, make)
    choose(planner, digest_hour=7)
    return planner
