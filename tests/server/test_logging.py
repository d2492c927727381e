"""What a line of the log looks like, for people and for machines."""

import json
import logging
from collections.abc import Iterator

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from web.app import with_outer_middleware
from web.server.logging import set_up_logging


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


def test_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "console")

    logging.getLogger("daybook.requests").info("%s %s", "GET", "/tasks")
    logging.getLogger("daybook.requests").debug("unheard")

    timestamp, _, rest = capsys.readouterr().err.partition(" ")
    assert timestamp.endswith("Z")
    assert rest == "[info    ] GET /tasks [daybook.requests]\n"


def test_a_line_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("debug", "json")

    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("daybook.errors").exception("It failed")

    line = capsys.readouterr().err
    said = json.loads(line)
    assert line.count("\n") == 1
    assert (said["level"], said["logger"], said["event"]) == ("error", "daybook.errors", "It failed")
    assert "ValueError: two\nlines" in said["exception"]
    assert said["timestamp"].endswith("Z")


def test_a_request_is_one_line_that_tells_nothing_private(
    app: Litestar, make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "daybook.requests")
    with TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        ada = HtmlClient(client).signed_in_as(make.user("Ada"), make)

        ada.get("/tasks?q=private")
        ada.post("/tasks", title="private")
        ada.get("/two%0Alines?private")
        ada.get("/healthz")

    lines = [record.getMessage() for record in caplog.records if record.name == "daybook.requests"]
    assert [line.rsplit(maxsplit=2)[0] for line in lines] == [
        "GET /tasks 200",
        "POST /tasks 303",
        r"GET /two\nlines 404",
    ]
    assert all(line.endswith(" ms") for line in lines)
