"""A list that does not exist yet, in a line of quick add, over HTTP."""

import pytest

from tests.client import HtmlClient


def test_the_preview_offers_to_make_it(ada: HtmlClient) -> None:
    page = ada.get("/tasks/new?title=Milk+%23Groceries", htmx=True)

    offer = page.tree.css_first("button.chip--suggested")
    assert (offer.text(), offer.attributes["data-words"]) == ("New list Groceries", "#Groceries")
    assert offer.attributes["data-plain"] == "#+Groceries"


def test_a_hostile_name_is_shown_as_text(ada: HtmlClient) -> None:
    page = ada.get("/tasks/new?title=Milk+%23x%3Cimg%3E", htmx=True)

    assert page.tree.css_first("button.chip--suggested").text() == "New list x<img>"


@pytest.mark.parametrize("on", ["/tasks", "/today", "/inbox"])
def test_without_javascript_the_answer_offers_it_and_makes_it(ada: HtmlClient, on: str) -> None:
    page = ada.get(ada.post("/tasks", on=on, title="Milk #Groceries").to)

    form = page.tree.css_first("#notices form[action$='/make-list']")
    assert form.text().strip() == "Make list “Groceries” and move it there"
    key = form.css_first("input[name=op]").attributes["value"] or ""
    done = ada.get(ada.post(form.attributes["action"] or "", on=on, op=key).to)
    assert "Added “Milk” to Groceries" in done.text
    assert not done.tree.css_first("#notices form[action$='/make-list']")
    assert "Groceries" in [entry.text() for entry in done.tree.css("#views .entry__label")]
    undo = done.tree.css_first("#notices form[action^='/undo/']").attributes["action"] or ""
    assert ada.get(ada.post(undo, on="/tasks").to).titles == ["Milk #Groceries"]


def test_a_name_that_is_taken_comes_back_with_the_line(ada: HtmlClient) -> None:
    ada.post("/lists", name="Attic")
    archived = ada.get("/lists").link("Attic")
    ada.post(f"{archived}/archive")

    answer = ada.post("/tasks", title="Milk #+Attic")

    assert (answer.status, answer.value("title")) == (422, "Milk #+Attic")
    assert answer.error("title") == "There is already a list “Attic”."
