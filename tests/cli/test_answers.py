"""What the commands make of a server that is not there, is slow, or answers what Daybook does not."""

import socket
from http.client import HTTPMessage

import pytest

from tests.cli.conftest import Terminal
from tests.cli.other_server import CLOSED, Given, OtherServer, given_json
from tests.server.command import free_port
from web.client import connection

PAGE = {"items": [], "next": None, "counts": {"all": 0, "pending": 0, "completed": 0}}
TASK = {
    "id": 7, "title": "Buy milk", "completed": False, "due_on": None, "due_time": None, "priority": 4,
    "repeat_rule": None, "list_id": None, "labels": [],
}  # fmt: skip


def keys(requests: list[tuple[str, HTTPMessage]]) -> set[str | None]:
    return {headers["Idempotency-Key"] for _, headers in requests}


def error(terminal: Terminal, *arguments: str) -> str:
    """The one line of a command that fails."""
    result = terminal.run(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "dbk_secret" not in result.stderr
    (line,) = result.stderr.splitlines()
    return line


def test_a_server_that_is_not_there(terminal: Terminal) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    terminal.environment.update(DAYBOOK_URL=url, DAYBOOK_TOKEN="dbk_secret")

    assert error(terminal, "list") == f"Error: {url} cannot be reached: Connection refused."


def test_a_server_that_does_not_answer(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        terminal.environment.update(DAYBOOK_URL=url, DAYBOOK_TOKEN="dbk_secret")

        said = error(terminal, "add", "Buy milk")

    assert said.startswith(f"Error: {url} did not answer within 0.01 seconds. It may have been added; with --key")


@pytest.mark.parametrize(
    "given",
    [
        Given(200, b"<title>Sign in</title>", {"Content-Type": "text/html"}),
        Given(502, b"<title>Bad gateway</title>", {"Content-Type": "text/html"}),
        Given(200, b"{", {"Content-Type": "application/json"}),
        Given(200, b"\xff", {"Content-Type": "application/json"}),
        Given(200, b"[1]", {"Content-Type": "application/json"}),
        Given(200, b"{}"),
        Given(200, b'{"message": "hello"}', {"Content-Type": "application/json"}),
        Given(401, b'{"message": "Sign in"}', {"Content-Type": "application/json"}),
    ],
)
def test_an_answer_that_is_not_from_daybook(terminal: Terminal, other_server: OtherServer, given: Given) -> None:
    other_server.answers = [given]

    assert f"The answer of {other_server.url} ({given.status}, " in error(terminal, "list")


def test_an_answer_that_breaks_off(terminal: Terminal, other_server: OtherServer) -> None:
    other_server.answers = [Given(200, b"{", {"Content-Length": "10"})]

    assert "broke off" in error(terminal, "list")


def test_a_redirect_does_not_take_the_token_along(terminal: Terminal, other_server: OtherServer) -> None:
    other_server.answers = [Given(307, b"", {"Location": f"{other_server.url}/elsewhere"})]

    assert f"redirects to {other_server.url}/elsewhere." in error(terminal, "list")
    assert len(other_server.requests) == 1


def test_a_fault_of_the_server_is_said_in_its_words(terminal: Terminal, other_server: OtherServer) -> None:
    other_server.answers = [given_json({"detail": "Something went wrong. Reference: 5f."}, 500)]

    assert error(terminal, "list") == "Error: Something went wrong. Reference: 5f."


def test_a_lost_request_is_sent_again_under_its_key(terminal: Terminal, other_server: OtherServer) -> None:
    other_server.answers = [CLOSED, CLOSED, given_json(TASK, 201)]

    assert terminal.lines("add", "Buy milk") == ["7\topen\tBuy milk\t\t\t\t"]
    assert len(other_server.requests) == 3
    assert len(keys(other_server.requests)) == 1
    assert None not in keys(other_server.requests)


def test_completing_again_names_the_same_occurrence(terminal: Terminal, other_server: OtherServer) -> None:
    daily = {**TASK, "repeat_rule": "FREQ=DAILY", "due_on": "2099-12-02"}
    other_server.answers = [given_json(daily), CLOSED, given_json({**daily, "due_on": "2099-12-03"})]

    assert terminal.lines("done", "7") == ["7\topen\tBuy milk\t2099-12-03\t\t\t"]
    completions = [request for request, _ in other_server.requests[1:]]
    assert completions == ["PUT /api/tasks/7/completion?due_on=2099-12-02"] * 2


def test_three_lost_requests_are_enough(terminal: Terminal, other_server: OtherServer) -> None:
    other_server.answers = [CLOSED] * 3

    assert "closed the connection without an answer" in error(terminal, "add", "Buy milk")


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again_after_the_time_it_names(
    terminal: Terminal, other_server: OtherServer, status: int
) -> None:
    other_server.answers = [given_json({"detail": "Wait."}, status, Retry_After="0"), given_json(PAGE)]

    assert terminal.lines("list") == []


def test_a_server_that_is_busy_for_long_is_not_waited_for(terminal: Terminal, other_server: OtherServer) -> None:
    other_server.answers = [given_json({"detail": "Too many requests."}, 429, Retry_After="3600")]

    assert error(terminal, "list") == "Error: Too many requests."


def test_titles_cannot_command_the_terminal(terminal: Terminal, other_server: OtherServer) -> None:
    title = "a\x1b]0;owned\x07 b\tc\nd"
    other_server.answers = [given_json({**PAGE, "items": [{**TASK, "title": title}], "counts": {"pending": 1}})]

    assert terminal.lines("list") == ["7\topen\ta ]0;owned b c d\t\t\t\t"]
