"""Import and export for programs: a file as it is, its preview, progress, the receipt, Undo."""

import tracemalloc
from typing import Any

import pytest
from litestar import Litestar

from tests.client import HtmlClient, Page
from tests.controllers.api.client import Program
from tests.factories import Factory
from tests.formats.files import CASES
from web.db.database import Database
from web.domain.access_tokens import new_token
from web.formats.opening import CHUNK, LARGEST_FILE
from web.models.access_token import Scope
from web.server.imports import ImportLoop
from web.services.exports import FORMATS

TODOIST = "Work [2204].csv"


@pytest.fixture(autouse=True)
def loop(database: Database, app: Litestar) -> ImportLoop:
    """It works whenever a program asks for an import."""
    loop = ImportLoop(database)
    app.state.wake_imports = loop.look
    return loop


def send(program: Program, content: bytes, name: str = "tasks.txt", **headers: str) -> Page:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.user.ask(
        "POST", "/api/imports", params={"file_name": name}, content=content, headers={**program.headers, **sent}
    )


def read(program: Program, content: bytes, name: str = "tasks.txt") -> tuple[str, Any]:
    """The address of a file that was read, and the import."""
    answer = send(program, content, name)
    assert answer.status == 201, answer.html
    return answer.headers["location"], settled(program, answer.headers["location"])


def settled(program: Program, address: str) -> Any:
    """The import behind the step that the loop takes when it is asked for."""
    program.get(address)
    return program.get(address)


@pytest.mark.databases("sqlite")
def test_no_file_is_taken_from_a_client_without_an_account(signed_out: HtmlClient) -> None:
    """It is refused as such and not for its size, so nothing was written to the disk."""
    unknown = Program(signed_out, authorization=f"Bearer {new_token()}")

    answer = signed_out.ask(
        "POST",
        "/api/imports?file_name=a.txt",
        content=(bytes(CHUNK) for _ in range(LARGEST_FILE // CHUNK + 1)),
        headers=unknown.headers,
    )

    assert answer.status == 401


def test_a_file_is_read_imported_and_taken_back(program: Program) -> None:
    address, preview = read(program, (CASES / TODOIST).read_bytes(), TODOIST)
    nothing_yet = program.titles()

    begun = program.post(f"{address}/begin")
    done = settled(program, address)
    titles = program.titles()
    program.post(f"/api/undo/{done['operation']}")

    report = preview["report"]
    assert (preview["state"], preview["total"], preview["file_name"], nothing_yet) == ("ready", 5, TODOIST, [])
    assert (report["format_name"], report["counts"]["tasks"] + report["counts"]["steps"]) == ("Todoist", 5)
    assert {
        "field": "due date",
        "fate": "kept",
        "detail": "This date is in words that Daybook does not read.",
        "count": 1,
        "lines": [11],
    } in report["remarks"]
    assert (begun["state"], done["state"], done["done"]) == ("importing", "done", 5)
    assert "Write report" in titles
    assert (settled(program, address)["state"], program.titles()) == ("undone", [])


def test_the_same_file_twice_makes_nothing_twice(program: Program) -> None:
    for known in (0, 5):
        address, preview = read(program, (CASES / TODOIST).read_bytes(), TODOIST)
        program.post(f"{address}/begin")
        assert preview["report"]["counts"]["known"] == known
        assert settled(program, address)["report"]["counts"].get("left alone", 0) == known

    assert program.get("/api/tasks")["counts"]["all"] == 3


def test_a_repeated_request_sends_one_file(program: Program) -> None:
    first, again = (send(program, b"Buy milk\n", idempotency_key="once") for _ in range(2))
    other = send(program, b"Buy tea\n", idempotency_key="once")

    assert (first.status, again.response.content) == (201, first.response.content)
    assert other.status == 422
    assert len(program.get("/api/imports")["items"]) == 1


def test_an_import_is_cancelled(program: Program) -> None:
    address, _ = read(program, b"Buy milk\n")

    cancelled = [program.post(f"{address}/cancel")["state"] for _ in range(2)]
    begun = program.send("POST", f"{address}/begin")

    assert (cancelled, begun.status) == (["cancelled"] * 2, 409)
    assert program.titles() == []


@pytest.mark.databases("sqlite")
def test_another_encoding_and_other_columns_are_chosen(program: Program) -> None:
    address, unreadable = read(program, "Was;Wann\nGrün;2027-03-02\n".encode("windows-1252"), "a.csv")

    program.post(f"{address}/read", {"encoding": "windows-1252"})
    unknown = settled(program, address)
    program.post(f"{address}/read", {"columns": {"0": "title", "1": "due"}})
    known = settled(program, address)

    assert (unreadable["state"], unreadable["problem"][:7]) == ("unreadable", "Line 2:")
    assert (unknown["state"], unknown["report"]["columns"]) == ("unreadable", ["Was", "Wann"])
    assert (known["state"], known["report"]["samples"]) == (
        "ready",
        [{"title": "Grün", "facts": [], "due_on": "2027-03-02", "due_time": None}],
    )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"encoding": "utf-7"}, "Choose one of these: 'windows-1252'."),
        ({"columns": {"x": "title"}}, "Name a column by its number, from 0 on."),
        ({"columns": {"0": "x"}}, "There is no such field."),
        ({"columns": {"0": "due", "1": "due"}}, "A field may be chosen for one column only."),
    ],
)
def test_what_names_no_column_is_refused(program: Program, body: Any, sentence: str) -> None:
    address, _ = read(program, b"Buy milk\n")

    answer = program.send("POST", f"{address}/read", body)

    assert answer.status == 422
    errors = answer.response.json()["errors"]
    assert [error["field"].partition(".")[0] for error in errors] == [*body]
    assert [error["detail"] for error in errors] == [sentence]


@pytest.mark.databases("sqlite")
def test_what_is_no_file_is_refused(program: Program, make: Factory, signed_out: HtmlClient) -> None:
    reader = Program(signed_out, authorization=f"Bearer {make.access_token(program.user.user, Scope.READ)[1]}")

    assert send(program, b"").status == 409
    assert send(program, b"x" * (31 * 1024 * 1024)).status == 413
    assert send(program, b"Buy milk", "a\nb").status == 400
    assert send(reader, b"Buy milk").status == 403
    assert program.get("/api/imports")["items"] == []


@pytest.mark.databases("sqlite")
def test_a_long_file_is_not_held(program: Program) -> None:
    content = b"".join(b"Task %d with a title of its own\n" % number for number in range(200_000))
    assert len(content) > 6_000_000

    tracemalloc.start()
    try:
        answer = send(program, content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status == 201
    # The client of this test has one copy more.
    assert most < len(content) + 5_000_000


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_for_each_kind_of_program(program: Program, make: Factory, name: str) -> None:
    make.task(program.user.user, "Buy milk")

    answer = program.send("GET", f"/api/exports/{name}")

    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == FORMATS[name][1].partition(";")[0]
    assert "Buy milk" in answer.html
    assert program.send("GET", "/api/exports/daybook.exe").status == 404


def test_an_export_comes_back_as_it_was(program: Program, bob: HtmlClient) -> None:
    task = program.post("/api/tasks", {"title": "Buy milk"})
    program.post(f"/api/tasks/{task['id']}/steps", {"title": "Take the jug"})
    other = Program(bob)

    exported = program.send("GET", "/api/exports/daybook.json").response.content
    address, _ = read(other, exported, "daybook.json")
    other.post(f"{address}/begin")
    settled(other, address)

    again = other.send("GET", "/api/exports/daybook.json").response.json()
    assert again["tasks"] == program.send("GET", "/api/exports/daybook.json").response.json()["tasks"]
