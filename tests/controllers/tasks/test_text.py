"""Title and note, each with a form of its own: in the row, in the panel, and as a page."""

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory
from web.models.task import Task

NEW = {"title": "Buy tea", "note": "Three"}
FIELD = {"title": "title", "note": "description"}
names = pytest.mark.parametrize("name", ["title", "note"])


@pytest.fixture
def task(ada: HtmlClient, make: Factory) -> Task:
    return make.task(ada.user, "Buy milk", description="Two")


def fields(page: Page) -> set[str | None]:
    return {field.attributes.get("name") for field in page.tree.css(".edit [name]")}


def sent(name: str, text: str, version: int = 1) -> dict[str, str]:
    return {FIELD[name]: text, "version": str(version)}


@names
@pytest.mark.parametrize("htmx", [True, False])
def test_a_form_has_its_field_alone(ada: HtmlClient, task: Task, name: str, htmx: bool) -> None:
    form = ada.get(f"/tasks/{task.id}/{name}", htmx=htmx)

    assert fields(form) == {FIELD[name], "version"}
    assert form.is_page is not htmx
    assert form.tree.css_first(".edit").attributes["action"] == f"/tasks/{task.id}/{name}"
    assert form.tree.css_first("[autofocus]").attributes["name"] == FIELD[name]


@names
def test_it_sets_its_field_and_no_other(ada: HtmlClient, make: Factory, task: Task, name: str) -> None:
    saved = ada.post(f"/tasks/{task.id}/{name}", htmx=True, **sent(name, NEW[name]))

    stored = make.stored(task)
    assert stored
    assert {"title": stored.title, "note": stored.description} == {"title": "Buy milk", "note": "Two", name: NEW[name]}
    assert saved.tree.css_first(f"li#task-{task.id} .task__title")
    assert "Saved “" in saved.text and saved.tree.css_first("[data-undo-of]")


@names
def test_without_javascript_it_leads_back_to_the_view(ada: HtmlClient, task: Task, name: str) -> None:
    page = ada.get(f"/tasks/{task.id}/{name}?from=/inbox")
    action = page.tree.css_first(".edit").attributes["action"] or ""

    saved = ada.post(action, on=f"/tasks/{task.id}/{name}?from=/inbox", **sent(name, NEW[name]))

    assert saved.to == page.link("Cancel") == f"/tasks/{task.id}?from=/inbox"
    assert ada.get(saved.to).link("Inbox") == "/inbox"


@pytest.mark.parametrize(
    ("name", "wrong", "sentence"),
    [("title", " ", "A task needs a title."), ("note", "x" * 1001, "Descriptions can be up to 1,000 characters")],
)
@pytest.mark.parametrize("into", ["", "aside#panel"])
def test_what_is_wrong_comes_back_as_typed(
    ada: HtmlClient, task: Task, name: str, wrong: str, sentence: str, into: str
) -> None:
    page = ada.post(f"/tasks/{task.id}/{name}", htmx=True, into=into, on=f"/inbox?task={task.id}", **sent(name, wrong))

    assert page.status == 422
    assert page.error(FIELD[name]).startswith(sentence)
    assert page.value(FIELD[name]) == wrong
    assert bool(page.tree.css_first("#panel .edit")) is bool(into)


@names
@pytest.mark.parametrize("into", ["", "aside#panel"])
def test_only_a_change_of_the_same_field_is_a_conflict(ada: HtmlClient, task: Task, name: str, into: str) -> None:
    on = f"/inbox?task={task.id}"
    other = next(one for one in FIELD if one != name)
    ada.post(f"/tasks/{task.id}/{other}", **sent(other, NEW[other]))
    ada.post(f"/tasks/{task.id}/complete")

    first = ada.post(f"/tasks/{task.id}/{name}", htmx=True, into=into, on=on, **sent(name, NEW[name]))
    second = ada.post(f"/tasks/{task.id}/{name}", htmx=True, into=into, on=on, **sent(name, "Mine"))
    again = sent(name, "Mine", version=int(second.value("version")))
    saved = ada.post(second.tree.css_first(".edit").attributes["action"] or "", htmx=True, **again)

    assert (first.status, second.status, saved.status) == (200, 409, 200)
    assert second.value(FIELD[name]) == "Mine"
    assert NEW[name] in second.text
    assert fields(second) == {FIELD[name], "version"}
    assert "Mine" in saved.text


def test_the_panel_offers_both(ada: HtmlClient, make: Factory, task: Task) -> None:
    bare = make.task(ada.user, "Call Ann")
    address = f"/inbox?task={task.id}"

    panel = ada.get(address)
    note = ada.get(f"/tasks/{task.id}/note", htmx=True, on=address, hx_target="aside#panel")

    assert panel.link("Edit title") == f"/tasks/{task.id}/title?from=/inbox"
    assert panel.link("Edit note") == f"/tasks/{task.id}/note?from=/inbox"
    assert ada.get(f"/inbox?task={bare.id}").link("Add a note") == f"/tasks/{bare.id}/note?from=/inbox"
    assert note.tree.css_first("#panel .edit--note")
    assert note.tree.css_first("#panel-title").text() == "Buy milk"
