"""Programs of Ada and Bob."""

import pytest

from tests.client import HtmlClient
from tests.controllers.api.client import Program


@pytest.fixture
def program(ada: HtmlClient) -> Program:
    return Program(ada)
