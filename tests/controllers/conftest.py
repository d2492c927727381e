"""A browser at an application that sends email."""

from collections.abc import Callable, Iterator

import pytest
from litestar import Litestar

from tests.client import HtmlClient
from tests.controllers.mailing import client_of, mailing_settings
from web.db.database import Database
from web.server.better_auth import BetterAuthProcess
from web.settings import Settings


@pytest.fixture
def visitor(
    migrated: Settings, better_auth: BetterAuthProcess, built_app: Callable[[Settings], Litestar], database: Database
) -> Iterator[HtmlClient]:
    """Signed out, at an application that sends email, with a real Better Auth process."""
    with client_of(built_app(mailing_settings(migrated, better_auth.url))) as client:
        yield client
