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

    assert answer.status == 204
    assert answer.headers["hx-redirect"].startswith(f"/labels?deleted={errand}&operation=")


class TestUndoWithoutJavascript:
    def test_a_deleted_label_is_offered_back_and_restored(self, ada: HtmlClient, errand: int) -> None:
        page = ada.get(ada.post(f"/labels/{errand}/delete", on="/labels").to)

        assert "Deleted “errand”." in page.text
        assert page.tree.css(".label__name") == []
        assert page.undo.startswith("/undo/")
        assert ada.post(page.undo, on="/labels").to == "/labels"
        assert names(ada) == ["errand"]

    def test_restoring_on_its_own_page_returns_there(self, ada: HtmlClient, errand: int) -> None:
        ada.post(f"/labels/{errand}/delete")

        assert ada.post(f"/labels/{errand}/restore", on=f"/labels/{errand}").to == "/labels/errand"

    def test_another_users_label_is_not_offered(self, ada: HtmlClient, bob: HtmlClient, errand: int) -> None:
        ada.post(f"/labels/{errand}/delete")

        assert "errand" not in bob.get(f"/labels?deleted={errand}").html.replace("such as errand", "")


def test_its_page_shows_the_open_tasks_with_it(ada: HtmlClient, errand: int, make: Factory) -> None:
    ada.post("/tasks", title="Buy bulbs tomorrow @errand")
    ada.post("/tasks", title="Call Ann")
    ada.post("/tasks", title="Post the letter @errand")

    page = ada.get(f"/labels/{errand}")

    assert page.titles == ["Buy bulbs", "Post the letter"]
    assert not page.tree.css(".facts__label"), "the page says it"
    done = ada.post(
        f"{page.link('Buy bulbs').partition('?')[0]}/priority",
        htmx=True,
        on="/labels/errand",
        priority="1",
        version="1",
    )
    assert "@" not in done.tree.css_first(".task .facts").text()
    assert page.tree.css_first(".facts__due").text() == "Tomorrow"
    own = page.link("Buy bulbs")
    assert ada.get(own).link("errand") == "/labels/errand"
    back = ada.post(f"{own.partition('?')[0]}/delete", on=f"/labels/{errand}").to
    assert ada.get(back).titles == ["Post the letter"]
    assert "Deleted “Buy bulbs”" in ada.get(back).text


class TestItsAddress:
    @pytest.mark.parametrize(
        ("name", "address"),
        [
            ("errand", "/labels/errand"),
            ("Farm shop", "/labels/Farm%20shop"),
            ("مهم", "/labels/%D9%85%D9%87%D9%85"),
            ("a&b?c#d", "/labels/a%26b%3Fc%23d"),
            ("<b>", "/labels/%3Cb%3E"),
            ("edit", "/labels/edit"),
        ],
    )
    def test_is_its_name(self, ada: HtmlClient, make: Factory, name: str, address: str) -> None:
        make.record("labels", ada.user, name=name)

        link = ada.get("/labels").link(name)

        assert link == address
        assert ada.get(link).tree.css_first("h1").text() == f"@{name}"

    @pytest.mark.parametrize("name", ["2026", "a/b", "..", "50%", "a;b", "a\\b", "٣", "🎂" * 50])
    def test_is_its_number_where_a_name_would_be_unclear(self, ada: HtmlClient, make: Factory, name: str) -> None:
        label = make.record("labels", ada.user, name=name)

        link = ada.get("/labels").link(name)

        assert link == f"/labels/{label.id}"
        assert ada.get(link).tree.css_first("h1").text() == f"@{name}"

    @pytest.mark.parametrize("address", ["/labels/ERRAND", "/labels/%65rrand"])
    def test_has_any_case(self, ada: HtmlClient, errand: int, address: str) -> None:
        assert ada.get(address).tree.css_first("h1").text() == "@errand"

    def test_of_digits_is_a_number_first_and_then_a_name(self, ada: HtmlClient, errand: int, make: Factory) -> None:
        for name in (str(errand), "20260101"):
            make.record("labels", ada.user, name=name)

        headings = [ada.get(f"/labels/{name}").tree.css_first("h1").text() for name in (errand, 20260101)]

        assert headings == ["@errand", "@20260101"]

    def test_of_another_user_and_of_no_label_is_not_found(self, ada: HtmlClient, bob: HtmlClient, errand: int) -> None:
        assert {bob.get(f"/labels/{name}").status for name in ("errand", errand, "nothing")} == {404}

    def test_comes_back_from_a_task_without_leaving_our_pages(self, ada: HtmlClient, make: Factory) -> None:
        make.record("labels", ada.user, name="Farm shop")
        ada.post("/tasks", title='Milk @"farm shop"')

        page = ada.get(ada.get("/labels/Farm%20shop").link("Milk"))

        assert page.tree.css_first(".crumb a").attributes["href"] == "/labels/Farm%20shop"
        assert page.tree.css_first(".crumb a").text() == "Farm shop"


class TestAddingOnItsPage:
    @pytest.mark.parametrize("htmx", [True, False])
    def test_gives_the_task_the_label(self, ada: HtmlClient, errand: int, htmx: bool) -> None:
        preset = ada.get("/labels/errand").value("label_id")

        ada.post("/tasks", on="/labels/errand", htmx=htmx, title="Post the letter @home", label_id=preset)

        assert ada.get("/labels/errand").titles == ada.get("/labels/home").titles == ["Post the letter"]

    def test_shows_it_in_its_place(self, ada: HtmlClient, errand: int) -> None:
        ada.post("/tasks", title="Later @errand")

        fields = {"title": "Sooner tomorrow", "label_id": str(errand)}
        answer = ada.post("/tasks", on="/labels/errand", htmx=True, **fields)

        assert answer.titles == ["Sooner", "Later"]

    def test_several_lines_have_it_too_but_not_their_steps(self, ada: HtmlClient, errand: int) -> None:
        ada.post("/tasks/several", on="/labels/errand", lines="Milk\n  Oat\nTea", label_id=str(errand))

        assert ada.get("/labels/errand").titles == ["Milk", "Tea"]

    def test_the_label_of_another_user_is_left_out(self, ada: HtmlClient, bob: HtmlClient, errand: int) -> None:
        bob.post("/tasks", title="Milk", label_id=str(errand))

        assert ada.get("/labels/errand").titles == []
        assert bob.get("/tasks").titles == ["Milk"]


def test_each_label_says_how_many_open_tasks_have_it(ada: HtmlClient, bob: HtmlClient) -> None:
    for user, title in (
        (ada, "Milk @errand @home"),
        (ada, "Bread @errand"),
        (ada, "Soap @errand"),
        (bob, "Tea @errand"),
    ):
        user.post("/tasks", title=title)
    soap = ada.get("/tasks").tree.css_first("[action$=complete]").attributes["action"] or ""
    ada.post(soap)

    page = ada.get("/labels")
    numbers = [row.text().split()[:3] for row in page.tree.css("li.label")]
    label = page.tree.css("li.label")[0].attributes["id"].removeprefix("label-")
    saved = ada.post(f"/labels/{label}", htmx=True, on="/labels", name="errands", colour="teal", version="1")

    assert numbers == [["errand", "2", "open"], ["home", "1", "open"]]
    assert "errands 2 open" in saved.text


@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize("action", ["/labels", "/labels/{}"])
def test_a_name_that_is_taken_comes_back_at_its_field(
    ada: HtmlClient, errand: int, make: Factory, action: str, htmx: bool
) -> None:
    desk = make.record("labels", ada.user, name="desk").id

    answer = ada.post(action.format(desk), htmx=htmx, on="/labels", name="ERRAND", version="1")

    assert (answer.status, answer.value("name")) == (422, "ERRAND")
    assert answer.error("name") == "There is already a label “errand”."
    assert sorted(names(ada)) == ["desk", "errand"]
