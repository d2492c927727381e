"""What a line of the log looks like, for people and for machines."""

import json
import logging
from collections.abc import Iterator

import pytest

from web.logs import set_up_logging


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, said = root.handlers, root.level, logging.logThreads
    yield
    root.handlers, root.level = handlers, level
    for name in ("logThreads", "logMultiprocessing", "logProcesses", "logAsyncioTasks"):
        setattr(logging, name, said)


def test_a_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "console")

    logging.getLogger("daybook.requests").info("%s %s", "GET", "/tasks")
    logging.getLogger("daybook.requests").debug("unheard")

    moment, _, rest = capsys.readouterr().err.partition(" ")
    assert moment.endswith("Z")
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
