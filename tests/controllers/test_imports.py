"""The pages of import and export, without JavaScript: a form, a preview, progress by reload, a receipt, Undo."""

import json
from typing import Any

import pytest
from litestar import Litestar

from tests.client import HtmlClient, Page
from tests.factories import Factory
from tests.formats.files import CASES
from web.db.database import Database
from web.server.imports import ImportLoop
from web.services.exports import FORMATS


@pytest.fixture
def loop(database: Database, app: Litestar) -> ImportLoop:
    """The import loop: it looks when a page of an import wakes it."""
    loop = ImportLoop(database)
    app.state.wake_imports = loop.look
    return loop


def upload(client: HtmlClient, content: bytes, name: str = "tasks.txt", **fields: str) -> Page:
    headers = {"cookie": client.cookie, "sec-fetch-site": "same-origin"}
    return client.ask("POST", "/settings/import", headers=headers, files={"file": (name, content)}, data=fields)


def opened(client: HtmlClient, content: bytes, name: str = "tasks.txt") -> tuple[str, Page]:
    """The page of a file that was read, and its address."""
    to = upload(client, content, name).to
    client.get(to)
    return to, client.get(to)


@pytest.mark.usefixtures("loop")
def test_a_file_is_looked_at_imported_and_taken_back(ada: HtmlClient) -> None:
    to, preview = opened(ada, (CASES / "Work [2204].csv").read_bytes(), "Work [2204].csv")
    nothing_yet = ada.get("/tasks").titles

    begun = ada.post(f"{to}/begin", on=to, htmx=True)
    ada.get(to)
    done = ada.get(to)
    tasks = ada.get("/tasks?size=100").titles
    undo = done.tree.css_first("form[action^='/undo/']").attributes["action"] or ""
    ada.post(undo, on=to)
    ada.get(to)

    assert "Todoist" in preview.text and "Import 5 tasks" in preview.text
    assert "Due date kept: This date is in words that Daybook does not read. Line 11" in preview.text
    assert nothing_yet == []
    assert "0 of 5 imported" in begun.text
    assert "Imported" in done.text and "Write report" in tasks
    assert done.link("See your tasks") == "/tasks"
    assert "Undone" in ada.get(to).text
    assert ada.get("/tasks").titles == []


@pytest.mark.usefixtures("loop")
def test_what_is_here_already_is_not_offered_again(ada: HtmlClient) -> None:
    to, _ = opened(ada, b"Buy milk\nBuy tea\n")
    ada.post(f"{to}/begin", on=to)
    ada.get(to)

    _, same = opened(ada, b"Buy milk\nBuy tea\n")
    _, longer = opened(ada, b"Buy milk\nBuy tea\nBuy salt\n")

    assert "All of these tasks are here already." in same.text
    assert same.tree.css_first("form[action$='/begin']") is None
    assert "Import 1 task" in longer.text


@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("loop")
def test_dates_are_as_the_user_writes_them(ada: HtmlClient) -> None:
    ada.post("/settings", time_zone="UTC", date_order="m/d", clock="12")

    _, preview = opened(ada, b"title,due\nBuy milk,2027-03-02 18:00\nCall Ann,2027-03-04\n", "tasks.csv")

    assert "Buy milk · Mar 2, 2027, 6:00 pm" in preview.text
    assert "Call Ann · Mar 4, 2027" in preview.text
    assert "2027-03-0" not in preview.text


@pytest.mark.usefixtures("loop")
def test_text_can_be_pasted(ada: HtmlClient) -> None:
    to = ada.post("/settings/import", text="Buy milk\nBuy tea").to
    ada.get(to)

    assert "Import 2 tasks" in ada.get(to).text
    assert "Pasted text" in ada.get("/settings/import").text


@pytest.mark.parametrize(
    ("fields", "sentence"), [({"text": " "}, "Choose a file, or paste text."), ({}, "Choose a file")]
)
def test_nothing_is_refused_beside_its_field(ada: HtmlClient, fields: dict[str, str], sentence: str) -> None:
    answer = ada.post("/settings/import", **{"op": "", **fields})

    assert answer.status == 422
    assert sentence in answer.error("text")
    assert "autofocus" in answer.tree.css_first("#upload-text").attributes


@pytest.mark.databases("sqlite")
def test_a_file_that_is_too_large_is_refused(ada: HtmlClient) -> None:
    assert upload(ada, b"x" * (31 * 1024 * 1024)).status == 413


@pytest.mark.databases("sqlite")
def test_an_empty_file_is_refused(ada: HtmlClient) -> None:
    answer = upload(ada, b"")

    assert (answer.status, answer.error("text")) == (422, "Choose a file that is not empty.")


@pytest.mark.usefixtures("loop")
def test_the_encoding_of_an_older_file_can_be_chosen(ada: HtmlClient) -> None:
    to, refused = opened(ada, "Title,Due\nGrün,\n".encode("windows-1252"), "x.csv")

    ada.post(f"{to}/read", encoding="windows-1252", on=to)
    ada.get(to)

    assert "Line 2: This file is not in UTF-8." in refused.alert
    assert "Grün" in ada.get(to).text


@pytest.mark.usefixtures("loop")
def test_columns_can_be_chosen(ada: HtmlClient) -> None:
    to, refused = opened(ada, b"What,Kind\nBuy milk,shop\n", "x.csv")

    ada.post(f"{to}/read", on=to, **{"column-0": "title", "column-1": "labels", "column-x": "note", "column-2": "odd"})
    ada.get(to)
    page = ada.get(to)

    assert "Say which column has the titles." in refused.alert
    assert "Buy milk · shop" in page.text
    assert [option.text() for option in page.tree.css("option[selected]")] == ["Title", "Labels"]


@pytest.mark.usefixtures("loop")
@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("content", [b"PK\x03\x04", b"{", b"\x00\x01\x02", b'Title\n"open\n', b"[" * 50_000])
def test_what_is_no_file_of_tasks_says_why(ada: HtmlClient, content: bytes) -> None:
    to, page = opened(ada, content, "x.csv")

    assert page.status == 200 and page.alert
    assert ada.post(f"{to}/begin", on=to).status == 409
    assert ada.post(f"{to}/cancel", on=to).status == 303


def test_while_it_works_a_page_asks_again(ada: HtmlClient) -> None:
    to = ada.post("/settings/import", text="Buy milk").to

    page = ada.get(to)
    section = page.tree.css_first("#import").attributes

    assert (section["hx-get"], section["hx-trigger"]) == (to, "every 1s")
    assert page.link("Look again") == to
    assert page.tree.css_first("progress")


@pytest.mark.usefixtures("loop")
def test_a_hostile_name_and_title_are_text(ada: HtmlClient) -> None:
    hostile = '"><script>alert(1)</script>.txt'
    _, page = opened(ada, b"<script>alert(1)</script>", f"../../{hostile}")

    assert "<script>alert(1)" not in page.html
    assert "<script>alert(1)</script>" in page.text
    assert "../.." not in page.text


def test_another_users_import_is_not_found(ada: HtmlClient, bob: HtmlClient) -> None:
    to = ada.post("/settings/import", text="Buy milk").to

    assert [bob.get(to).status, bob.post(f"{to}/cancel").status, bob.post(f"{to}/read", encoding="x").status] == [
        404,
        404,
        404,
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_export_is_a_download_of_ones_own(name: str, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
    make.task(ada.user, title="Mine")
    make.task(bob.user, title="Theirs")

    answer = ada.get(f"/settings/export/{name}")

    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["content-type"].startswith(FORMATS[name][1].partition(";")[0])
    assert "Mine" in answer.html and "Theirs" not in answer.html
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.databases("sqlite")
def test_an_export_is_sent_in_parts(ada: HtmlClient, make: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.http.streaming.PART", 500)
    make.tasks(ada.user, 1_200)

    answer = ada.get("/settings/export/daybook.json")

    document: Any = json.loads(answer.html)
    assert {task["title"] for task in document["tasks"]} == {f"Task {number}" for number in range(1, 1_201)}
    assert len(document["tasks"]) == 1_200
    assert "content-length" not in answer.headers


@pytest.mark.databases("sqlite")
def test_settings_lead_to_both(ada: HtmlClient) -> None:
    page = ada.get("/settings")

    assert ada.get(page.link("Import tasks")).status == ada.get(page.link("Export everything")).status == 200
