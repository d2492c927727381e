"""The application as the hostile requests need it: without budgets, with few log records, collecting garbage seldom."""

import gc
import logging
from collections.abc import Callable, Iterator

import pytest
from litestar import Litestar

from tests.databases import settings_for
from web.app import tune_garbage_collector
from web.db.database import Database
from web.settings import Settings


@pytest.fixture
def errors_logged_only(caplog: pytest.LogCaptureFixture) -> None:
    """pytest would format and keep a record of each request, which takes a third of the CPU time."""
    caplog.set_level(logging.ERROR, "daybook")


@pytest.fixture
def tuned_collector() -> Iterator[None]:
    """As in `daybook serve`: what pytest has loaded is no garbage, and looking through it takes long."""
    thresholds = gc.get_threshold()
    gc.collect()
    tune_garbage_collector()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.fixture
def unlimited(
    migrated: Settings,
    database: Database,
    built_app: Callable[[Settings], Litestar],
    errors_logged_only: None,
    tuned_collector: None,
) -> Litestar:
    """The application without budgets, which would refuse most of the requests of a round."""
    url = migrated.node_database_url()
    return built_app(settings_for(url, API_REQUESTS_PER_MINUTE="0", USER_BUDGETS="off"))
