"""The page of labels, with and without htmx."""

import pytest

from tests.client import HtmlClient
from tests.factories import Factory


@pytest.fixture
def errand(ada: HtmlClient, make: Factory) -> int:
    label_id = make.record("labels", ada.user, name="errand").id
    assert label_id
    return label_id


def names(client: HtmlClient) -> list[str]:
    return [link.text() for link in client.get("/labels").tree.css(".label__name")]


def test_without_labels_the_page_says_what_to_do(ada: HtmlClient) -> None:
    assert "No labels yet." in ada.get("/labels").text


@pytest.mark.parametrize(
    ("action", "fields", "sentence"),
    [
        ("/labels", {"name": "home"}, "Added: home"),
        ("/labels/{}", {"name": "errands", "version": "1"}, "Saved: errands"),
        ("/labels/{}/delete", {}, "Deleted: errand"),
        ("/labels/{}/restore", {}, "Restored: errand"),
    ],
)
def test_a_change_is_announced(
    ada: HtmlClient, errand: int, action: str, fields: dict[str, str], sentence: str
) -> None:
    answer = ada.post(action.format(errand), htmx=True, on="/labels", **fields)

    assert answer.tree.css_first("[hx-target='#announcer']").text() == sentence


def test_a_name_in_another_direction_keeps_it_to_itself_in_the_tab(ada: HtmlClient, make: Factory) -> None:
    label = make.record("labels", ada.user, name="مهم")

    assert ada.get(f"/labels/{label.id}").tree.css_first("title").text() == "\u2068مهم\u2069 · Daybook"


def test_deleting_on_its_own_page_opens_the_list(ada: HtmlClient, errand: int) -> None:
    answer = ada.post(f"/labels/{errand}/delete", htmx=True, on=f"/labels/{errand}")

    assert (answer.status, answer.headers["hx-redirect"]) == (204, f"/labels?deleted={errand}")


class TestUndoWithoutJavascript:
    def test_a_deleted_label_is_offered_back_and_restored(self, ada: HtmlClient, errand: int) -> None:
        page = ada.get(ada.post(f"/labels/{errand}/delete", on="/labels").to)

        undo = page.tree.css_first("#notices form").attributes["action"] or ""
        assert "Deleted “errand”." in page.text
        assert page.tree.css(".label__name") == []
        assert ada.post(undo, on=f"/labels?deleted={errand}").to == "/labels"
        assert names(ada) == ["errand"]

    def test_restoring_on_its_own_page_returns_there(self, ada: HtmlClient, errand: int) -> None:
        ada.post(f"/labels/{errand}/delete")

        assert ada.post(f"/labels/{errand}/restore", on=f"/labels/{errand}").to == f"/labels/{errand}"

    def test_another_users_label_is_not_offered(self, ada: HtmlClient, bob: HtmlClient, errand: int) -> None:
        ada.post(f"/labels/{errand}/delete")

        assert "errand" not in bob.get(f"/labels?deleted={errand}").html.replace("such as errand", "")


def test_its_page_shows_the_open_tasks_with_it(ada: HtmlClient, errand: int, make: Factory) -> None:
    ada.post("/tasks", title="Buy bulbs tomorrow @errand")
    ada.post("/tasks", title="Call Ann")
    ada.post("/tasks", title="Post the letter @errand")

    page = ada.get(f"/labels/{errand}")

    assert page.titles == ["Buy bulbs", "Post the letter"]
    assert page.tree.css_first(".facts__due").text() == "Tomorrow"
    own = page.link("Buy bulbs")
    assert ada.get(own).link("errand") == f"/labels/{errand}"
    back = ada.post(f"{own.partition('?')[0]}/delete", on=f"/labels/{errand}").to
    assert ada.get(back).titles == ["Post the letter"]
    assert "Deleted “Buy bulbs”" in ada.get(back).text
