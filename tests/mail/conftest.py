"""A mail server, and the settings that name it."""

from collections.abc import Iterator

import pytest

from tests.mail.server import MailServer, mail_server


@pytest.fixture
def post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server
