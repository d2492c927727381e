"""A receiver of webhooks on this machine, and the loop that sends to it."""

from collections.abc import Iterator

import pytest

from tests.webhooks.receiver import Receiver, running_receiver
from web.db.database import Database
from web.server.webhooks import WebhookLoop
from web.webhooks.sender import WebhookSender


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture
def loop(database: Database) -> WebhookLoop:
    return WebhookLoop(database, WebhookSender(allows_private=True), interval=0)
