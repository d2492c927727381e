"""What a line of the log looks like, for people and for machines."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from web.app import with_outer_middleware
from web.db.database import Database
from web.domain.log_context import addresses
from web.server.logging import set_up_logging
from web.services.tasks import Tasks


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    addresses.kept = "full"


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


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_message_is_one_line_in_which_no_character_acts(capsys: pytest.CaptureFixture[str], style: str) -> None:
    set_up_logging("info", style)

    for words in ("two\n\tlines", "\x1b[31mred", "\u202eright to left", "x" * 60_000, "a\u2028b\r\nc"):
        logging.getLogger("daybook.errors").error("It says %s", words)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert all(len(line) < 700 and line.isprintable() for line in lines)
    assert "It says two lines" in lines[0]
    assert "a b c" in lines[4]


@pytest.mark.parametrize("style", ["console", "json"])
def test_every_line_of_a_request_names_it_and_its_sender(
    app: Litestar, make: Factory, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, style: str
) -> None:
    def fail(*_: object) -> None:
        logging.getLogger("daybook.tests").warning("In a unit of work")
        raise RuntimeError

    monkeypatch.setattr(Tasks, "list", fail)
    set_up_logging("info", style)
    with TestClient(with_outer_middleware(app), base_url=ORIGIN, raise_server_exceptions=False) as client:
        ada = HtmlClient(client).signed_in_as(make.user("Ada"), make)
        first, second = ada.get("/tasks"), HtmlClient(client).get("/sign-in")

    printed = capsys.readouterr().err
    lines = [line for line in printed.splitlines() if "daybook." in line and not line.startswith(" ")]
    references = [re.search(r"request\W+(\w{8})", line) for line in lines]
    ids = [found[1] for found in references if found]
    assert (first.status, second.status) == (500, 200)
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert ids[0] in first.text
    assert all("testclient" in line for line in lines)
    assert [ada.user.id in line for line in lines] == [False, False, True, False]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("kept", "address", "shown"),
    [
        ("full", "203.0.113.77", "203.0.113.77"),
        ("full", "testclient", "testclient"),
        ("network", "203.0.113.77", "203.0.113.0/24"),
        ("network", "2001:db8:1:2::3", "2001:db8:1::/48"),
        ("network", "testclient", "-"),
        ("none", "203.0.113.77", "-"),
    ],
)
def test_the_address_of_a_client_is_kept_as_the_setting_says(
    app: Litestar, capsys: pytest.CaptureFixture[str], kept: str, address: str, shown: str
) -> None:
    logged = with_outer_middleware(app)

    async def from_address(scope: Any, receive: Any, send: Any) -> None:
        await logged({**scope, "client": (address, 5000)}, receive, send)

    set_up_logging("info", "console", kept)
    with TestClient(from_address, base_url=ORIGIN) as client:
        client.get("/sign-in")

    lines = [line for line in capsys.readouterr().err.splitlines() if "[daybook.requests]" in line]
    assert lines[0].endswith(f"client={shown}")


def test_a_refused_sign_in_is_logged_without_its_email(newcomer: HtmlClient, caplog: pytest.LogCaptureFixture) -> None:
    newcomer.post("/sign-in", email="ada@example.com", password="a wild guess")

    assert "/sign-in was refused: INVALID_EMAIL_OR_PASSWORD" in caplog.messages
    assert "ada@" not in caplog.text


@pytest.mark.databases("postgresql")
def test_a_unit_of_work_that_is_repeated_is_one_line(
    app: Litestar, make: Factory, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("info", "console")
    with TestClient(app, base_url=ORIGIN) as client:
        ada = HtmlClient(client).signed_in_as(make.user("Ada"), make)
        ada.get("/tasks")
        with database.transaction() as session:
            session.connection().exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        capsys.readouterr()
        answer = ada.get("/tasks")

    # Better Auth, which other tests use, has lost its connections too.
    lines = [line for line in capsys.readouterr().err.splitlines() if "[daybook.auth]" not in line]
    assert answer.status == 200
    assert len(lines) == 1, lines
    assert "[info    ] Repeating a unit of work: " in lines[0]


def test_a_request_is_one_line_that_tells_nothing_private(
    app: Litestar, make: Factory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "daybook.requests")
    with TestClient(with_outer_middleware(app), base_url=ORIGIN) as client:
        ada = HtmlClient(client).signed_in_as(make.user("Ada"), make)

        ada.get("/tasks?q=private")
        ada.post("/tasks", title="private")
        ada.get("/two%0Alines?private")
        ada.get(f"/{'x' * 60_000}")
        ada.get("/healthz")

    lines = [record.getMessage() for record in caplog.records if record.name == "daybook.requests"]
    assert [line.rsplit(maxsplit=2)[0] for line in lines] == [
        "GET /tasks 200",
        "POST /tasks 303",
        r"GET /two\nlines 404",
        f"GET /{'x' * 199}… 404",
    ]
    assert all(line.endswith(" ms") for line in lines)
